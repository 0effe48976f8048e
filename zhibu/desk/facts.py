"""The deployment's database as the source of facts for the audit: every register's `facts.py`, gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from zhibu.site.select import Select

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
    """The relation as one SELECT that this database runs itself."""
    names = ", ".join(COLUMNS[relation])
    gathered, given = _gathered(relation, connection.vendor, packs.norm().fingerprint)
    parameters = list(given)
    where, added = _where(relation, needed) if needed is not None else ("", [])
    parameters.extend(added)
    text = f"WITH gathered ({names}) AS ({gathered}) SELECT {names} FROM gathered{where}"
    if connection.vendor == "sqlite":
        text = text.replace("%%", "\0").replace("%s", "?").replace("\0", "%")
    return Query(text, tuple(parameters))


@lru_cache(maxsize=16)
def _gathered(relation: str, vendor: str, fingerprint: str) -> tuple[str, tuple[Any, ...]]:
    """The rows of all registers united. Their SQL follows from the packs alone and is written once."""
    # The first SELECT names and types the columns: a null of unknown type cannot be united with a date.
    parts = [f"SELECT {', '.join(_typed_null(column) for column in COLUMNS[relation])} WHERE 1 = 0"]
    parameters: list[Any] = []
    for supply in suppliers(relation):
        try:
            sql, given = _statement(supply())
        except EmptyResultSet:
            continue  # no pack lists what it could prove
        parts.append(sql)
        parameters.extend(given)
    return " UNION ALL ".join(parts), tuple(parameters)


def _statement(given: QuerySet[Any, Any] | Select) -> tuple[str, Sequence[Any]]:
    """The SQL of a supplier's rows, and its parameters."""
    if isinstance(given, Select):
        return given.sql, given.parameters
    return given.order_by().query.sql_with_params()


def _typed_null(column: str) -> str:
    type_ = "date" if column in DATES else "bigint" if column in NUMBERS else "varchar(200)"
    return f"CAST(NULL AS {type_})"


def _where(relation: str, needed: Needed) -> tuple[str, list[Any]]:
    """The condition that keeps what is needed of a relation."""
    tests: list[str] = []
    parameters: list[Any] = []
    sqlite = connection.vendor == "sqlite"

    def among(column: str, values: frozenset[str]) -> str:
        parameters.extend(sorted(values))
        return f"{column} IN ({', '.join(['%s'] * len(values))})" if values else "1 = 0"

    if relation in ("events", "states"):
        if needed.kinds is not None and not needed.days:
            tests.append(among("kind", needed.kinds))
        elif needed.kinds is not None:
            spans = []
            for days, kinds in needed.kinds_by_days().items():
                spans.append(among("kind", kinds))
                if days is not None:
                    spans[-1] += " AND day BETWEEN %s AND %s"
                    parameters.extend(day.isoformat() if sqlite else day for day in days)
            tests.append(f"({' OR '.join(spans)})")
        if needed.subjects is not None:
            subjects = [among(column, needed.subjects) for column in ("org", "member")]
            tests.append(f"({' OR '.join([*subjects, among('kind', needed.anyway)])})")
    elif relation == "memberships" and needed.subjects is not None:
        tests.append(f"({among('org', needed.subjects)} OR {among('member', needed.subjects)})")
    return f" WHERE {' AND '.join(tests)}" if tests else "", parameters


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
