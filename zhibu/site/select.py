"""A SELECT in plain SQL where the ORM has no words for it, read like a QuerySet of tuples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Select:
    """Rows of a SELECT with `%s` for its parameters. `days`: the places of columns that are dates."""

    def __init__(self, sql: str, parameters: Sequence[Any], days: Sequence[int]) -> None:
        self.sql, self.parameters, self.days = sql, tuple(parameters), frozenset(days)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters)
            while batch := cursor.fetchmany(5000):
                for row in batch:
                    yield tuple(self._day(each) if at in self.days else each for at, each in enumerate(row))

    @staticmethod
    def _day(given: Any) -> date | None:
        """SQLite keeps days as text."""
        return date.fromisoformat(given) if isinstance(given, str) else given


@dataclass(frozen=True)
class OfKind:
    """A supplier of facts that are all of one kind: it is not asked where that kind is not wanted."""

    kind: str
    supply: Callable[[], QuerySet[Any, Any] | Select]

    def __call__(self) -> QuerySet[Any, Any] | Select:
        """The rows."""
        return self.supply()
