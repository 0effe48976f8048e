"""The line of jobs: put one in, claim one, say how far it is, end it.

Each step is one UPDATE that names the worker and state it expects, so that of two processes only one has a job. A
worker that lost its job learns it the next time it says how far it is, and stops.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from zhibu.access import Refused, writing
from zhibu.access.models import Account
from zhibu.jobs.models import Job
from zhibu.jobs.wake import wake
from zhibu.site import clock
from zhibu.site.identifiers import new_id

#: After so long without a word the process that had a job is taken for gone.
SILENT = timedelta(minutes=3)
#: A job that broke off so often is not begun again by itself: it may be what stops the process.
MOST_ATTEMPTS = 3


class Taken(Exception):  # noqa: N818 - no fault: it tells a worker to stop
    """The job is no longer this worker's: another took it up, or it was given up."""


def ask(*, account: Account, kind: str, arguments: Mapping[str, Any]) -> Job:
    """Put a job in line. Inside an action, which logs what was asked for."""
    writing.require_open()
    made = Job.objects.create(kind=kind, arguments=dict(arguments), account=account, asked=clock.now())
    transaction.on_commit(wake)
    return made


def ask_again(job: Job) -> None:
    """Put a job that was interrupted or refused in line again. Inside an action."""
    writing.require_open()
    ended = Job.objects.filter(pk=job.pk, state__in=(Job.State.INTERRUPTED, Job.State.REFUSED))
    ended.update(state=Job.State.WAITING, attempts=0, worker="", refusal=None, words="")
    transaction.on_commit(wake)


@lru_cache(maxsize=4)
def _name(process: int) -> str:
    return f"{socket.gethostname()[:60]}/{process}/{new_id()}"


def this_worker() -> str:
    """The name of this process as a worker."""
    return _name(os.getpid())


def claim(worker: str) -> Job | None:
    """Take the first job that waits, or whose worker is gone; None where there is none."""
    now = timezone.now()  # moments between processes, not a day of the deployment (`ZHIBU_TODAY`)
    line = Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING)).order_by("asked", "pk")
    for job in line:
        if job.state == Job.State.RUNNING and not is_gone(job, now):
            continue
        same = Job.objects.filter(pk=job.pk, state=job.state, worker=job.worker, heartbeat=job.heartbeat)
        if job.attempts >= MOST_ATTEMPTS:
            same.update(state=Job.State.INTERRUPTED, words="多次中断，没有再做")
            continue
        taken = same.update(state=Job.State.RUNNING, worker=worker, heartbeat=now, attempts=F("attempts") + 1)
        if taken:
            return Job.objects.select_related("account").get(pk=job.pk)
    return None


def is_gone(job: Job, now: datetime) -> bool:
    """Whether the process that runs the job has ended, or was not heard of for long."""
    if job.heartbeat is None or now - job.heartbeat > SILENT:
        return True
    host, process, _ = [*job.worker.split("/"), "", "", ""][:3]
    if host != this_worker().split("/")[0] or not process.isdigit():
        return False
    if int(process) == os.getpid():
        return job.worker != this_worker()  # a number used before, as the first in a container always is
    return not _lives(int(process))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Work:
    """A job in the hands of a worker: what it was asked, and how it says how far it is."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.arguments: Mapping[str, Any] = job.arguments
        self.account: Account = job.account

    def tell(self, done: int, total: int, words: str) -> None:
        """Say how far it is. Raises Taken where the job is another's now, or gone."""
        self._update(done=done, total=total, words=words[:200], heartbeat=timezone.now())

    def finish(self, result: Mapping[str, Any]) -> None:
        """It is done. Raises Taken."""
        self._update(state=Job.State.DONE, done=F("total"), words="", result=dict(result))

    def refuse(self, refused: Refused) -> None:
        """It cannot be done. Raises Taken."""
        reasons = [refused.what, refused.why, refused.mend]
        self._update(state=Job.State.REFUSED, words="", refusal=reasons)

    def interrupt(self, words: str) -> None:
        """It broke off. Raises Taken."""
        self._update(state=Job.State.INTERRUPTED, words=words)

    def _update(self, **values: Any) -> None:
        own = Job.objects.filter(pk=self.job.pk, worker=self.job.worker, state=Job.State.RUNNING)
        if not own.update(**values):
            raise Taken
