"""The checks of a bundle's files, done by DuckDB so that they work at millions of rows. Every fault has a code."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb

from zhibu.norm.model import Norm

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
NEEDED = {
    "organizations": ("org", "kind", "since"),
    "memberships": ("member", "org", "status", "category", "since"),
    "events": ("kind", "org", "day", "happened", "recorded"),
    "states": ("kind", "org", "since", "recorded"),
}
WORDS = {
    ("organizations", "kind"): ("committee", "general_branch", "branch", "group"),
    ("organizations", "category"): ("staff", "student", "retiree", "mixed"),
    ("memberships", "status"): ("full", "probationary"),
    ("memberships", "category"): ("staff", "student", "retiree"),
}
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
#: So many faults of one check are told; the others are of the same sort.
MOST = 1000
#: Characters: PostgreSQL keeps a staged row whole on a page of 8 kB.
LONGEST_TEXT = 400


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


def check_part(file_of: Callable[[str], Path], norm: Norm, reading: Callable[[Path], str]) -> list[FactFault]:
    """Every fault of the four files of one part. `reading` gives what reads a file, with `row_number`."""
    connection = duckdb.connect(":memory:")
    try:
        found = [fault for name in COLUMNS for fault in _file(connection, name, file_of(name))]
        if found:
            return found
        checks = _Checks(connection, norm, {name: file_of(name) for name in COLUMNS})
        for name in COLUMNS:
            checks.open(name, reading(file_of(name)))
        return checks.found
    except duckdb.Error as problem:
        name = checks.current if "checks" in locals() else "organizations"
        file = file_of(name)
        if file.suffix == ".csv" and (line := _other_line_ending(file)):
            reason = f"换行不一致：从第 {line} 行起与第一行不同（CRLF 和 LF 混用）。请统一成一种换行再来"
            return [FactFault("file.line_endings", name, shown(file), None, reason)]
        return [
            FactFault("file.unreadable", name, shown(file), None, f"读不出来：{str(problem).splitlines()[0]}")
        ]
    finally:
        connection.close()


def _other_line_ending(file: Path) -> int | None:
    """The first line that ends otherwise than the first one; None where all end alike."""
    with file.open("rb") as opened:
        ends = (line.endswith(b"\r\n") for line in opened)
        first = next(ends, None)
        return next((number for number, end in enumerate(ends, start=2) if end != first), None)


def _file(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> list[FactFault]:
    """Faults of a file as a whole: it is missing, unreadable, lacks a column, or a column has a wrong type."""
    wanted = COLUMNS[name]

    def fault(code: str, reason: str) -> FactFault:
        return FactFault(code, name, shown(file), None, reason)

    if not file.exists():
        return [fault("file.missing", f"缺少文件：{name}.csv 或 {name}.parquet")]
    try:
        if file.suffix == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as opened:
                types = dict.fromkeys(next(csv.reader(opened), []), "")
        else:
            literal = "'" + str(file).replace("'", "''") + "'"
            described = connection.execute(
                f"DESCRIBE SELECT * FROM read_parquet({literal}, hive_partitioning = false)"
            ).fetchall()
            types = {row[0]: row[1] for row in described}
    except (duckdb.Error, UnicodeDecodeError, csv.Error) as problem:
        return [fault("file.unreadable", f"读不出来：{str(problem).splitlines()[0]}")]
    found = [fault("column.missing", f"缺少列 {column}") for column in wanted if column not in types]
    found += [fault("column.unknown", f"多出列 {column}") for column in types if column not in wanted]
    for column, type_ in types.items():
        expected = wanted.get(column)
        fits = type_ in ("", expected) or (expected == "BIGINT" and type_ in INTEGERS) or type_ == '"NULL"'
        if expected and not fits:
            found.append(fault("column.type", f"列 {column} 应是 {expected}，却是 {type_}"))
    return found


class _Checks:
    """The checks of rows. A relation that is checked stands as the table `good_NAME` for those after it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, norm: Norm, files: dict[str, Path]) -> None:
        self.connection, self.norm, self.files = connection, norm, files
        self.found: list[FactFault] = []
        self.bad: set[int] = set()
        self.current = "organizations"

    def open(self, name: str, source: str) -> None:
        """Check one relation."""
        self.current, self.bad = name, set()
        columns = COLUMNS[name]
        text = [column for column, type_ in columns.items() if type_ == "VARCHAR"]
        typed = [column for column in columns if column not in text]
        csv_file = self.files[name].suffix == ".csv"
        if csv_file:  # held as text: DuckDB would push the types down into its reader, and fail there
            self.connection.execute(f"CREATE TEMP TABLE text_{name} AS SELECT * FROM {source}")
            source = f"text_{name}"
        shown_columns = ", ".join(
            [*text, "row_number", *(f"TRY_CAST({c} AS {columns[c]}) AS {c}" for c in typed)]
            + ([f"{c} AS given_{c}" for c in typed] if csv_file else [])
        )
        if name in ("organizations", "memberships"):
            self.connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {shown_columns} FROM {source}")
        else:  # the large ones are read again for each check instead of being held
            self.connection.execute(f"CREATE TEMP VIEW {name} AS SELECT {shown_columns} FROM {source}")
        if csv_file:
            for column in typed:
                pattern = r"^-?\d{1,18}$" if columns[column] == "BIGINT" else r"^\d{4}-\d{2}-\d{2}$"
                word = "整数" if columns[column] == "BIGINT" else "日期（YYYY-MM-DD）"
                code = "value.integer" if columns[column] == "BIGINT" else "value.date"
                raw = f"given_{column}"
                wrong = f"{raw} IS NOT NULL AND ({column} IS NULL OR NOT regexp_matches({raw}, '{pattern}'))"
                self._rows(code, wrong, raw, f"{column} 不是{word}：{{}}")
        for column in NEEDED[name]:
            self._rows("value.missing", f"{column} IS NULL", "''", f"{column} 不能为空")
        for (relation, column), words in WORDS.items():
            if relation == name:
                listed = ", ".join(f"'{word}'" for word in words)
                self._rows("value.unknown", f"{column} NOT IN ({listed})", column, f"{column} 不认识：{{}}")
        longest = f"GREATEST({', '.join(f'LENGTH({column})' for column in text)})"
        reason = f"{{}} 个字，一格文字最多 {LONGEST_TEXT} 个字"
        self._rows("value.long", f"{longest} > {LONGEST_TEXT}", longest, reason)
        if "until" in columns:
            self._rows("interval.backwards", "until < since", "until", "until {} 早于 since")
        if name in ("events", "states"):
            self._kinds(name)
        self._repeats(name)
        if name == "organizations":
            self._tree()
        else:
            self._rows(
                "org.unknown",
                "org NOT IN (SELECT org FROM good_organizations)",
                "org",
                "组织 {} 不在 organizations 里",
            )

    def _rows(self, code: str, condition: str, value: str, reason: str, table: str | None = None) -> None:
        """Rows for which a condition holds are at fault."""
        rows = self.connection.execute(
            f"SELECT row_number, CAST({value} AS VARCHAR) FROM {table or self.current} WHERE {condition}"
            " ORDER BY row_number"
        )
        file = shown(self.files[self.current])
        while batch := rows.fetchmany(10_000):
            for row, found in batch:
                if row not in self.bad:
                    self.bad.add(row)
                    self.found.append(FactFault(code, self.current, file, row, reason.format(found)))

    def _kinds(self, name: str) -> None:
        type_ = name.removesuffix("s")
        by_type: dict[str, str] = {}
        for kind in self.norm.kinds.values():
            by_type[kind.type] = by_type.get(kind.type, "NULL") + ", '" + kind.id.replace("'", "''") + "'"
        known = ", ".join(by_type.values()) or "NULL"
        self._rows(
            "kind.derived",
            f"kind IN ({by_type.get('derived', 'NULL')})",
            "kind",
            "{} 由检查自己推出，不能写在事实包里",
        )
        listed = ", ".join("'" + kind.replace("'", "''") + "'" for kind in self.norm.kinds) or "''"
        self._rows("kind.unknown", f"kind NOT IN ({listed})", "kind", "事实种类不认识：{}")
        other = "state" if type_ == "event" else "event"
        if known:
            self._rows(
                "kind.type", f"kind IN ({by_type.get(other, 'NULL')})", "kind", f"{{}} 不应写在 {name} 里"
            )

    def _repeats(self, name: str) -> None:
        """Rows equal in all columns: found by hash first, so that only a few are compared whole."""
        columns = ", ".join(COLUMNS[name])
        hashes = f"SELECT hash({columns}) AS h FROM {name} GROUP BY h HAVING COUNT(*) > 1"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE hashes AS {hashes}")
        if self.connection.execute("SELECT COUNT(*) FROM hashes").fetchall()[0][0]:
            self._rows(
                "row.repeated",
                "nth > 1",
                "'第 ' || first_row || ' 行'",
                "与{}完全相同",
                f"(SELECT row_number, ROW_NUMBER() OVER same AS nth, MIN(row_number) OVER same AS first_row"
                f" FROM {name} WHERE hash({columns}) IN (SELECT h FROM hashes)"
                f" WINDOW same AS (PARTITION BY {columns} ORDER BY row_number))",
            )

    def _tree(self) -> None:
        """Rows of one organization overlap; a parent is missing, or the parents run in a circle."""
        self._rows(
            "org.overlap",
            "since < before",
            "org",
            "组织 {} 同一天有两行",
            "(SELECT row_number, org, since, MAX(COALESCE(until, DATE '9999-12-31')) OVER (PARTITION BY org"
            " ORDER BY since, row_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before"
            " FROM organizations WHERE since IS NOT NULL AND (until IS NULL OR until > since))",
        )
        while True:
            bad = ", ".join(map(str, self.bad)) or "NULL"
            kept = "SELECT org, parent, row_number FROM organizations" + (
                f" WHERE row_number NOT IN ({bad})" if self.bad else ""
            )
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE good_organizations AS {kept}")
            before = len(self.bad)
            self._rows(
                "org.parent_unknown",
                "parent IS NOT NULL AND parent NOT IN (SELECT org FROM good_organizations WHERE org IS NOT NULL)",
                "parent",
                "上级 {} 不在 organizations 里",
                "good_organizations",
            )
            self._rows("org.circle", "in_circle", "org", "组织 {} 的上级绕成一圈", self._circles())
            if len(self.bad) == before:
                return

    def _circles(self) -> str:
        """The rows of organizations that lie above themselves."""
        pairs = self.connection.execute("SELECT DISTINCT org, parent FROM good_organizations").fetchall()
        above: dict[str, set[str]] = {}
        for org, parent in pairs:
            if parent is not None:
                above.setdefault(org, set()).add(parent)
        done: set[str] = set()
        circle: set[str] = set()
        for start in above:
            path: list[str] = []
            waiting = [(start, iter(above[start]))] if start not in done else []
            while waiting:
                org, parents = waiting[-1]
                if len(path) < len(waiting):
                    path.append(org)
                following = next(parents, None)
                if following is None:
                    done.add(org)
                    waiting.pop()
                    path.pop()
                elif following in path:
                    circle |= set(path[path.index(following) :])
                elif following in above and following not in done:
                    waiting.append((following, iter(above[following])))
        listed = ", ".join("'" + org.replace("'", "''") + "'" for org in sorted(circle)) or "NULL"
        return f"(SELECT row_number, org, COALESCE(org IN ({listed}), false) AS in_circle FROM good_organizations)"
