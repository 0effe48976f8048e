"""DuckDB: in memory, or spilling to a folder where memory is bounded; for bundles on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import Any

import duckdb

from zhibu.audit.engines.base import Columns

TYPES = {"int": "BIGINT", "text": "VARCHAR"}
BATCH = 50_000


class DuckdbEngine:
    """The audit on DuckDB. `memory` such as "2GB" and `threads` bound what it takes."""

    name = "duckdb"

    def __init__(self, memory: str | None = None, threads: int | None = None) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {}
        if memory:
            settings["memory_limit"] = memory
        if threads:
            settings["threads"] = threads
        self.connection = duckdb.connect(":memory:", config=settings)
        self.connection.execute("SET preserve_insertion_order = false")
        self.staged: list[str] = []

    def beside(self) -> DuckdbEngine:
        """Another on the same database, with staged tables of its own: for another part at the same time."""
        other = copy(self)
        other.connection, other.staged = self.connection.cursor(), []
        return other

    def begin(self, narrow: bool = False) -> None:
        """Begin."""
        self.staged = []
        self.connection.execute("BEGIN")

    def end(self) -> None:
        """Drop the staged tables; the connection may serve the next part."""
        for name in reversed(self.staged):
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")
        self.connection.execute("COMMIT")

    def _create(self, name: str, columns: Columns) -> None:
        kinds = ", ".join(f"{column} {TYPES[kind]}" for column, kind in columns.items())
        self.connection.execute(f"CREATE TEMP TABLE {name} ({kinds})")
        self.staged.append(name)

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[object]], key: str = "") -> None:
        """Stage rows, column by column: row by row would be slow here. Indexes do not help its joins."""
        self._create(name, columns)
        places = ", ".join(f"unnest(CAST(? AS {TYPES[kind]}[]))" for kind in columns.values())
        batch: list[Sequence[object]] = []
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                self._insert(name, places, batch)
                batch = []
        if batch:
            self._insert(name, places, batch)

    def _insert(self, name: str, places: str, batch: list[Sequence[object]]) -> None:
        values = [list(column) for column in zip(*batch, strict=True)]
        self.connection.execute(f"INSERT INTO {name} SELECT {places}", values)

    def derive(
        self, name: str, columns: Columns, select: str, key: str = "", parameters: Sequence[object] = ()
    ) -> None:
        """Stage the rows of a SELECT."""
        self._create(name, columns)
        self.connection.execute(f"INSERT INTO {name} {select}", list(parameters))

    def rows(self, select: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT, fetched in batches."""
        cursor = self.connection.execute(select, list(parameters))
        while batch := cursor.fetchmany(BATCH):
            yield from batch

    def day(self, column: str) -> str:
        """A date to a running day."""
        return f"(CAST({column} - DATE '1970-01-01' AS BIGINT) + 719163)"
