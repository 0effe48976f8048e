"""Findings written out: as a table for people, CSV, JSON, or Parquet."""

from __future__ import annotations

import csv
import json
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from zhibu.audit.bundle import quoted
from zhibu.audit.relations import STATUS_TITLES, Finding

TYPES = [
    "VARCHAR",
    "VARCHAR",
    "VARCHAR",
    "VARCHAR",
    "VARCHAR",
    "BIGINT",
    "BIGINT",
    "VARCHAR",
    "DATE",
    "VARCHAR",
]


def write_csv(findings: Iterable[Finding], out: TextIO) -> None:
    """CSV with a header; null is an empty field."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Finding._fields)
    writer.writerows(findings)


def write_json(findings: Iterable[Finding], out: TextIO) -> None:
    """A JSON array of objects, one on each line."""
    out.write("[")
    for number, finding in enumerate(findings):
        row = {**finding._asdict(), "due": finding.due.isoformat()}
        out.write((",\n" if number else "\n") + json.dumps(row, ensure_ascii=False))
    out.write("\n]\n")


def write_parquet(findings: Iterable[Finding], out: Path) -> None:
    """A Parquet file, typed."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="zhibu-audit-", dir=out.parent) as folder:
        rows, whole = Path(folder) / "findings.csv", Path(folder) / "findings.parquet"
        with rows.open("w", encoding="utf-8", newline="") as opened:
            write_csv(findings, opened)
        columns = ", ".join(
            f"{quoted(name)}: {quoted(type_)}" for name, type_ in zip(Finding._fields, TYPES, strict=True)
        )
        select = (
            f"SELECT * FROM read_csv({quoted(str(rows))}, header = true, auto_detect = false, delim = ',',"
        )
        select += f" quote = '\"', escape = '\"', nullstr = '', columns = {{{columns}}})"
        connection = duckdb.connect(":memory:")
        try:
            connection.execute(f"COPY ({select}) TO {quoted(str(whole))} (FORMAT parquet)")
        finally:
            connection.close()
        whole.replace(out)


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def write_table(findings: Iterable[Finding], out: TextIO) -> None:
    """Aligned columns, and a line that counts the statuses."""
    head = ("工作要求", "条", "责任主体", "组织", "期间", "应", "实", "结果", "应办日期", "关联")
    rows: list[tuple[str, ...]] = [head]
    counts: dict[str, int] = {}
    for finding in findings:
        title = STATUS_TITLES[finding.status]
        counts[title] = counts.get(title, 0) + 1
        shown = finding._replace(status=title, due=finding.due.isoformat())  # type: ignore[arg-type]
        rows.append(tuple("" if value is None else str(value) for value in shown))
    widths = [max(width(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        cells = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        out.write("  ".join(cells).rstrip() + "\n")
    told = "，".join(f"{title} {count}" for title, count in counts.items())
    out.write(f"\n{told or '这段时间里没有要检查的。'}\n")
