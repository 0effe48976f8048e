"""`zhibu migrate`: bring the database up to this version."""

from __future__ import annotations

import argparse
import sys

from zhibu.site.start import start


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `migrate` to the command line."""
    command = words.add_parser("migrate", help="建立或升级数据库")
    command.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Migrate, make the deployment's own account, hold the master key against the data, move what has a
    register of its own by now.

    1 when the key is another.
    """
    start()
    from django.core.management import call_command

    from zhibu.access import keys, sealing, system_account

    call_command("migrate", interactive=False, verbosity=0)
    system_account()
    try:
        sealing.check_key()
    except keys.KeyUnusable as error:
        print(f"错误：{error}", file=sys.stderr)
        return 1
    from zhibu.desk import moving

    if moving.waiting():
        print(f"佐证中的心得、检查、测评已转入学习教育：{moving.adopt(actor=system_account())} 条。")
    print("数据库已是最新。")
    return 0
