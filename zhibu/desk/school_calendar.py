"""校历: the terms, vacations and lost afternoons that the packs reckon with, to be held against the published ones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhibu.access import permits
from zhibu.access.permission import permit
from zhibu.desk.readings import signatures
from zhibu.norm.model import SCHOOL_UNITS, Calendar, Norm, Schooldays
from zhibu.site import clock, packs
from zhibu.site.wording import WEEKDAYS, period_title

#: The reading (口径) that says which calendar holds.
READING = "calendar"
#: The listed days should reach so far past today, so that the next term's plans can be made.
AHEAD = timedelta(days=60)

_SEASONS = {"spring": "春季学期", "autumn": "秋季学期", "summer": "暑假", "winter": "寒假"}


def listed_until(norm: Norm) -> date | None:
    """The last listed day of a term or vacation; None where no pack lists any."""
    return max((row.last for pack in norm.packs.values() for row in _rows(pack.calendar)), default=None)


def needs_calendar(norm: Norm) -> bool:
    """True when a duty's period follows from terms and vacations."""
    return any(duty.period in SCHOOL_UNITS for duty in norm.duties.values())


def needs(norm: Norm, today: date) -> str:
    """What is still to be done about the calendar, in words; empty when it is confirmed and reaches far enough."""
    if not needs_calendar(norm):
        return ""
    until = listed_until(norm)
    if until is None:
        return "规范包里没有校历，按周、按月、按学期的要求都显示“未定标准”"
    if until < today + AHEAD:
        return f"校历只列到 {until.year}年{until.month}月{until.day}日，请补上以后的学期"
    if READING in norm.readings and READING not in signatures(norm):
        return "校历是按历年惯例推定的，请对照教务处公布的校历核对后签字确认"
    return ""


def _rows(calendar: Calendar) -> list[Schooldays]:
    return sorted([*calendar.terms, *calendar.vacations], key=lambda row: row.first)


def _title(name: str) -> str:
    year, _, season = name.partition("-")
    return f"{year}年{_SEASONS[season]}" if season in _SEASONS else period_title(name)


def _shown(calendar: Calendar, today: date) -> dict[str, Any]:
    terms = {row.name for row in calendar.terms}
    return {
        "calendar": calendar,
        "weekday": WEEKDAYS[calendar.study_weekday - 1] if calendar.study_weekday else "",
        "rows": [
            {
                "title": _title(row.name),
                "first": row.first,
                "last": row.last,
                "weeks": ((row.last - row.first).days + 7) // 7,
                "term": row.name in terms,
                "now": row.first <= today <= row.last,
            }
            for row in _rows(calendar)
        ],
        "lost": sorted(calendar.lost.items()),
        "moved": sorted(calendar.moved.items()),
        "windows": [(calendar.titles[id], *days) for id, days in sorted(calendar.windows.items())],
        "spans": [(start, months) for start, months in calendar.spans.values()],
    }


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The calendar of each pack that has one, and whether it is confirmed."""
    permit(request.user, "norm.read")
    norm, today = packs.norm(), clock.today()
    context = {
        "packs": [
            (pack, _shown(pack.calendar, today))
            for pack in norm.packs.values()
            if _rows(pack.calendar) or pack.calendar.lost or pack.calendar.windows or pack.calendar.spans
        ],
        "needs_calendar": needs_calendar(norm),
        "needs": needs(norm, today),
        "reading": norm.readings.get(READING),
        "signature": signatures(norm).get(READING),
        "may_sign": permits(request.user, "norm.sign"),
        "may_read_calendar": permits(request.user, "calendar.read"),
    }
    return render(request, "desk/school_calendar.html", context)
