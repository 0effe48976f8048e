"""What an engine (引擎) must be able to do for the loader. The four files are the same on all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

#: Columns of a staged table: name → "int" or "text".
Columns = Mapping[str, str]


class Rows(NamedTuple):
    """A relation handed over as rows, days as `datetime.date`."""

    rows: Iterable[Sequence[object]]


class Query(NamedTuple):
    """A relation handed over as a SELECT that the same database runs; days as that database's dates.

    Its columns are named as in `zhibu.audit.relations`, in that order.
    """

    sql: str
    parameters: Sequence[object] = ()


class Source(Protocol):
    """Where facts come from: `Facts`, a part of a bundle, or the deployment's database.

    `relation("events")` and so on give `Rows` for any engine, or a `Query` that the engine's
    connection runs.
    """

    def relation(self, name: str) -> Rows | Query: ...


class Engine(Protocol):
    """One connection on which tables are staged and the four files are run."""

    name: str

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[object]], key: str = "") -> None:
        """Stage rows as a temporary table; `key`: columns, separated by commas, that it is looked up by."""

    def derive(
        self, name: str, columns: Columns, select: str, key: str = "", parameters: Sequence[object] = ()
    ) -> None:
        """Stage the rows of a SELECT as a temporary table."""

    def rows(self, select: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT over staged tables."""

    def day(self, column: str) -> str:
        """SQL that turns a date column of a `Query` into a running day (`date.toordinal`); null stays."""

    def begin(self) -> None:
        """Begin the one transaction of an audit."""

    def end(self) -> None:
        """Drop what was staged; the connection is as before."""
