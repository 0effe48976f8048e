"""The command line `zhibu`: every module of `zhibu.commands` adds its own words."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

from zhibu import commands


def parser() -> argparse.ArgumentParser:
    """The whole command line, gathered from `zhibu.commands` in alphabetical order."""
    top = argparse.ArgumentParser(
        prog="zhibu", description="支部 Zhibu：规范是数据，工作记一次，应做、已做、补办、未做由此算出。"
    )
    words = top.add_subparsers(dest="command", metavar="命令", required=True)
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda found: found.name):
        importlib.import_module(f"{commands.__name__}.{module.name}").add(words)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 input refused, 2 wrong usage (argparse exits by itself)."""
    asked = parser().parse_args(arguments)
    try:
        done = int(asked.run(asked) or 0)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read (`| head`) has enough; nothing more can be said there
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    return done


if __name__ == "__main__":
    sys.exit(main())
