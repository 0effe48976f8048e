"""The deployment's database as the source of facts for the audit: every register's `facts.py`, gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from zhibu.audit.engines import Engine, Query, Rows
from zhibu.audit.engines.base import Needed
from zhibu.audit.relations import Event, Membership, Organization, State
from zhibu.site import packs
from zhibu.site.select import OfKind, Select

#: relation → its columns, and which of them are dates or numbers (the others are text).
COLUMNS: dict[str, tuple[str, ...]] = {
    "organizations": Organization._fields,
    "memberships": Membership._fields,
    "events": Event._fields,
    "states": State._fields,
}
DATES = frozenset({"since", "until", "day", "happened", "recorded"})
NUMBERS = frozenset({"amount"})

#: What a supplier asks follows from the packs alone: never from the day or a setting.
Supplier = Callable[[], QuerySet[Any, Any] | Select]


@cache
def registers() -> tuple[ModuleType, ...]:
    """The `facts` modules of the installed registers."""
    names = (
        f"{config.name}.facts"
        for config in apps.get_app_configs()
        if config.name.startswith("zhibu.registers.")
    )
    return tuple(import_module(name) for name in names if find_spec(name))


def suppliers(relation: str) -> list[Supplier]:
    """The functions that give the rows of a relation: lists for events and states, else one function."""
    found: list[Supplier] = []
    for module in registers():
        given = getattr(module, relation.upper(), ())
        found.extend([given] if callable(given) else given)
    return found


def rows(relation: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a relation, dates as dates: for an engine that does not run inside this database."""
    for supply in suppliers(relation):
        given = supply()
        yield from given if isinstance(given, Select) else given.iterator(chunk_size=5000)


def query(relation: str, needed: Needed | None = None) -> Query:
    """The relation as one SELECT that this database runs itself.

    Every supplier has the condition that suits it: a database finds by its indexes what is asked of one, and
    suppliers whose only kind is not wanted are not asked.
    """
    names = ", ".join(COLUMNS[relation])
    nulls = f"SELECT {', '.join(_typed_null(column) for column in COLUMNS[relation])} WHERE 1 = 0"
    named: list[str] = []
    chosen: list[str] = []
    parameters: list[Any] = []
    conditions: list[Any] = []
    for kind, sql, given in _supplied(relation, connection.vendor, packs.norm().fingerprint):
        where = _Where(relation, needed, kind) if needed is not None else None
        if where is not None and where.empty:
            continue
        # The first SELECT names and types the columns: a null of unknown type cannot be united with a date.
        named.append(f"arm{len(named)} ({names}) AS ({nulls} UNION ALL {sql})")
        chosen.append(f"SELECT {names} FROM arm{len(chosen)}{where.text if where else ''}")
        parameters.extend(given)
        conditions.extend(where.parameters if where else ())
    text = f"WITH {', '.join(named)} {' UNION ALL '.join(chosen)}" if chosen else nulls
    if connection.vendor == "sqlite":
        text = text.replace("%%", "\0").replace("%s", "?").replace("\0", "%")
    return Query(text, (*parameters, *conditions))


@lru_cache(maxsize=16)
def _supplied(relation: str, vendor: str, fingerprint: str) -> tuple[tuple[str, str, tuple[Any, ...]], ...]:
    """The only kind of each supplier ("" = several), its SQL and parameters: written once, from the packs alone."""
    found = []
    for supply in suppliers(relation):
        try:
            sql, given = _statement(supply())
        except EmptyResultSet:
            continue  # no pack lists what it could prove
        found.append((supply.kind if isinstance(supply, OfKind) else "", sql, tuple(given)))
    return tuple(found)


def _statement(given: QuerySet[Any, Any] | Select) -> tuple[str, Sequence[Any]]:
    """The SQL of a supplier's rows, and its parameters."""
    if isinstance(given, Select):
        return given.sql, given.parameters
    return given.order_by().query.sql_with_params()


def _typed_null(column: str) -> str:
    type_ = "date" if column in DATES else "bigint" if column in NUMBERS else "varchar(200)"
    return f"CAST(NULL AS {type_})"


class _Where:
    """The condition that keeps what is needed of a supplier. `empty`: nothing of it is.

    `kind`: the only kind that the supplier gives; its condition then says nothing of kinds.
    """

    def __init__(self, relation: str, needed: Needed, kind: str) -> None:
        self.kind, self.parameters = kind, list[Any]()
        self.empty = bool(kind) and needed.kinds is not None and kind not in needed.kinds
        tests: list[str] = []
        if relation in ("events", "states"):
            if needed.kinds is not None:
                tests.append(self._of_kinds(needed))
            if needed.subjects is not None and (not kind or kind not in needed.anyway):
                tests.append(self._of_subjects(needed, needed.subjects))
        elif relation == "memberships" and needed.subjects is not None:
            tests.append(
                f"({self._among('org', needed.subjects)} OR {self._among('member', needed.subjects)})"
            )
        found = [test for test in tests if test]
        self.text = f" WHERE {' AND '.join(found)}" if found else ""

    def _among(self, column: str, values: frozenset[str]) -> str:
        self.parameters.extend(sorted(values))
        return f"{column} IN ({', '.join(['%s'] * len(values))})" if values else "1 = 0"

    def _days(self, days: tuple[date, date] | None) -> str:
        if days is None:
            return ""
        if connection.vendor == "sqlite":
            self.parameters.extend(day.isoformat() for day in days)
            return "day BETWEEN %s AND %s"
        self.parameters.extend(days)
        # Of two bounds on a day that is reckoned (hours: an activity's first) PostgreSQL expects one row in two
        # hundred to be left, and then goes through all attendance; of bounds on rows it expects a ninth.
        return "(day, 0) >= (%s, 0) AND (day, 0) <= (%s, 0)"

    def _of_kinds(self, needed: Needed) -> str:
        if self.kind:
            return self._days(needed.days.get(self.kind))
        if not needed.days:
            return self._among("kind", needed.kinds or frozenset())
        spans = []
        for days, kinds in needed.kinds_by_days().items():
            among = self._among("kind", kinds)
            spans.append(" AND ".join(filter(None, (among, self._days(days)))))
        return f"({' OR '.join(spans)})"

    def _of_subjects(self, needed: Needed, subjects: frozenset[str]) -> str:
        if len(needed.columns) == 1:
            of_them = self._among(needed.columns[0], subjects)
            return of_them if self.kind else f"({of_them} OR {self._among('kind', needed.anyway)})"
        of_member = self._among("member", subjects)
        own = needed.of_organizations
        if self.kind:
            if own is not None and self.kind not in own:
                return of_member
            return f"({of_member} OR {self._among('org', subjects)})"
        of_organization = self._among("org", subjects)
        if own is not None:
            of_organization += f" AND {self._among('kind', own)}"
        return f"({of_member} OR ({of_organization}) OR {self._among('kind', needed.anyway)})"


class Deployment:
    """The facts of the deployment, as the audit and the export take them."""

    def __init__(self) -> None:
        self.inside = False

    def engine(self, name: str) -> Engine | None:
        """The engine of that name on Django's own connection, where that is the deployment's database."""
        connection.ensure_connection()
        if name == "sqlite" and connection.vendor == "sqlite":
            from zhibu.audit.engines.sqlite import SqliteEngine

            self.inside = True
            return SqliteEngine(connection.connection)
        if name == "postgres" and connection.vendor == "postgresql":
            from zhibu.audit.engines.postgres import PostgresEngine

            self.inside = True
            return PostgresEngine(connection=connection.connection)
        return None

    def relation(self, name: str, needed: Needed | None = None) -> Rows | Query:
        """One of the four relations: a SELECT for the engine inside the database, else rows."""
        return query(name, needed) if self.inside else Rows(rows(name))


def deployment() -> Deployment:
    """The facts of this deployment, for any engine."""
    return Deployment()
