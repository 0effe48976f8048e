"""What evidence proves to the audit: exactly its rows. What was withdrawn proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Coalesce

from zhibu.registers.evidence.models import Entry

Rows = QuerySet[Any, Any]

#: An entry without a reference refers to itself.
_REF = Case(When(ref="", then=F("id")), default=F("ref"))


def events() -> Rows:
    """One event per entry; `day` is the day it counts for."""
    return Entry.objects.filter(type=Entry.Type.EVENT, withdrawn=None).values_list(
        "kind",
        "organization_id",
        "member_id",
        Coalesce("counts_for", "day"),
        F("day"),
        "amount",
        _REF,
        "recorded",
    )


def states() -> Rows:
    """One state per entry, from `day` until its end."""
    return Entry.objects.filter(type=Entry.Type.STATE, withdrawn=None).values_list(
        "kind",
        "organization_id",
        "member_id",
        F("day"),
        F("until"),
        "amount",
        _REF,
        "recorded",
    )


EVENTS: tuple[Callable[[], Rows], ...] = (events,)
STATES: tuple[Callable[[], Rows], ...] = (states,)


def kinds_of(entries: Collection[str]) -> frozenset[str] | None:
    """The kinds of these entries, which never change; None where one is gone."""
    rows = dict(Entry.objects.filter(pk__in=entries).values_list("pk", "kind"))
    return frozenset(rows.values()) if len(rows) == len(entries) else None


#: Type of record in the log → the kinds of facts that a write to such records can alter.
PROVES = {"evidence.entry": kinds_of}
