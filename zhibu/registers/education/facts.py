"""What study proves to the audit: reflections once read, trainings once confirmed, the lines of sheets."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from zhibu.registers.education import kinds
from zhibu.registers.education.models import Line, Reflection, Stage, Training

Rows = QuerySet[Any, Any]

NO_NUMBER = Value(None, output_field=BigIntegerField())


def _own_or(prefix: str = "") -> Case:
    """The number written on the paper; without one the record itself."""
    return Case(When(**{f"{prefix}ref": ""}, then=F(f"{prefix}id")), default=F(f"{prefix}ref"))


def _kind(kind: str) -> Value:
    return Value(kind, output_field=CharField())


def reflections() -> Rows:
    """A reflection that was read: it happened when it was handed in, and was learnt when it was read."""
    return Reflection.objects.filter(stage=Stage.ACCEPTED).values_list(
        _kind(kinds.REFLECTION),
        "organization_id",
        "member_id",
        Coalesce("counts_for", "day"),
        F("day"),
        NO_NUMBER,
        _own_or(),
        "recorded",
    )


def trainings() -> Rows:
    """A confirmed training outside, in the year in which it began."""
    return Training.objects.filter(stage=Stage.ACCEPTED, minutes__gt=0).values_list(
        _kind(kinds.TRAINING),
        "organization_id",
        "member_id",
        F("first"),
        F("first"),
        Cast("minutes", BigIntegerField()),
        F("id"),
        "recorded",
    )


def trainings_next_year() -> Rows:
    """What of a confirmed training lies in the year after: it happened from January 1 on."""
    return Training.objects.filter(
        stage=Stage.ACCEPTED, minutes_next__gt=0, next_year__isnull=False
    ).values_list(
        _kind(kinds.TRAINING),
        "organization_id",
        "member_id",
        F("next_year"),
        F("next_year"),
        Cast("minutes_next", BigIntegerField()),
        F("id"),
        "recorded",
    )


def lines() -> Rows:
    """One event for each member on a sheet that stands."""
    return Line.objects.filter(sheet__withdrawn=None).values_list(
        F("sheet__kind"),
        F("sheet__organization_id"),
        "member_id",
        Coalesce("sheet__counts_for", "sheet__day"),
        F("sheet__day"),
        NO_NUMBER,
        _own_or("sheet__"),
        "recorded",
    )


EVENTS: tuple[Callable[[], Rows], ...] = (reflections, trainings, trainings_next_year, lines)
STATES: tuple[Callable[[], Rows], ...] = ()

#: Type of record in the log → the kinds of facts that a write to such records can alter.
PROVES: dict[str, Callable[[Collection[str]], frozenset[str]]] = {
    "education.reflection": lambda ids: frozenset({kinds.REFLECTION}),
    "education.training": lambda ids: frozenset({kinds.TRAINING}),
    "education.sheet": lambda ids: frozenset(kinds.SHEETS),
}
