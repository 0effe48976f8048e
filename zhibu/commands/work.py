"""`zhibu work`: do the jobs that wait, for servers that run no worker of their own."""

from __future__ import annotations

import argparse

from zhibu.site.start import start


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the word `work`."""
    word = words.add_parser(
        "work",
        help="办理排队的任务，清理过期的材料",
        description="办完所有排队的任务（也接着办中断的），清理过期的材料，然后退出。"
        "zhibu serve 自带这件事；用别的方式提供网页时，由 cron 每分钟运行。",
    )
    word.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Do what waits, then clear away what has expired. 1 when a job broke off or was refused."""
    start()
    from zhibu.jobs import worker

    before = set(_unfinished())
    number = worker.work_all()
    worker.clean()
    failed = [pk for pk in _unfinished() if pk not in before]
    print(f"办理 {number} 项任务" + (f"，其中 {len(failed)} 项没有办成" if failed else ""))
    return 1 if failed else 0


def _unfinished() -> list[str]:
    from zhibu.jobs.models import Job

    ended = (Job.State.REFUSED, Job.State.INTERRUPTED)
    return list(Job.objects.filter(state__in=ended).values_list("pk", flat=True))
