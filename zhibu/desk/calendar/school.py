"""The school's days as the calendar shows them: study afternoons, whose turn they are, terms, holidays. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from zhibu.audit.calendar import periods
from zhibu.desk.mending import school_calendar
from zhibu.desk.tasks import in_order
from zhibu.norm.model import Calendar, Duty, Norm
from zhibu.site.wording import period_title

ONE_DAY = timedelta(days=1)
#: The unit of the duties that take turns on the study afternoons of a month (article 9).
IN_TURN = "teaching_month"
_VACATIONS = {"summer": "暑假", "winter": "寒假"}


@dataclass(frozen=True)
class SchoolDay:
    """What a day is at school."""

    study: bool = False  # a study afternoon on which people work
    themes: tuple[Duty, ...] = ()  # the duties whose turn it is
    notes: tuple[str, ...] = ()  # 停课, 开学, 放假 …
    off: str = ""  # the public holiday
    working: bool = False  # worked although a weekend (调休)


def days(norm: Norm, first: date, last: date) -> dict[date, SchoolDay]:
    """Every day from `first` to `last`. Holidays where the State Council has published them; the pack's rows decide."""
    calendar = school_calendar(norm) or Calendar()
    study = set(afternoons(calendar, first, last))
    themes = turns(norm, first, last)
    notes = _notes(calendar)
    found = {}
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        off, working = _public(day)
        found[day] = SchoolDay(
            day in study, tuple(themes.get(day, ())), tuple(notes.get(day, ())), off, working
        )
    return found


def afternoons(calendar: Calendar, first: date, last: date) -> list[date]:
    """The study afternoons of the terms from `first` to `last`: lost ones left out, moved ones where they went."""
    found = set()
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        in_term = any(term.first <= day <= term.last for term in calendar.terms)
        if in_term and day.isoweekday() == calendar.study_weekday and day not in calendar.moved:
            found.add(day)
    found -= set(calendar.lost)
    return sorted(found | {to for to in calendar.moved.values() if first <= to <= last})


def turns(norm: Norm, first: date, last: date) -> Mapping[date, list[Duty]]:
    """Study afternoon → the duties whose turn it is: in the norm's order, the last takes what is left over."""
    calendar = school_calendar(norm)
    duties = [duty for duty in in_order(norm) if duty.period == IN_TURN and duty.form == "quota"]
    found: dict[date, list[Duty]] = {}
    if calendar is None or not duties:
        return found
    for month in periods(calendar, IN_TURN, first.year, last.year):
        taught = [] if month.no_rule else afternoons(calendar, month.first, month.last)
        if not taught or month.last < first or month.first > last:
            continue
        for number, duty in enumerate(duties):
            found.setdefault(taught[min(number, len(taught) - 1)], []).append(duty)
    return {day: themes for day, themes in found.items() if first <= day <= last}


def week_title(norm: Norm, monday: date) -> str:
    """The week's number in its term (教学12周: the weeks of the year, 第47周, are others), or the vacation; empty where
    nothing is listed.
    """
    calendar = school_calendar(norm) or Calendar()
    sunday = monday + 6 * ONE_DAY
    for term in calendar.terms:
        if term.first <= sunday and monday <= term.last:
            start = term.first - timedelta(days=term.first.weekday())
            return f"教学{(monday - start).days // 7 + 1}周"
    for vacation in calendar.vacations:
        if vacation.first <= sunday and monday <= vacation.last:
            return _VACATIONS.get(vacation.name.partition("-")[2], "假期")
    return ""


def _notes(calendar: Calendar) -> Mapping[date, list[str]]:
    found: dict[date, list[str]] = {}
    for term in calendar.terms:
        found.setdefault(term.first, []).append(f"{period_title(term.name)}开学")
    for vacation in calendar.vacations:
        found.setdefault(vacation.first, []).append(
            f"{_VACATIONS.get(vacation.name.partition('-')[2], '假期')}开始"
        )
    for day, why in calendar.lost.items():
        found.setdefault(day, []).append(f"集中学习停：{why}")
    for day, to in calendar.moved.items():
        found.setdefault(day, []).append(f"集中学习改在 {to.month}月{to.day}日")
        found.setdefault(to, []).append(f"补 {day.month}月{day.day}日的集中学习")
    return found


def _public(day: date) -> tuple[str, bool]:
    """The public holiday of a day, and whether a weekend is worked; nothing for years not yet published."""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return "", False
    if off and name:
        return chinese_calendar.Holiday(name).chinese, False
    return "", not off and day.isoweekday() > 5
