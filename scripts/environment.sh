# Sourced by ./run and ./test: the environment in .venv and the assets, made again only when their lists changed.

say() { printf '\033[1m%s\033[0m\n' "$*"; }
fail() { printf '%s\n' "$@" >&2; exit 1; }

# What Python compiles is kept, in .venv: else every one of many processes would compile the whole of Django anew.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$PWD/.venv/pycache

# find_python: the Python that makes .venv: PYTHON; else the first that was built by profile, as distributions build
# theirs and pyenv by default does not (Zhibu's pages are an eighth quicker by it); else the first new enough, with pip.
find_python() {
    local candidate found=
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 /usr/bin/python3 python; do
        command -v "$candidate" >/dev/null || continue
        "$candidate" -c 'import sys, pip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        found=${found:-$candidate}
        if [ "$candidate" = "${PYTHON:-}" ] || "$candidate" -c '
import sys, sysconfig
sys.exit(sys.base_prefix != "/usr" and "--enable-optimizations" not in (sysconfig.get_config_var("CONFIG_ARGS") or ""))'; then
            found=$candidate
            break
        fi
    done
    [ -n "$found" ] || fail "没有找到带 pip 的 Python 3.11 或更新版本。" "请先安装（Debian、Ubuntu：apt install python3 python3-pip），或用 PYTHON=路径 指明。"
    echo "$found"
}

# make_environment FILE…: .venv holds what each requirements/FILE.txt locks, checked by hash; all at once.
make_environment() {
    local name stamp sum python= bad= pids=()
    for name; do
        stamp=.venv/.zhibu-$name sum=$(cksum <"requirements/$name.txt")
        if [ -x .venv/bin/python ] && { [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] || [ -L .venv ]; }; then continue; fi
        [ -n "$python" ] || python=$(find_python) || exit 1
        [ -x .venv/bin/python ] || "$python" -m venv --without-pip .venv
        say "安装运行环境（requirements/$name.txt）……"
        { install_list "$python" "$name" && echo "$sum" >"$stamp"; } &
        pids+=($!)
    done
    for name in "${pids[@]}"; do wait "$name" || bad=yes; done
    [ -z "$bad" ] || fail "安装没有完成。请检查网络或 pip 的设置，再运行一次。"
    [ ${#pids[@]} = 0 ] && [ -e .venv/bin/zhibu ] || make_command
}

# install_list PYTHON NAME: what requirements/NAME.txt locks, one half beside the other.
install_list() {
    local half bad= pids=()
    # What comes as source alone (Spark) is packed without being pressed: half the time.
    printf '[bdist_wheel]\ncompression = stored\n' >.venv/packing.cfg
    awk -v half=".venv/.zhibu-$2-half" '/^[A-Za-z0-9]/ { n++ } { print > (half n % 2) }' "requirements/$2.txt"
    for half in .venv/.zhibu-"$2"-half?; do
        # Not compiled beforehand: most of it is never imported.
        DIST_EXTRA_CONFIG=$PWD/.venv/packing.cfg "$1" -m pip --python .venv/bin/python \
            --disable-pip-version-check install --quiet --no-compile --require-hashes --no-deps -r "$half" &
        pids+=($!)
    done
    for half in "${pids[@]}"; do wait "$half" || bad=yes; done
    rm -f .venv/.zhibu-"$2"-half?
    [ -z "$bad" ]
}

# make_command: .venv/bin/zhibu runs this checkout, from any folder.
make_command() {
    printf '#!/bin/sh\nPYTHONPATH="%s${PYTHONPATH:+:$PYTHONPATH}" exec "%s/.venv/bin/python" -m zhibu "$@"\n' "$PWD" "$PWD" >.venv/bin/zhibu
    chmod +x .venv/bin/zhibu
}

# make_assets [dev]: scripts and icons of the pages; with `dev` also what only the tests need.
make_assets() {
    local sum wanted
    sum="$(cksum <package-lock.json) ${1:-}"
    wanted=$(cat node_modules/.zhibu 2>/dev/null || true)
    if [ "$wanted" != "$sum" ] && [ "$wanted" != "$sum""dev" ]; then
        say "安装页面用的脚本和图标……"
        if ! command -v npm >/dev/null && [ ! -x .venv/bin/npm ]; then
            "$(find_python)" -m pip --python .venv/bin/python --disable-pip-version-check install \
                --quiet --require-hashes --no-deps -r requirements/node.txt
        fi
        local npm=npm
        command -v npm >/dev/null || { npm=$PWD/.venv/bin/npm; PATH="$PWD/.venv/bin:$PATH"; }
        "$npm" ci --silent --no-audit --no-fund $([ "${1:-}" = dev ] || echo --omit=dev) || fail "npm 没有装成。请检查网络或 npm 的设置，再运行一次。"
        echo "$sum" >node_modules/.zhibu
    fi
    .venv/bin/python -m zhibu assets
}
