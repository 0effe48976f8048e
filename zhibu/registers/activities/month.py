"""The month beside the list of activities: its weeks, and what was or will be on each day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest

from zhibu.registers.activities import forms, queries
from zhibu.registers.activities.models import Activity
from zhibu.site import packs


def of_month(rows: QuerySet[Activity], month: str) -> QuerySet[Activity]:
    """The activities of a month, named as 2026-11."""
    year, number = (int(part) for part in month.split("-"))
    last = calendar.monthrange(year, number)[1]
    return rows.filter(day__range=(date(year, number, 1), date(year, number, last)))


def weeks_of(day: date) -> list[list[date]]:
    """The weeks of the month of `day`, Monday to Sunday, with the days around it that fill them."""
    return calendar.Calendar().monthdatescalendar(day.year, day.month)


def month_of(request: HttpRequest, today: date) -> dict[str, object]:
    """The month of the address, else this one: its weeks with the number of activities of each day."""
    text = request.GET.get("month", "")
    named = text in dict(forms.months(today))
    first = date(int(text[:4]), int(text[5:]), 1) if named else today.replace(day=1)
    rows = of_month(queries.activities(request.user), f"{first:%Y-%m}")
    rows = rows.exclude(status=Activity.Status.CANCELLED)
    organization = request.GET.get("organization")
    if organization:
        rows = rows.filter(hosts__organization=organization)
    by_day: dict[date, list[str]] = {}
    for day, title in rows.order_by("day").values_list("day", "title"):
        by_day.setdefault(day, []).append(title)
    weekdays = [pack.calendar.study_weekday for pack in packs.norm().packs.values()]
    weekday = next((one for one in weekdays if one), None)
    weeks = [
        [
            {
                "day": day,
                "here": day.month == first.month,
                "today": day == today,
                "study": day.isoweekday() == weekday,
                "titles": by_day.get(day, []),
            }
            for day in week
        ]
        for week in weeks_of(first)
    ]
    known = dict(forms.months(today))
    before = f"{first - timedelta(days=1):%Y-%m}"
    after = f"{(first + timedelta(days=32)).replace(day=1):%Y-%m}"
    return {
        "title": f"{first.year}年{first.month}月",
        "weeks": weeks,
        "before": before if before in known else "",
        "after": after if after in known else "",
        "organization": organization or "",
        "count": sum(len(titles) for titles in by_day.values()),
    }
