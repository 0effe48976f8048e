"""The files of a bundle: their columns, and what is wrong with one as a whole. Every fault has a code."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import duckdb

#: The columns of the four relations and their types in DuckDB.
COLUMNS: dict[str, dict[str, str]] = {
    "organizations": {
        "org": "VARCHAR", "parent": "VARCHAR", "kind": "VARCHAR", "category": "VARCHAR", "name": "VARCHAR",
        "since": "DATE", "until": "DATE",
    },
    "memberships": {
        "member": "VARCHAR", "org": "VARCHAR", "status": "VARCHAR", "category": "VARCHAR", "since": "DATE",
        "until": "DATE",
    },
    "events": {
        "kind": "VARCHAR", "org": "VARCHAR", "member": "VARCHAR", "day": "DATE", "happened": "DATE",
        "amount": "BIGINT", "ref": "VARCHAR", "recorded": "DATE",
    },
    "states": {
        "kind": "VARCHAR", "org": "VARCHAR", "member": "VARCHAR", "since": "DATE", "until": "DATE",
        "amount": "BIGINT", "ref": "VARCHAR", "recorded": "DATE",
    },
}  # fmt: skip
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")


class FactFault(NamedTuple):
    """One fault. `row`: from 1 in the order of the file (without the header); None: of the file as a whole."""

    code: str
    relation: str
    file: str
    row: int | None
    reason: str

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file} 第 {self.row} 行"
        return f"{place}：{self.reason}（{self.code}）"


class FactsRefused(ValueError):
    """The bundle is refused; `faults` says where and why."""

    def __init__(self, faults: list[FactFault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults[:50]))


def shown(file: Path) -> str:
    """A file as named in a fault: with its part's folder if it lies in one."""
    return f"{file.parent.name}/{file.name}" if file.parent.name.startswith("part=") else file.name


def unreadable(name: str, file: Path, problem: Exception) -> FactFault:
    """Why a file cannot be read, as plainly as it can be told."""
    if file.suffix == ".csv" and (line := _other_encoding(file)):
        reason = f"第 {line} 行（连表头）不是 UTF-8 编码。请另存为“CSV UTF-8”再来"
        return FactFault("file.encoding", name, shown(file), None, reason)
    if file.suffix == ".csv" and (line := _other_line_ending(file)):
        reason = (
            f"换行不一致：从第 {line} 行（连表头）起与第一行不同（CRLF 和 LF 混用）。请统一成一种换行再来"
        )
        return FactFault("file.line_endings", name, shown(file), None, reason)
    if file.suffix == ".csv" and (line := _other_quotes(file)):
        reason = f"第 {line} 行（连表头）起引号不成对。格里的引号写成两个，整格再用引号括起来"
        return FactFault("file.quotes", name, shown(file), None, reason)
    reason = f"读不出来：{str(problem).splitlines()[0]}"
    return FactFault("file.unreadable", name, shown(file), None, reason)


def _other_encoding(file: Path) -> int | None:
    """The first line (the header is 1) that is no UTF-8; None where all are."""
    with file.open("rb") as opened:
        for number, line in enumerate(opened, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def _other_quotes(file: Path) -> int | None:
    """The line on which the row begins whose quotes do not match; None where all do."""
    begun = 1
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.reader(opened, strict=True)
        try:
            for _ in rows:
                begun = rows.line_num + 1
        except csv.Error:
            return begun
    return None


def uneven_rows(file: Path) -> list[tuple[int, str]]:
    """The rows of a CSV file that have more or fewer cells than its header, and how many."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = filter(None, csv.reader(opened, strict=True))  # empty lines are no rows
        wanted = len(next(rows))
        return [
            (number, f"有 {len(row)} 格，应有 {wanted} 格")
            for number, row in enumerate(rows, start=1)
            if len(row) != wanted
        ]


def _other_line_ending(file: Path) -> int | None:
    """The first line that ends otherwise than the first one; None where all end alike."""
    with file.open("rb") as opened:
        ends = (line.endswith(b"\r\n") for line in opened)
        first = next(ends, None)
        return next((number for number, end in enumerate(ends, start=2) if end != first), None)


def file_faults(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> list[FactFault]:
    """Faults of a file as a whole: it is missing, unreadable, lacks a column, or a column has a wrong type."""
    wanted = COLUMNS[name]

    def fault(code: str, reason: str) -> FactFault:
        return FactFault(code, name, shown(file), None, reason)

    if not file.exists():
        return [fault("file.missing", f"缺少文件：{name}.csv 或 {name}.parquet")]
    try:
        if file.suffix == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as opened:
                header = next(csv.reader(opened), [])
            if doubled := sorted({column for column in header if header.count(column) > 1}):
                return [fault("column.double", f"列 {column} 写了两次") for column in doubled]
            types = dict.fromkeys(header, "")
        else:
            literal = "'" + str(file).replace("'", "''") + "'"
            described = connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet({literal}, hive_partitioning = false)"
            ).fetchall()
            types = {row[0]: row[1] for row in described}
    except (duckdb.Error, UnicodeDecodeError, csv.Error) as problem:
        return [unreadable(name, file, problem)]
    found = [fault("column.missing", f"缺少列 {column}") for column in wanted if column not in types]
    found += [fault("column.unknown", f"多出列 {column}") for column in types if column not in wanted]
    for column, type_ in types.items():
        expected = wanted.get(column)
        fits = type_ in ("", expected) or (expected == "BIGINT" and type_ in INTEGERS) or type_ == '"NULL"'
        if expected and not fits:
            found.append(fault("column.type", f"列 {column} 应是 {expected}，却是 {type_}"))
    return found
