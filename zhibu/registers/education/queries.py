"""What a reader may see of study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value

from zhibu.access import scope
from zhibu.registers.education import kinds
from zhibu.registers.education.models import (
    Attachment,
    Line,
    Reflection,
    Sheet,
    Stage,
    Training,
)
from zhibu.registers.education.rules import Period
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Member, Membership
from zhibu.registers.organizations.models import Organization, Placement

READ = "education.read"
RECORD = "education.record"
OWN = "education.own"


def _seen(reader: Any) -> Q:
    """Of organizations within reach, and one's own."""
    seen = Q(organization__in=scope.organizations(reader, READ).values("pk"))
    if scope.owns(reader, READ):
        seen |= Q(member=reader.member_id)
    return seen


def reflections(reader: Any) -> QuerySet[Reflection]:
    """The reflections that the reader may see."""
    return Reflection.objects.filter(_seen(reader))


def own_handed(reader: Any) -> list[tuple[date, str, bool]]:
    """The reader's own reflections that wait to be read, or were returned to be mended: the day that each
    counts for, its id, and whether it was returned.
    """
    if reader.member_id is None:
        return []
    rows = reflections(reader).filter(member=reader.member_id, stage__in=(Stage.HANDED, Stage.RETURNED))
    found = rows.order_by("day", "pk").values_list("day", "counts_for", "pk", "stage")
    return [(until or day, pk, stage == Stage.RETURNED) for day, until, pk, stage in found]


def trainings(reader: Any) -> QuerySet[Training]:
    """The trainings that the reader may see."""
    return Training.objects.filter(_seen(reader))


def sheets(reader: Any) -> QuerySet[Sheet]:
    """The sheets of organizations within reach: they name everyone."""
    return Sheet.objects.filter(organization__in=scope.organizations(reader, READ).values("pk"))


def lines(reader: Any) -> QuerySet[Line]:
    """The lines of sheets that stand, of organizations within reach, and one's own."""
    seen = Q(sheet__organization__in=scope.organizations(reader, READ).values("pk"))
    if scope.owns(reader, READ):
        seen |= Q(member=reader.member_id)
    return Line.objects.filter(seen, sheet__withdrawn=None)


def files(reader: Any) -> QuerySet[Attachment]:
    """The files that the reader may see."""
    return Attachment.objects.filter(
        Q(reflection__in=reflections(reader))
        | Q(training__in=trainings(reader))
        | Q(sheet__in=sheets(reader))
    ).select_related("reflection__organization", "training__organization", "sheet__organization")


def hosts_for(reader: Any, verb: str, day: date) -> list[Organization]:
    """The branches standing on the day where the reader may do `verb`, by name."""
    reach = scope.organizations(reader, verb).values("pk")
    return sorted(
        (one for one in _named(day).filter(pk__in=reach) if one.kind == "branch"),
        key=lambda one: str(one.name),
    )


def _named(day: date) -> Any:
    """The organizations standing on the day, each with its name and kind."""
    return Organization.objects.on(day)


def roll(organizations: Iterable[str], day: date) -> list[Membership]:
    """Who belongs to these organizations on the day, by organization and name."""
    rows = Membership.objects.filter(in_force(day), organization__in=list(organizations))
    return list(
        rows.select_related("member").order_by("organization_id", "member__pinyin", "member_id").distinct()
    )


def members_of(organization: Organization, day: date) -> list[Member]:
    """The members of a branch on a day, by name."""
    there = Membership.objects.filter(in_force(day), organization=organization, member=OuterRef("pk"))
    return list(Member.objects.filter(Exists(there)).order_by("pinyin", "pk"))


def branch_of(member: Member, day: date) -> Organization | None:
    """The branch that a member belongs to on a day; of several the one with the smallest id."""
    placed = Placement.objects.filter(in_force(day), organization=OuterRef("organization"), kind="branch")
    row = (
        Membership.objects.filter(in_force(day), Exists(placed), member=member)
        .select_related("organization")
        .order_by("organization_id")
        .first()
    )
    return row.organization if row is not None else None


def counting(prefix: str, period: Period) -> Q:
    """The rows that count for a period: by the day they count for, else by the day itself."""
    days = (period.first, period.last)
    return Q(**{f"{prefix}counts_for__range": days}) | Q(
        **{f"{prefix}counts_for__isnull": True, f"{prefix}day__range": days}
    )


def handed_in(organizations: Iterable[str], period: Period) -> dict[tuple[str, str], Reflection]:
    """By organization and member the reflection of a period that stands best: read, else waiting, else returned."""
    rank = {Stage.RETURNED: 0, Stage.HANDED: 1, Stage.ACCEPTED: 2}
    found: dict[tuple[str, str], Reflection] = {}
    rows = Reflection.objects.filter(counting("", period), organization__in=list(organizations))
    for row in rows.exclude(stage=Stage.WITHDRAWN).order_by("day", "pk"):
        key = (row.organization_id, row.member_id)
        if key not in found or rank[Stage(row.stage)] >= rank[Stage(found[key].stage)]:
            found[key] = row
    return found


def on_sheets(kind: str, organization: Organization, period: Period) -> dict[str, Line]:
    """By member the line of a sheet of the kind that counts for the period."""
    rows = Line.objects.filter(
        counting("sheet__", period),
        sheet__kind=kind,
        sheet__organization=organization,
        sheet__withdrawn=None,
    )
    return {row.member_id: row for row in rows.select_related("sheet").order_by("recorded", "pk")}


def waiting(reader: Any) -> dict[str, int]:
    """How many reflections and trainings wait for the reader's answer, by kind; one query."""
    parts: list[QuerySet[Any, Any]] = []
    for kind, verb, manager in (
        (kinds.REFLECTION, "education.mark_read", Reflection.objects),
        (kinds.TRAINING, "education.confirm", Training.objects),
    ):
        reach = scope.reachable(reader, verb)
        if reach:
            rows = manager.filter(stage=Stage.HANDED, organization__in=reach).order_by()
            parts.append(rows.values_list(Value(kind, output_field=CharField())))
    found = Counter(row[0] for row in (parts[0].union(*parts[1:], all=True) if parts else ()))
    return dict(found)
