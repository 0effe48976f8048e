"""`zhibu log verify`: is the log as it was written?"""

from __future__ import annotations

import argparse
import sys

from zhibu.site.start import start


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `log` to the command line."""
    command = words.add_parser("log", help="操作日志")
    deeds = command.add_subparsers(dest="deed", metavar="操作", required=True)
    verify = deeds.add_parser("verify", help="逐行核对日志链，指出第一处被改动或缺失的行")
    verify.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Walk the whole chain. 0 when it is whole, 1 with the first broken row."""
    start()
    from zhibu.access import chain

    broken = chain.verify()
    if broken is None:
        print(f"日志完整，共 {chain.data_version()} 行。")
        return 0
    print(
        f"日志第 {broken.number} 行起不可信：{broken.why}。"
        "请停止写入，保留现在的数据库，与最近的备份对照（docs/operations.md）。",
        file=sys.stderr,
    )
    return 1
