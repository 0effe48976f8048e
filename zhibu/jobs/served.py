"""What `zhibu serve` runs in each of its processes: the pages, and beside them the worker and the warmer."""

from zhibu.site.wsgi import application

__all__ = ["application"]

from zhibu.jobs.warming import Warmer
from zhibu.jobs.worker import Worker

Worker().start()
Warmer().start()
