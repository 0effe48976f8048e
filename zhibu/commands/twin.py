"""`zhibu twin`: a lifelike bundle of any size, invented, the same for the same seed (docs/twin.md)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from zhibu.commands.audit import day
from zhibu.norm.read import folder_of, installed, load


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the word `twin`."""
    word = words.add_parser(
        "twin",
        help="造一份仿真数据（全为虚构），规模任意，种子相同则内容相同",
        epilog="例：zhibu twin --committees 40 --members 4000 --years 3 --as-of 2027-01-20 --out 文件夹",
    )
    word.add_argument("--committees", type=int, required=True, metavar="N", help="党委数")
    word.add_argument("--members", type=int, required=True, metavar="M", help="党员总数，分在各党委")
    word.add_argument(
        "--years", type=int, default=1, metavar="Y", help="几个自然年，最后一年是截止日所在的年（默认 1）"
    )
    word.add_argument("--seed", type=int, default=1, metavar="S", help="随机种子（默认 1）")
    word.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="写到这个空文件夹")
    word.add_argument("--parts", type=int, metavar="P", help="分成几片（默认每片至多五万名党员）")
    word.add_argument("--as-of", type=day, metavar="DATE", help="截止日，如 2026-12-31（默认今天）")
    word.add_argument(
        "--norm",
        type=folder_of,
        metavar="PACK",
        help="取其校历的规范包，文件夹或 norms/ 里的名称（默认学院规范）",
    )
    word.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Write the bundle, one line for each part. 1 when the sizes do not fit or the folder is not empty."""
    from zhibu.norm.faults import NormRefused
    from zhibu.site.clock import today
    from zhibu.twin.write import Size, TwinRefused, write

    size = Size(
        committees=asked.committees,
        members=asked.members,
        years=asked.years,
        seed=asked.seed,
        as_of=asked.as_of or today(),
        parts=asked.parts,
    )
    try:
        norm = load([asked.norm] if asked.norm else installed())
        schools = [pack.calendar for pack in norm.packs.values() if pack.calendar.terms]
        if not schools:
            raise TwinRefused("规范包里没有校历，排不出教学周。请用 --norm 指定有校历的规范包。")
        total: dict[str, int] = {}
        for number, counts in enumerate(write(size, schools[0], asked.out), start=1):
            told = "，".join(f"{name} {count}" for name, count in counts.items())
            print(f"第 {number} 片：{told}")
            for name, count in counts.items():
                total[name] = total.get(name, 0) + count
    except (TwinRefused, NormRefused) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    rows = "，".join(f"{name} {count}" for name, count in total.items())
    print(f"写完 {asked.out}，共：{rows}")
    return 0
