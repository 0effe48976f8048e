"""The checks of a bundle's files, done by DuckDB so that they work at millions of rows. Every fault has a code."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb

from zhibu.audit.files import COLUMNS, FactFault, file_faults, shown, uneven_rows, unreadable
from zhibu.norm.document import LARGEST
from zhibu.norm.model import Norm

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
#: Characters: PostgreSQL keeps a staged row whole on a page of 8 kB.
LONGEST_TEXT = 400


def check_part(
    file_of: Callable[[str], Path], norm: Norm, reading: Callable[[Path, bool], str]
) -> list[FactFault]:
    """Every fault of the four files of one part.

    `reading` gives what reads a file, with `row_number`; True: also a CSV file with rows too short or too long.
    """
    connection = duckdb.connect(":memory:")
    try:
        found = [fault for name in COLUMNS for fault in file_faults(connection, name, file_of(name))]
        if found:
            return found
        checks = _Checks(connection, norm, {name: file_of(name) for name in COLUMNS})
        for name in COLUMNS:
            checks.open(name, reading)
        return checks.found
    except duckdb.Error as problem:
        name = checks.current if "checks" in locals() else "organizations"
        return [unreadable(name, file_of(name), problem)]
    finally:
        connection.close()


class _Checks:
    """The checks of rows. A relation that is checked stands as the table `good_NAME` for those after it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, norm: Norm, files: dict[str, Path]) -> None:
        self.connection, self.norm, self.files = connection, norm, files
        self.found: list[FactFault] = []
        self.bad: set[int] = set()
        self.current = "organizations"

    def open(self, name: str, reading: Callable[[Path, bool], str]) -> None:
        """Check one relation."""
        self.current, self.bad = name, set()
        columns = COLUMNS[name]
        text = [column for column, type_ in columns.items() if type_ == "VARCHAR"]
        typed = [column for column in columns if column not in text]
        csv_file = self.files[name].suffix == ".csv"
        source = reading(self.files[name], False)
        if csv_file:  # held as text: DuckDB would push the types down into its reader, and fail there
            self._text(name, reading)
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
        for column in typed:
            if columns[column] == "DATE":  # what no other engine can hold
                span = f"{column} NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
                self._rows("value.date", span, column, f"{column} 不在公元 1 年到 9999 年之间：{{}}")
            else:
                large = f"{column} NOT BETWEEN -{LARGEST} AND {LARGEST}"
                self._rows("value.integer", large, column, f"{column} 太大：{{}}，最多 {LARGEST}")
        for column in NEEDED[name]:
            self._rows("value.missing", f"{column} IS NULL", "''", f"{column} 不能为空")
        for (relation, column), words in WORDS.items():
            if relation == name:
                listed = ", ".join(f"'{word}'" for word in words)
                self._rows("value.unknown", f"{column} NOT IN ({listed})", column, f"{column} 不认识：{{}}")
        longest = f"GREATEST({', '.join(f'LENGTH({column})' for column in text)})"
        reason = f"{{}} 个字，一格文字最多 {LONGEST_TEXT} 个字"
        self._rows("value.long", f"{longest} > {LONGEST_TEXT}", longest, reason)
        without = " OR ".join(f"contains({column}, chr(0))" for column in text)
        self._rows("value.text", without, "''", "文字里有空字符（NUL）")
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

    def _text(self, name: str, reading: Callable[[Path, bool], str]) -> None:
        """Hold a CSV file as text; rows of too few or too many cells are at fault."""
        file = self.files[name]
        create = f"CREATE TEMP TABLE text_{name} AS SELECT * FROM "
        try:
            self.connection.execute(create + reading(file, False))
        except duckdb.Error as problem:
            try:
                uneven = uneven_rows(file)
            except (UnicodeDecodeError, csv.Error):
                raise problem from None
            if not uneven:
                raise
            self.connection.execute(create + reading(file, True))
            for row, reason in uneven:
                self.bad.add(row)
                self.found.append(FactFault("row.cells", name, shown(file), row, reason))

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
