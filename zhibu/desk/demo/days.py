"""The days of the demo's years: study afternoons, months, who is careless. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from zhibu.norm.model import Calendar

WEDNESDAY = 3

#: How careless (1 = as most are) each branch is, by its key: what is left undone or entered late.
CARELESS = {"u05": 2.2, "u09": 0.3, "u12": 0.2, "u14": 3.0, "u16": 1.8, "u19": 2.0, "u03": 0.4, "u15": 0.4}


def careless(unit: str) -> float:
    """How much more than most this branch, or its groups, leaves undone."""
    return CARELESS.get(unit[:3], 1.0)


class Afternoon(NamedTuple):
    """A study afternoon: the Wednesday, its number within the month (from 1) and how many the month has."""

    day: date
    number: int
    of: int


def months(first: date, last: date) -> Iterator[date]:
    """The first days of the months that touch [first, last]."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = (day + timedelta(days=31)).replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def terms(calendar: Calendar, year: int) -> list[tuple[date, date]]:
    """The terms that touch a year; where the calendar lists none, from March 1 and from September 1."""
    listed = [(one.first, one.last) for one in calendar.terms if year in (one.first.year, one.last.year)]
    if listed:
        return listed
    return [(date(year, 3, 1), date(year, 7, 10)), (date(year, 9, 1), date(year + 1, 1, 14))]


def afternoons(calendar: Calendar, year: int) -> list[Afternoon]:
    """The afternoons of study of a year on which people work, with their place in the month."""
    weekday = calendar.study_weekday or WEDNESDAY
    days: list[date] = []
    for first, last in terms(calendar, year):
        day = first + timedelta(days=(weekday - first.isoweekday()) % 7)
        while day <= last:
            if day.year == year and day not in calendar.lost:
                days.append(day)
            day += timedelta(days=7)
    found = []
    for day in sorted(set(days)):
        month = [other for other in sorted(set(days)) if other.month == day.month]
        found.append(Afternoon(day, month.index(day) + 1, len(month)))
    return found
