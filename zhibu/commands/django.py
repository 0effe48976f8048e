"""`zhibu django …`: Django's own commands, e.g. makemigrations, shell."""

from __future__ import annotations

import argparse

from zhibu.site.start import start


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `django` to the command line."""
    command = words.add_parser("django", help="Django 自带的管理命令，如 makemigrations、shell")
    command.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="…", help="Django 的命令和它的参数，如 shell"
    )
    command.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Hand the words to Django."""
    start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["zhibu django", *asked.arguments])
    return 0
