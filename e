usage: zhibu twin [-h] --committees N --members M [--years Y] [--seed S] --out
                  FOLDER [--parts P] [--as-of DATE] [--norm PACK]
zhibu twin: error: the following arguments are required: --committees, --members, --out
