"""The naive calendar: every period as a plain value, reckoned day by day from docs/meaning.md.

Written from the text alone, so that it can disagree with the audit's calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.norm.model import Calendar, Due, Duty

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A period: both days included; `ruled` False = the school calendar does not reach it (no rule)."""

    name: str
    first: date
    last: date
    ruled: bool = True

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def day_of(year: int, month: int, day: int) -> date:
    """That day of that year; February 29 is the 28th in other years."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)


def months_later(day: date, months: int) -> date:
    """So many months after `day`: January 31 → February 28 → March 31, always reckoned from `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for candidate in range(day.day, 27, -1):
        try:
            return date(year, month + 1, candidate)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def years_later(day: date, years: int) -> date:
    """The n-th anniversary."""
    return months_later(day, 12 * years)


def week_name(day: date) -> str:
    """Name of the ISO week that holds `day`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def weeks(first_year: int, last_year: int) -> Iterator[Period]:
    """Monday to Sunday."""
    monday = date(first_year, 1, 1)
    while monday.isoweekday() != 1:
        monday -= ONE_DAY
    while monday.year <= last_year:
        yield Period(week_name(monday), monday, monday + timedelta(days=6))
        monday += timedelta(days=7)


def blocks(first_year: int, last_year: int, months: int) -> Iterator[Period]:
    """Months, quarters, halves and years: `months` at a time from January."""
    for year in range(first_year, last_year + 1):
        for number in range(12 // months):
            first = date(year, number * months + 1, 1)
            last = months_later(first, months) - ONE_DAY
            name = {
                1: f"{year}-{number + 1:02d}",
                3: f"{year}-Q{number + 1}",
                6: f"{year}-H{number + 1}",
                12: str(year),
            }[months]
            yield Period(name, first, last)


def listed(calendar: Calendar, period: Period) -> bool:
    """True if some day of the period lies in a listed term or vacation."""
    return any(
        rows.first <= period.last and period.first <= rows.last
        for rows in (*calendar.terms, *calendar.vacations)
    )


def works(calendar: Calendar, afternoon: date) -> bool:
    """True if this day is a study afternoon on which there is work (or one that was moved)."""
    if afternoon.isoweekday() != calendar.study_weekday:
        return False
    if not any(term.first <= afternoon <= term.last for term in calendar.terms):
        return False
    return afternoon in calendar.moved or afternoon not in calendar.lost


def working_afternoons(calendar: Calendar, period: Period) -> int:
    """How many study afternoons of the period work."""
    return sum(works(calendar, period.first + timedelta(days=n)) for n in range(period.days))


def without_rule(period: Period) -> Period:
    """The same period, beyond the school calendar."""
    return Period(period.name, period.first, period.last, ruled=False)


def teaching(calendar: Calendar, candidates: Iterator[Period], least: int | None) -> Iterator[Period]:
    """Teaching weeks and months: those of the candidates with at least `least` working afternoons."""
    for period in candidates:
        if calendar.study_weekday is None or least is None or not listed(calendar, period):
            yield without_rule(period)
        elif working_afternoons(calendar, period) >= least:
            yield period


def periods(calendar: Calendar, unit: str, first_year: int, last_year: int) -> list[Period]:
    """All periods of a unit, window or span that could touch these years, in order of their first day."""
    found: list[Period] = []
    if unit == "week":
        found = list(weeks(first_year, last_year))
    elif unit in ("month", "quarter", "half", "year"):
        length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
        found = list(blocks(first_year, last_year, length))
    elif unit == "teaching_week":
        found = list(teaching(calendar, weeks(first_year, last_year), 1))
    elif unit == "teaching_month":
        found = list(teaching(calendar, blocks(first_year, last_year, 1), calendar.weeks_of_teaching_month))
    elif unit == "semester":
        found = [Period(term.name, term.first, term.last) for term in calendar.terms]
        halves = blocks(first_year, last_year, 6)
        found += [without_rule(half) for half in halves if not listed(calendar, half)]
    elif unit in calendar.windows:
        (month, day), (end_month, end_day) = calendar.windows[unit]
        for year in range(first_year - 1, last_year + 1):
            turns = (end_month, end_day) < (month, day)
            last = day_of(year + turns, end_month, end_day)
            found.append(Period(f"{year}-{unit}", day_of(year, month, day), last))
    elif unit in calendar.spans:
        start, months = calendar.spans[unit]
        number = 0
        while (first := months_later(start, number * months)).year <= last_year:
            last = months_later(start, (number + 1) * months) - ONE_DAY
            found.append(Period(f"{first.year}-{first.month:02d}+{months}", first, last))
            number += 1
    else:
        raise ValueError(f"no such unit: {unit}")
    return sorted(found, key=lambda period: (period.first, period.name))


def due_day(due: Due | None, last: date) -> date:
    """The period's last day, or the first such month and day after it."""
    if due is None:
        return last
    same_year = day_of(last.year, due.month, due.day)
    return same_year if same_year > last else day_of(last.year + 1, due.month, due.day)


def holds(duty: Duty, last: date) -> bool:
    """True if the duty is in force for what ends on `last`."""
    if duty.holds_from is not None and last < duty.holds_from:
        return False
    return duty.holds_until is None or last < duty.holds_until
