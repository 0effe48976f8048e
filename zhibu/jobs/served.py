"""What `zhibu serve` runs in each of its processes: the pages, and beside them the worker and the warmer."""

from zhibu.site.wsgi import application

__all__ = ["application"]

import sys

from zhibu.access import keys, sealing
from zhibu.jobs.warming import Warmer
from zhibu.jobs.worker import Worker

try:
    sealing.check_key()
except keys.KeyUnusable as error:
    sys.exit(f"没有启动：{error}")

Worker().start()
Warmer().start()
