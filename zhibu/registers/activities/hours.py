"""Hours (学时) that attendance earns, as events: what an activity earns is reckoned once, not once per person."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Substr

from zhibu.norm.model import Norm
from zhibu.registers.activities import kinds
from zhibu.registers.activities.models import Activity, Attendance, Block, Theme
from zhibu.site import packs
from zhibu.site.select import Select


def training() -> Select:
    """Hours of everyone present at what earns them; across the new year a row for each year."""
    return _hours(Attendance.State.PRESENT, "e.first", "e.minutes", "a.recorded")


def made_up_training() -> Select:
    """Hours of those on leave who made the study up (补学): for the days missed, never more than was missed.

    Of what lies across the new year the earlier days are made up first.
    """
    left = "a.made_up_minutes - (e.so_far - e.minutes)"
    minutes = (
        f"CASE WHEN {left} < e.minutes THEN CASE WHEN {left} > 0 THEN {left} ELSE 0 END ELSE e.minutes END"
    )
    return _hours(Attendance.State.LEAVE, "a.made_up", minutes, "a.made_up_recorded", so_far=True)


def _hours(state: str, happened: str, minutes: str, recorded: str, so_far: bool = False) -> Select:
    """An event per attendance in a state and calendar year of an activity that earned.

    `so_far`: `minutes` asks what it earned up to the end of that year.
    """
    earned, parameters = _earned(packs.norm()).query.sql_with_params()
    if so_far:
        up_to = "SUM(minutes) OVER (PARTITION BY activity_id ORDER BY first) AS so_far"
        earned = f"SELECT activity_id, minutes, first, known, {up_to} FROM ({earned}) y"
    table = Attendance._meta.db_table
    sql = (
        "SELECT 'training', a.organization_id, a.member_id, e.first, "
        f"{happened}, {minutes}, a.activity_id, "
        f"CASE WHEN {recorded} > e.known THEN {recorded} ELSE e.known END "
        f"FROM {table} a INNER JOIN ({earned}) e ON a.activity_id = e.activity_id "
        f"WHERE a.state = %s AND {happened} IS NOT NULL AND {minutes} > 0"
    )
    return Select(sql, (*parameters, str(state)), days=(3, 4, 7))


def _earned(norm: Norm) -> QuerySet[Any, Any]:
    """What each activity earned in each calendar year: minutes, its first day then, when that was known."""
    return (
        Block.objects.filter(earning(norm), activity__status=Activity.Status.HELD)
        # The year as text: SQLite would call Python for each row to take it as a number.
        .annotate(year=Substr(Cast("day", CharField(max_length=10)), 1, 4))
        .values("activity_id", "year")
        .annotate(minutes=_minutes(norm), first=Min("day"), known=_known_earning(norm))
        .filter(minutes__gt=0)
        .order_by()
    )


def earning(norm: Norm) -> Q:
    """The rows (blocks, lines of lists) of activities of a kind that earned hours on the activity's day."""
    themes = Theme.objects.filter(activity=OuterRef("activity"))
    found = [Q(Exists(themes.filter(kind=kinds.TRAINING)))]
    for first, until, value in kinds.changes(norm, kinds.EARNING):
        if isinstance(value, tuple):
            days = Q(activity__day__gte=first) & (Q(activity__day__lt=until) if until else Q())
            found.append(days & Q(Exists(themes.filter(kind__in=value))))
    return reduce(or_, found)


def _known_earning(norm: Norm) -> Subquery:
    """The day on which it became known that the activity earns hours: of its first such kind."""
    ids = {kinds.TRAINING}
    for _, _, value in kinds.changes(norm, kinds.EARNING):
        ids.update(value if isinstance(value, tuple) else ())
    found = Theme.objects.filter(activity=OuterRef("activity"), kind__in=sorted(ids)).order_by("recorded")
    return Subquery(found.values("recorded")[:1])


def _minutes(norm: Norm) -> Sum:
    """What the blocks earn by the parameters in force on their days (rules.earned says the same)."""
    cases: list[When] = []
    for parameter, parts in (
        (kinds.HOURS_DAY, ("day",)),
        (kinds.HOURS_HALF_DAY, ("morning", "afternoon", "evening")),
        (kinds.HOURS_FULL_HOUR, ("clock",)),
    ):
        for first, until, value in kinds.changes(norm, parameter):
            if isinstance(value, int):
                full_hours = (F("minutes") - F("minutes") % 60) / 60
                when = Q(part__in=parts, day__gte=first) & (Q(day__lt=until) if until else Q())
                cases.append(When(when, then=full_hours * value if "clock" in parts else Value(value)))
    return Sum(Case(*cases, default=Value(0), output_field=BigIntegerField()))
