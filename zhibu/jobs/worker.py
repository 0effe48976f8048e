"""The worker: takes one job after the other. A thread of the server (`zhibu serve`), or the command `zhibu work`.

What kinds of jobs there are the rooms say: an app's module `work` holds `WORK` (kind → function of the job's `Work`,
giving its result), and may hold `clean()`, which clears away what has expired, and `hourly()`, which does what the
passing of time asks for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db import close_old_connections, connection

from zhibu.access import Refused
from zhibu.jobs import queue, wake

#: Other processes' jobs are seen within so many seconds.
LOOKS = 5.0
#: What has expired is cleared away, and what is due is done, so often, in seconds.
CLEANS = 60 * 60
_log = logging.getLogger(__name__)

Kind = Callable[[queue.Work], Mapping[str, Any]]


@cache
def modules() -> tuple[ModuleType, ...]:
    """The modules `work` of the installed rooms."""
    names = [f"{app.name}.work" for app in apps.get_app_configs() if app.name.startswith("zhibu.")]
    return tuple(import_module(name) for name in names if find_spec(name))


def kinds() -> dict[str, Kind]:
    """Every kind of job of the installed rooms."""
    return {kind: run for module in modules() for kind, run in getattr(module, "WORK", {}).items()}


def work_once(worker: str | None = None) -> bool:
    """Claim a job and do it; False where there was none."""
    job = queue.claim(worker or queue.this_worker())
    if job is None:
        return False
    work = queue.Work(job)
    try:
        _do(work)
    except queue.Taken:
        _log.info("job %s is another's now", job.pk)
    return True


def _do(work: queue.Work) -> None:
    try:
        result = kinds()[work.job.kind](work)
    except queue.Taken:
        raise
    except Refused as refused:
        work.refuse(refused)
    except Exception:
        _log.exception("job %s (%s) broke off", work.job.pk, work.job.kind)
        work.interrupt("程序出错，已记入服务器日志")
    else:
        work.finish(result)


def work_all() -> int:
    """Do every job in line; how many there were."""
    number = 0
    while work_once():
        number += 1
    return number


def clean() -> None:
    """Let every room clear away what has expired, and do what the passing of time asks for."""
    for module in modules():
        for name in ("clean", "hourly"):
            if deed := getattr(module, name, None):
                deed()


class Worker(threading.Thread):
    """The worker of a server's process. It ends with the process: what it had begun is taken up again."""

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)

    def run(self) -> None:
        """Work until the process ends; a fault of one job, or of the database, does not end it."""
        cleaned = 0.0
        while True:
            try:
                close_old_connections()
                work_all()
                if time.monotonic() - cleaned > CLEANS:
                    clean()
                    cleaned = time.monotonic()
            except Exception:
                _log.exception("the worker could not look for jobs")
            finally:
                connection.close()
            wake.called.wait(LOOKS)
            wake.called.clear()
