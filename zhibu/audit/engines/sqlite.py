"""SQLite: in memory, or on a connection of the deployment's database (only temporary tables are written)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zhibu.audit.engines.base import Columns

TYPES = {"int": "INTEGER", "text": "TEXT"}


class SqliteEngine:
    """The audit on SQLite. Without a connection: a database in memory that ends with the audit."""

    name = "sqlite"

    def __init__(self, connection: sqlite3.Connection | None = None) -> None:
        self.own = connection is None
        if connection is not None:
            self.connection = connection
        self.staged: list[str] = []

    def begin(self, narrow: bool = False) -> None:
        """Begin; on a connection that is already in a transaction its transaction serves.

        Each part of a bundle has a database of its own.
        """
        self.staged = []
        if self.own:
            self.connection = sqlite3.connect(":memory:", isolation_level=None)
            self.connection.execute("PRAGMA temp_store = MEMORY")
            self.connection.execute("PRAGMA cache_size = -200000")
        self.opened = not self.connection.in_transaction
        if self.opened:
            self.connection.execute("BEGIN")

    def end(self) -> None:
        """Drop the staged tables."""
        for name in reversed(self.staged):
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        if self.opened and self.connection.in_transaction:
            self.connection.execute("COMMIT")
        if self.own:
            self.connection.close()

    def _create(self, name: str, columns: Columns) -> None:
        kinds = ", ".join(f"{column} {TYPES[kind]}" for column, kind in columns.items())
        self.connection.execute(f"CREATE TEMP TABLE {name} ({kinds})")
        self.staged.append(name)

    def _index(self, name: str, key: str) -> None:
        for number, columns in enumerate(filter(None, key.split(";"))):
            self.connection.execute(f"CREATE INDEX temp.{name}_{number} ON {name} ({columns})")
        if key:
            self.connection.execute(f"ANALYZE temp.{name}")

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[object]], key: str = "") -> None:
        """Stage rows."""
        self._create(name, columns)
        places = ", ".join("?" * len(columns))
        self.connection.executemany(f"INSERT INTO temp.{name} VALUES ({places})", rows)
        self._index(name, key)

    def derive(
        self, name: str, columns: Columns, select: str, key: str = "", parameters: Sequence[object] = ()
    ) -> None:
        """Stage the rows of a SELECT."""
        self._create(name, columns)
        self.connection.execute(f"INSERT INTO temp.{name} {select}", tuple(parameters))
        self._index(name, key)

    def rows(self, select: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT."""
        cursor = self.connection.cursor()
        cursor.row_factory = None
        return iter(cursor.execute(select, tuple(parameters)))

    def day(self, column: str) -> str:
        """ISO text to a running day."""
        return f"CAST(julianday({column}) - 1721424.5 AS INTEGER)"
