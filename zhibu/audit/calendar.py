"""The days of every period (docs/meaning.md 15-19): rows of a pack's calendar (校历), pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from zhibu.norm.model import COMMON_UNITS, SCHOOL_UNITS, Calendar, Due

ONE_DAY = timedelta(days=1)
MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class UnknownPeriod(ValueError):
    """A duty names a period that is neither a unit nor a window or span of its pack's calendar."""


class Period(NamedTuple):
    """One period: both days included; `no_rule` where the school calendar lists nothing for it (未定标准)."""

    unit: str
    name: str
    first: date
    last: date
    no_rule: bool = False


def day_of_year(year: int, month: int, day: int) -> date:
    """That day of the year; February 29 is the 28th in other years (meaning 40)."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)


def months_later(day: date, months: int) -> date:
    """`day` so many months on, at the month's end where the month is shorter (Jan 31 → Feb 28 → Mar 31)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def anniversary(day: date, years: int) -> date:
    """The n-th anniversary of `day`, reckoned from it (Feb 29 → Feb 28 in other years)."""
    return day_of_year(day.year + years, day.month, day.day)


def due_day(last: date, due: Due | None) -> date:
    """The day on which a period ending on `last` is due: `last`, or the first such month and day after it."""
    if due is None:
        return last
    this_year = day_of_year(last.year, due.month, due.day)
    return this_year if this_year > last else day_of_year(last.year + 1, due.month, due.day)


def periods(calendar: Calendar, unit: str, first_year: int, last_year: int) -> list[Period]:
    """All periods of `unit` that have a day in the years from `first_year` to `last_year`, in order of days.

    `unit` is a unit, or the name of a window or span of the calendar. Raises UnknownPeriod for anything else.
    """
    if unit in COMMON_UNITS or unit in SCHOOL_UNITS:
        found = list(_of_unit(calendar, unit, first_year, last_year))
    elif unit in calendar.windows:
        found = list(_windows(calendar, unit, first_year, last_year))
    elif unit in calendar.spans:
        found = list(_spans(calendar, unit, last_year))
    else:
        raise UnknownPeriod(unit)
    return [each for each in found if each.last.year >= first_year and each.first.year <= last_year]


def _of_unit(calendar: Calendar, unit: str, first_year: int, last_year: int) -> Iterator[Period]:
    if unit == "week":
        return _weeks(first_year, last_year)
    if unit in MONTHS_OF:
        return _months(unit, first_year, last_year)
    if unit == "teaching_week":
        return _teaching_weeks(calendar, first_year, last_year)
    if unit == "teaching_month":
        return _teaching_months(calendar, first_year, last_year)
    return _semesters(calendar, first_year, last_year)


def _weeks(first_year: int, last_year: int) -> Iterator[Period]:
    monday = date(first_year, 1, 1) - timedelta(days=date(first_year, 1, 1).weekday())
    while monday.year <= last_year:
        year, week, _ = monday.isocalendar()
        yield Period("week", f"{year:04}-W{week:02}", monday, monday + timedelta(days=6))
        monday += timedelta(days=7)


def _months(unit: str, first_year: int, last_year: int) -> Iterator[Period]:
    length = MONTHS_OF[unit]
    for year in range(first_year, last_year + 1):
        for number in range(12 // length):
            first = date(year, number * length + 1, 1)
            name = {
                "month": f"{year:04}-{number + 1:02}",
                "quarter": f"{year:04}-Q{number + 1}",
                "half": f"{year:04}-H{number + 1}",
                "year": f"{year:04}",
            }[unit]
            yield Period(unit, name, first, months_later(first, length) - ONE_DAY)


def _is_listed(calendar: Calendar, first: date, last: date) -> bool:
    """Whether a day from `first` to `last` lies in a listed term or vacation."""
    return any(each.first <= last and first <= each.last for each in (*calendar.terms, *calendar.vacations))


def _works(calendar: Calendar, afternoon: date) -> bool:
    """Whether a study afternoon (学习日下午) works: in a term and not lost; a moved one still works."""
    if not any(term.first <= afternoon <= term.last for term in calendar.terms):
        return False
    return afternoon in calendar.moved or afternoon not in calendar.lost


def _teaching_weeks(calendar: Calendar, first_year: int, last_year: int) -> Iterator[Period]:
    for week in _weeks(first_year, last_year):
        named = week._replace(unit="teaching_week")
        if calendar.study_weekday is None or not _is_listed(calendar, week.first, week.last):
            yield named._replace(no_rule=True)
        elif _works(calendar, week.first + timedelta(days=calendar.study_weekday - 1)):
            yield named


def _teaching_months(calendar: Calendar, first_year: int, last_year: int) -> Iterator[Period]:
    least = calendar.weeks_of_teaching_month
    for month in _months("month", first_year, last_year):
        named = month._replace(unit="teaching_month")
        unsettled = calendar.study_weekday is None or least is None
        if unsettled or not _is_listed(calendar, month.first, month.last):
            yield named._replace(no_rule=True)
            continue
        days = (month.first + timedelta(days=n) for n in range((month.last - month.first).days + 1))
        if sum(day.isoweekday() == calendar.study_weekday and _works(calendar, day) for day in days) >= (
            least or 0
        ):
            yield named


def _semesters(calendar: Calendar, first_year: int, last_year: int) -> Iterator[Period]:
    found = [Period("semester", term.name, term.first, term.last) for term in calendar.terms]
    for half in _months("half", first_year, last_year):
        if not _is_listed(calendar, half.first, half.last):
            found.append(half._replace(unit="semester", no_rule=True))
    return iter(sorted(found, key=lambda each: (each.first, each.name)))


def _windows(calendar: Calendar, name: str, first_year: int, last_year: int) -> Iterator[Period]:
    (first_month, first_day), (last_month, last_day) = calendar.windows[name]
    for year in range(first_year - 1, last_year + 1):
        first = day_of_year(year, first_month, first_day)
        ends_in = year + ((last_month, last_day) < (first_month, first_day))
        yield Period(name, f"{year:04}-{name}", first, day_of_year(ends_in, last_month, last_day))


def _spans(calendar: Calendar, name: str, last_year: int) -> Iterator[Period]:
    start, months = calendar.spans[name]
    first, number = start, 0
    while first.year <= last_year:
        number += 1
        following = months_later(start, number * months)
        yield Period(name, f"{first:%Y-%m}+{months}", first, following - ONE_DAY)
        first = following
