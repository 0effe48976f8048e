"""`zhibu facts export FOLDER`: the deployment's facts as a bundle, as the audit reads them."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path


def add(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `facts export` to the command line."""
    command = words.add_parser("facts", help="事实：由台账推出的四张表")
    verbs = command.add_subparsers(dest="verb", metavar="做什么", required=True)
    export = verbs.add_parser("export", help="把本系统的事实写成事实包")
    export.add_argument(
        "folder", type=Path, metavar="文件夹", help="写到哪里；没有时建立，已有的事实包整个替换"
    )
    export.add_argument("--format", choices=("csv", "parquet"), default="csv", help="文件的格式（默认 csv）")
    export.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Write the four relations."""
    from zhibu.site.start import start

    start()
    from zhibu.audit.bundle import write_rows
    from zhibu.audit.engines import Needed, Rows
    from zhibu.audit.files import COLUMNS
    from zhibu.desk.facts import deployment
    from zhibu.site import packs

    source, counts, left = deployment(), list[str](), Counter[str]()
    listed = packs.norm().kinds.keys()
    asked.folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zhibu-facts-", dir=asked.folder.parent) as folder:
        for name in COLUMNS:
            given = source.relation(name, Needed())
            if not isinstance(given, Rows):
                raise TypeError("outside its database the deployment hands over rows")
            facts = name in ("events", "states")
            counted = _Counted(_of_kinds(given.rows, listed, left) if facts else given.rows)
            write_rows(Path(folder), name, counted, asked.format == "parquet")
            counts.append(f"{name} {counted.count}")
        asked.folder.mkdir(exist_ok=True)
        for name in COLUMNS:  # only when all four are whole: an earlier export stays as it is till then
            for old in asked.folder.glob(f"{name}.*"):
                if old.suffix in (".csv", ".parquet"):
                    old.unlink()
            for new in Path(folder).glob(f"{name}.*"):
                new.replace(asked.folder / new.name)
    print(f"写好 {asked.folder}：{'，'.join(counts)}")
    if left:
        said = "，".join(f"{kind} {count}" for kind, count in sorted(left.items()))
        print(f"现在的规范包没有列出的种类没有写：{said}")
    return 0


def _of_kinds(
    rows: Iterable[Sequence[object]], listed: Collection[str], left: Counter[str]
) -> Iterator[Sequence[object]]:
    """The facts of listed kinds: a bundle with others is refused. The others are counted."""
    for row in rows:
        kind = str(row[0])
        if kind in listed:
            yield row
        else:
            left[kind] += 1


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self.rows:
            self.count += 1
            yield row
