"""`zhibu export roster FILE`, `zhibu export applicants FILE`: rosters out of the register."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from zhibu.site.start import start


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `export` to the command line."""
    command = words.add_parser("export", help="导出名册")
    below = command.add_subparsers(dest="what", metavar="内容", required=True)
    sheets = {"roster": "官方版式的党员名册", "applicants": "入党申请人名册"}
    for what, title in sheets.items():
        sheet = below.add_parser(what, help=f"导出{title}（.xlsx）")
        sheet.add_argument("file", type=Path, metavar="文件", help="写到哪里，如 名册.xlsx；已有的覆盖")
        sheet.add_argument("--committee", metavar="名称", help="哪个党委；只有一个时不必写")
        sheet.add_argument("--masked", action="store_true", help="遮盖身份证号和电话")
        sheet.set_defaults(run=run, what=what)


def run(asked: argparse.Namespace) -> int:
    """Write the workbook; it holds identity numbers unless masked, so its owner alone may read it."""
    start()
    from zhibu.access import Refused, system_account
    from zhibu.commands.import_ import _committee
    from zhibu.registers.members.importing.exporting import export_applicants, export_roster
    from zhibu.site import clock

    today = clock.today()
    try:
        committee = _committee(asked.committee, today)
    except Refused as error:
        print(f"错误：{error.why}。{error.mend}", file=sys.stderr)
        return 1
    if committee is None:
        print("错误：没有这个党委。请核对名称。", file=sys.stderr)
        return 1
    export = export_applicants if asked.what == "applicants" else export_roster
    data, count = export(reader=system_account(), organization=committee, day=today, masked=asked.masked)
    asked.file.touch(mode=0o600)
    asked.file.write_bytes(data)
    who = "名入党申请人" if asked.what == "applicants" else "名党员"
    print(f"已导出 {count} {who}：{asked.file}")
    return 0
