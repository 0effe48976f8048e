"""What an engine (引擎) must be able to do for the loader. The four files are the same on all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

#: Columns of a staged table: name → "int" or "text".
Columns = Mapping[str, str]


class EngineMissing(RuntimeError):
    """The engine, or the database asked for, is not there; the text says how to mend it."""


class Rows(NamedTuple):
    """A relation handed over as rows, days as `datetime.date`."""

    rows: Iterable[Sequence[object]]


class Query(NamedTuple):
    """A relation handed over as a SELECT that the same database runs; days as that database's dates.

    Its columns are named as in `zhibu.audit.relations`, in that order.
    """

    sql: str
    parameters: Sequence[object] = ()


class Needed(NamedTuple):
    """What of a relation an audit looks at: a hint. A source may give more; it must not give less.

    kinds: of events or states, None = all. subjects: only rows whose org or member is one of these, unless
    the kind is in `anyway`; None = all. Neither narrows organizations; memberships are narrowed by subjects.
    days: events of these kinds only where their `day` lies from the first to the last; other kinds whenever.
    of_organizations: with `subjects`, the kinds that their `org` makes wanted; of other kinds only `member`
    counts. None = all. columns: with `subjects`, where they can stand: of organizations alone only in `org`.
    """

    kinds: frozenset[str] | None = None
    subjects: frozenset[str] | None = None
    anyway: frozenset[str] = frozenset()
    days: Mapping[str, tuple[date, date]] = {}
    of_organizations: frozenset[str] | None = None
    columns: tuple[str, ...] = ("member", "org")

    def kinds_by_days(self) -> dict[tuple[date, date] | None, frozenset[str]]:
        """The kinds of events wanted, by the days on which they are; None: whenever."""
        found: dict[tuple[date, date] | None, set[str]] = {}
        for kind in self.kinds or ():
            found.setdefault(self.days.get(kind), set()).add(kind)
        return {days: frozenset(kinds) for days, kinds in found.items()}


class Source(Protocol):
    """Where facts come from: `Facts`, a part of a bundle, or the deployment's database.

    `relation("events", needed)` and so on give `Rows` for any engine, or a `Query` that the connection of the
    engine runs by itself (`INSERT ... SELECT`, nothing passes through Python). `name`: organizations,
    memberships, events, states. An object that is asked for an audit may also have

    - `parts(engine) -> Iterable[Source]`: several sources that share no committee;
    - `engine(name) -> Engine | None`: an engine on its own connection, e.g. `SqliteEngine(connection)`, used
      when that engine is asked for.
    """

    def relation(self, name: str, needed: Needed) -> Rows | Query: ...


class Engine(Protocol):
    """One connection on which tables are staged and the four files are run."""

    name: str

    def table(self, name: str, columns: Columns, rows: Iterable[Sequence[object]], key: str = "") -> None:
        """Stage rows as a temporary table; `key`: columns, separated by commas, that it is looked up by."""

    def derive(
        self, name: str, columns: Columns, select: str, key: str = "", parameters: Sequence[object] = ()
    ) -> None:
        """Stage the rows of a SELECT as a temporary table."""

    def rows(self, select: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT over staged tables."""

    def day(self, column: str) -> str:
        """SQL that turns a date column of a `Query` into a running day (`date.toordinal`); null stays."""

    def begin(self, narrow: bool = False) -> None:
        """Begin the one transaction of an audit. `narrow`: it asks for few subjects of many."""

    def end(self) -> None:
        """Drop what was staged; the connection is as before."""
