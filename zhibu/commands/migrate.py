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
    """Migrate, make the deployment's own account, hold the master key against the data.

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
    print("数据库已是最新。")
    return 0
