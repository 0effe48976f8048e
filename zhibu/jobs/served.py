"""What `zhibu serve` runs in each of its processes: the pages, and beside them the worker."""

from zhibu.site.wsgi import application

__all__ = ["application"]

from zhibu.jobs.worker import Worker

Worker().start()
