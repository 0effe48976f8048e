"""What the pages of an organization and of a person show of the year's activities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from zhibu.access import permits, scope
from zhibu.norm.amounts import amount_title
from zhibu.registers.activities import kinds, queries, rules
from zhibu.registers.activities.models import Activity, Attendance, Host
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs, panels


def opens(reader: Any, organization: Organization) -> bool:
    """Whoever may see its activities."""
    return permits(reader, queries.READ, organization)


def _of(organization: Organization) -> Q:
    """Of hosts: it, or a group below it."""
    below = Organization.objects.filter(pk__in=scope.subtree([organization.pk])).filter(
        placements__kind="group"
    )
    return Q(organization=organization) | Q(organization__in=below.values("pk"))


def _came(activities: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Activity → how many were present, and how many expected."""
    rows = Attendance.objects.filter(activity__in=list(activities)).order_by().values("activity_id")
    counted = rows.annotate(
        present=Count("pk", filter=Q(state=Attendance.State.PRESENT)),
        due=Count("pk", filter=Q(expected=True)),
    )
    return {row["activity_id"]: (row["present"], row["due"]) for row in counted}


def of_organization(asked: panels.Asked) -> Mapping[str, Any]:
    """Counts by kind of the year, and the activities, the latest first."""
    norm = packs.norm()
    rows = queries.activities(asked.reader).filter(
        Exists(Host.objects.filter(_of(asked.subject), activity=OuterRef("pk"))),
        day__year=asked.year,
        day__lte=asked.day if asked.is_past else date.max,
    )
    found: list[Any] = list(rows.order_by("-day", "-pk").prefetch_related("themes"))
    came = _came(one.pk for one in found)
    held = [one for one in found if one.status == Activity.Status.HELD]
    counts = Counter(theme.kind for one in held for theme in one.themes.all())
    return {
        "year": asked.year,
        "counts": [
            (
                kind.title,
                counts[kind.id],
                f"{reverse('activity_list')}?organization={asked.subject.pk}&kind={kind.id}",
            )
            for kind in kinds.offered(norm)
            if counts[kind.id]
        ],
        "held": len(held),
        "activities": [
            (one, [kinds.title_of(norm, theme.kind) for theme in one.themes.all()], *came.get(one.pk, (0, 0)))
            for one in found
        ],
        "may_record": not asked.is_past and permits(asked.reader, "activities.record", asked.subject),
        "organization": asked.subject.pk,
    }


def first_held(organization: Organization) -> date | None:
    """The day of its first activity."""
    found: date | None = Activity.objects.filter(hosts__organization=organization).aggregate(day=Min("day"))[
        "day"
    ]
    return found


def opens_person(reader: Any, member: Member) -> bool:
    """Whoever sees the person (the page) and activities at all; each activity is narrowed by itself."""
    return permits(reader, queries.READ)


def _attended(reader: Any, member: Member) -> QuerySet[Attendance]:
    """The person's lines of the attendance lists, of activities that the reader may see."""
    return Attendance.objects.filter(member=member, activity__in=queries.activities(reader).values("pk"))


def of_person(asked: panels.Asked) -> Mapping[str, Any]:
    """The activities of the year where the person was on the list, and what each earned."""
    norm = packs.norm()
    rows = (
        _attended(asked.reader, asked.subject)
        .filter(activity__status=Activity.Status.HELD, activity__day__year=asked.year)
        .select_related("activity")
        .prefetch_related("activity__themes", "activity__blocks")
        .order_by("-activity__day", "-activity_id")
    )
    lines, total, came = [], 0, 0
    for row in rows:
        themes = [theme.kind for theme in row.activity.themes.all()]
        counts = row.state == Attendance.State.PRESENT or row.made_up is not None
        minutes = 0
        if counts and kinds.earns(norm, themes, row.activity.day):
            blocks = [rules.Block(one.day, one.part, one.start, one.end) for one in row.activity.blocks.all()]  # type: ignore[arg-type]
            by_year = rules.earned_by_year(blocks, lambda day: kinds.hours_on(norm, day))
            if row.made_up is not None:
                by_year = rules.made_up_by_year(by_year, row.made_up_minutes)
            minutes = by_year.get(asked.year, 0)
        total += minutes
        came += row.state == Attendance.State.PRESENT
        lines.append(
            (
                row,
                "、".join(kinds.title_of(norm, kind) for kind in themes),
                amount_title(minutes, "minutes") if minutes else "",
            )
        )
    return {"year": asked.year, "lines": lines, "total": amount_title(total, "minutes"), "came": came}


def first_attended(member: Member) -> date | None:
    """The day of the first activity on whose list the person stands."""
    found: date | None = Attendance.objects.filter(member=member).aggregate(day=Min("activity__day"))["day"]
    return found


ORGANIZATION = panels.Panel(
    "activities", "活动", 40, "activities/of_organization.html", opens, of_organization, first_held
)
PERSON = panels.Panel(
    "activities", "活动和学时", 40, "activities/of_person.html", opens_person, of_person, first_attended
)
