"""`zhibu remind`: send the reminders of notices that are due, for servers that run no worker of their own."""

from __future__ import annotations

import argparse

from zhibu.site.start import start


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the word `remind`."""
    word = words.add_parser(
        "remind",
        help="提醒还没有阅办通知文件的人",
        description="截止前、截止当天和过期后每周，提醒还没有阅办的收件人。多运行几次也不会重复提醒，"
        "停机期间错过的到时只补最近一次。zhibu serve 自带这件事；用别的方式提供网页时，由 cron 每天运行。",
    )
    word.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Send what is due; exit 0."""
    start()
    from zhibu.access import system_account
    from zhibu.registers.notices import actions
    from zhibu.site import clock

    print(f"已提醒 {actions.remind_all(actor=system_account(), now=clock.now())} 人次。")
    return 0
