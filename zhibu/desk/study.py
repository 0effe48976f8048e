"""One member's study in a year, for the member's own phone and the branch: hours by source, reflections,
trainings, checks, and the leave that is not made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import permits, scope
from zhibu.desk import queries
from zhibu.desk.addresses import Addresses
from zhibu.desk.hours import (
    SOURCES,
    YEARS,
    Piece,
    hour_duties,
    pieces,
    reachable_member,
    seen_of,
    study_duties,
    year_asked,
    year_lines,
)
from zhibu.desk.tasks import in_order
from zhibu.norm.amounts import amount_title, unit_of
from zhibu.norm.model import Norm
from zhibu.registers.activities import leave
from zhibu.registers.activities import queries as activities
from zhibu.registers.education import queries as education
from zhibu.registers.education.models import Training
from zhibu.site import clock, packs
from zhibu.site.wording import near_day, period_title


@dataclass(frozen=True)
class Asked:
    """A duty of study in one period."""

    title: str
    period: str
    required: str
    actual: str
    status: str
    address: str


@dataclass(frozen=True)
class Source:
    """A piece of the hours with the record behind it."""

    when: str
    title: str
    note: str
    hours: str
    address: str


@require_safe
def member(request: HttpRequest, identity: str) -> HttpResponse:
    """The study of one member in a year."""
    reader: Any = request.user
    who = reachable_member(reader, identity)
    norm, today = packs.norm(), clock.today()
    year = year_asked(request, today)
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = seen_of(norm, year, today, queries.reach(reader)).of_subject(who.pk)
    parts = pieces(who.pk, first, last)
    by_source: dict[str, int] = {}
    for part in parts:
        by_source[part.source] = by_source.get(part.source, 0) + part.minutes
    line = next(iter(year_lines(norm, found, {}, {}, year)), None)
    total = sum(by_source.values())
    trainings = education.trainings(reader).filter(member=who, last__gte=first, first__lte=last)
    reflections = education.reflections(reader).filter(member=who, day__range=(first, last)).defer("body")
    mine = who.pk == reader.member_id and scope.owns(reader, education.OWN)
    branch = education.branch_of(who, today)
    enters = branch is not None and permits(reader, education.RECORD, branch)
    shown = {
        "who": who,
        "mine": mine,
        "year": year,
        "years": [(today.year - back) for back in range(YEARS)],
        "place": str(branch) if branch is not None else "",
        "total": amount_title(total, "minutes"),
        "required": amount_title(line.required, "minutes") if line else "",
        "short": amount_title(line.short, "minutes") if line and line.short else "",
        "state": line.status if line else "",
        "by_source": [
            (title, amount_title(by_source.get(key, 0), "minutes")) for key, (title, _) in SOURCES.items()
        ],
        "sources": _sources(reader, parts, today),
        "asked": _asked(norm, found, year, today),
        "trainings": trainings.order_by("-first", "-pk"),
        "reflections": reflections,
        "leave": leave.to_make_up(reader).filter(member=who, activity__day__range=(first, last)),
        "may_make_up": branch is not None and permits(reader, "activities.attendance", branch),
        "forms": _forms(who.pk) if mine or enters else [],
    }
    return render(request, "desk/study.html", shown)


def _forms(member: str) -> list[tuple[str, str]]:
    return [
        (f"{reverse('education_reflection_new')}?member={member}", "交心得"),
        (f"{reverse('education_training_new')}?member={member}", "登记外出培训"),
    ]


def _sources(reader: Any, parts: list[Piece], today: date) -> list[Source]:
    """The pieces, newest first, each with what it was; two queries for any number."""
    refs = {part.ref for part in parts}
    held = dict(activities.activities(reader).filter(pk__in=refs).values_list("pk", "title"))
    outside = dict(Training.objects.filter(pk__in=refs).values_list("pk", "title"))
    lines = []
    for part in reversed(parts):
        made_up = part.source == "made_up"
        address = reverse("education_training", args=[part.ref]) if part.ref in outside else ""
        if part.ref in held:
            address = reverse("activity", args=[part.ref])
        lines.append(
            Source(
                near_day(part.day, today),
                outside.get(part.ref) or held.get(part.ref) or "活动",
                f"补学，{near_day(part.happened, today)}" if made_up else SOURCES[part.source][0],
                amount_title(part.minutes, "minutes"),
                address,
            )
        )
    return lines


def _asked(norm: Norm, found: list[Any], year: int, today: date) -> list[Asked]:
    """What is asked of the member by duties of study in the year, in the order of the norm."""
    at = Addresses(today, today)
    wanted = set(study_duties(norm))
    mine = [duty for duty in in_order(norm) if duty.id in wanted]
    hours = set(hour_duties(norm))
    lines = []
    for duty in mine:
        unit = unit_of(norm, duty.id)
        for one in found:
            if one.duty == duty.id and one.period.startswith(str(year)):
                lines.append(
                    Asked(
                        duty.title,
                        "" if duty.id in hours else period_title(one.period).removeprefix(f"{year}年"),
                        amount_title(one.required, unit),
                        amount_title(one.actual, unit),
                        one.status,
                        at.finding(one) if year == today.year else "",
                    )
                )
    return lines
