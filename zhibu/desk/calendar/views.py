"""The page of the calendar: a month or a week of what concerns the reader."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import permits, scope
from zhibu.access.permission import permit
from zhibu.audit.calendar import months_later
from zhibu.desk import queries as desk
from zhibu.desk.calendar import queries, school
from zhibu.desk.calendar.asked import Asked, read
from zhibu.desk.calendar.lines import Lines
from zhibu.desk.calendar.school import SchoolDay
from zhibu.desk.calendar.things import KINDS, Wanted, gather
from zhibu.desk.document import Place
from zhibu.desk.school_calendar import needs_calendar
from zhibu.registers.activities.month import weeks_of
from zhibu.registers.organizations.models import Placement
from zhibu.site import clock, packs
from zhibu.site.wording import WEEKDAYS, full_day, short_day

ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The month or week of a day, narrowed by organization, kind of thing, or to one's own."""
    permit(request.user, "calendar.read")
    reader: Any = request.user
    norm, today = packs.norm(), clock.today()
    tree = desk.placements(today)
    places = _places(reader, tree, today)
    asked, notices = read(request.GET, today, {one.id for one in places})
    for notice in notices:
        messages.warning(request, notice)
    weeks = weeks_of(asked.day) if asked.view == "month" else [_week(asked.day)]
    first, last = weeks[0][0], weeks[-1][-1]
    of = queries.cover(tree, asked.organization) if asked.organization else None
    wanted = Wanted(reader, today, first, last, of, asked.mine, asked.kinds)
    things = gather(norm, wanted, tree)
    taught = needs_calendar(norm)
    lines = Lines(norm, things, len(places) > 1 and not asked.organization, today)
    days = school.days(norm, first, last)
    forms = _Forms(reader, asked, today)
    shown = [
        (
            school.week_title(norm, week[0]),
            [_day(day, asked, today, days[day], lines, forms) for day in week],
        )
        for week in weeks
    ]
    context = {
        "asked": asked,
        "title": _title(asked, weeks),
        "weeks": shown,
        "weekdays": list(WEEKDAYS),
        "before": asked.address(day=_turned(asked, -1)),
        "after": asked.address(day=_turned(asked, 1)),
        "now": asked.address(day=today),
        "month_address": asked.address(view="month"),
        "week_address": asked.address(view="week"),
        "places": places if len(places) > 1 else [],
        "kinds": [
            (key, title, key in asked.kinds) for key, title in KINDS.items() if key != "school" or taught
        ],
        "school": taught,
        "empty": not any(lines.on(day) for week in weeks for day in week if _here(day, asked)),
        "all_address": asked.all_address(),
        "add": forms.address(max(asked.day, today)),
        "may_subscribe": permits(reader, "calendar.subscribe"),
        "day_id": f"{asked.day:%Y-%m-%d}",
    }
    return render(request, "calendar/calendar.html", context)


def _places(reader: Any, tree: list[Placement], today: date) -> list[Place]:
    """The organizations by which the reader may narrow: those whose activities or findings are within reach."""
    reach = scope.reachable(reader, "activities.read") | scope.reachable(reader, "desk.read")
    return desk.places(tree, desk.Reach(reach, frozenset(), None), today)


def _week(day: date) -> list[date]:
    monday = day - timedelta(days=day.weekday())
    return [monday + number * ONE_DAY for number in range(7)]


def _here(day: date, asked: Asked) -> bool:
    """Whether a day belongs to the month or week asked for, and not to what only fills the sheet."""
    if asked.view == "week":
        return day.isocalendar()[:2] == asked.day.isocalendar()[:2]
    return (day.year, day.month) == (asked.day.year, asked.day.month)


def _turned(asked: Asked, step: int) -> date:
    """The same day of the month, or week, before or after."""
    return months_later(asked.day, step) if asked.view == "month" else asked.day + step * WEEK


def _title(asked: Asked, weeks: list[list[date]]) -> str:
    if asked.view == "month":
        return f"{asked.day.year}年{asked.day.month}月"
    monday, sunday = weeks[0][0], weeks[0][-1]
    until = f"{sunday.month}月{sunday.day}日" if sunday.month != monday.month else f"{sunday.day}日"
    return f"{full_day(monday)}—{until}"


class _Forms:
    """Which form a free day opens: plans ahead of today, records of days gone by; none without permission."""

    def __init__(self, reader: Any, asked: Asked, today: date) -> None:
        self.today, self.asked = today, asked
        self.plans = scope.reachable(reader, "activities.plan")
        self.records = scope.reachable(reader, "activities.record")

    def address(self, day: date, kind: str = "") -> str:
        """The form with the day filled in, and the organization and kind where they are known."""
        past = day < self.today
        where = self.records if past else self.plans
        if not where:
            return ""
        given = f"?day={day.isoformat()}"
        if self.asked.organization in where:
            given += f"&organization={self.asked.organization}"
        if kind:
            given += f"&kind={kind}"
        return reverse("activity_record" if past else "activity_plan") + given


def _day(
    day: date, asked: Asked, today: date, school_day: SchoolDay, lines: Lines, forms: _Forms
) -> dict[str, Any]:
    wants_school = "school" in asked.kinds
    return {
        "day": day,
        "id": f"d{day:%Y-%m-%d}",
        "title": short_day(day),
        "here": _here(day, asked),
        "today": day == today,
        "chosen": day == asked.day,
        "school": school_day,
        "themes": [
            (duty.title, forms.address(day, duty.kinds[0] if duty.kinds else ""))
            for duty in (school_day.themes if wants_school else ())
            if not any((day, kind) in lines.kinds for kind in duty.kinds)
        ],
        "notes": school_day.notes if wants_school else (),
        "lines": lines.on(day),
        "week_address": asked.address(view="week", day=day),
        "add": forms.address(day),
        "adds": "登记活动" if day < today else "安排活动",
    }
