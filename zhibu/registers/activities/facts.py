"""What activities prove to the audit, each with exactly the columns of `events`; hours earned: `hours.py`.

Cancelled activities prove nothing, planned ones only their plan. An organization that another named proves
nothing by it until it has confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from zhibu.registers.activities import hours, kinds, rules
from zhibu.registers.activities.models import Activity, Attendance, Block, Host, Paper, Theme
from zhibu.registers.organizations.models import Placement
from zhibu.site import packs
from zhibu.site.select import OfKind, Select

Rows = QuerySet[Any, Any]

NO_TEXT = Value(None, output_field=CharField())
NO_NUMBER = Value(None, output_field=BigIntegerField())


def _counted_day(prefix: str) -> Coalesce:
    """The day that the activity counts for."""
    return Coalesce(F(f"{prefix}counts_for"), F(f"{prefix}day"))


def _kind_of_host(organization: str, day: str) -> Subquery:
    """What kind of organization the host was on the day of the activity."""
    placed = Placement.objects.filter(
        Q(since__lte=OuterRef(day)) & (Q(until__isnull=True) | Q(until__gt=OuterRef(day))),
        organization=OuterRef(organization),
    )
    return Subquery(placed.values("kind")[:1])


def themes() -> Rows:
    """One event per kind and host; kinds counted in half-day slots with theirs."""
    norm = packs.norm()
    fits = [
        Q(kind__in=ids, host_kind__in=organizations)
        for organizations, ids in kinds.organizations_by_kind(norm).items()
    ]
    slots = Case(
        *(When(part=part, then=Value(number)) for part, number in rules.SLOTS.items()),
        default=Value(0),
        output_field=BigIntegerField(),
    )
    total = Block.objects.filter(activity=OuterRef("activity")).values("activity").annotate(total=Sum(slots))
    return (
        Theme.objects.filter(activity__status=Activity.Status.HELD)
        .annotate(host=F("activity__hosts__organization"), host_recorded=F("activity__hosts__recorded"))
        .annotate(host_kind=_kind_of_host("host", "activity__day"))
        .filter(reduce(or_, fits, Q(pk__in=())), host_recorded__isnull=False)
        .values_list(
            F("kind"),
            F("host"),
            NO_TEXT,
            _counted_day("activity__"),
            F("activity__day"),
            Case(When(kind__in=sorted(kinds.in_slots(norm)), then=Subquery(total.values("total")))),
            F("activity_id"),
            Greatest("recorded", "host_recorded"),
        )
    )


def _common_papers(paper: str, kind: str, activities: tuple[str, ...] | None) -> Rows:
    """Papers of one kind, for every host that has confirmed and may have that fact."""
    listed = packs.norm().kinds.get(kind)
    organizations = listed.organizations if listed else ()
    themes_of = Theme.objects.filter(activity=OuterRef("activity"), kind__in=activities or ())
    planned = [Activity.Status.PLANNED] if paper in (Paper.Kind.PLAN, Paper.Kind.NOTICE) else []
    return (
        Paper.objects.filter(
            Exists(themes_of) if activities is not None else Q(),
            kind=paper,
            organization=None,
            activity__status__in=[Activity.Status.HELD, *planned],
        )
        .annotate(host=F("activity__hosts__organization"), host_recorded=F("activity__hosts__recorded"))
        .annotate(host_kind=_kind_of_host("host", "activity__day"))
        .filter(host_recorded__isnull=False, host_kind__in=organizations)
        .values_list(
            Value(kind),
            F("host"),
            NO_TEXT,
            F("happened"),
            F("happened"),
            NO_NUMBER,
            F("activity_id"),
            Greatest("recorded", "host_recorded"),
        )
    )


def attendance_lists() -> Rows:
    """Attendance lists: each host has its own."""
    kind = kinds.PAPER_KINDS["attendance"]
    listed = packs.norm().kinds.get(kind)
    confirmed = Host.objects.filter(
        activity=OuterRef("activity"), organization=OuterRef("organization"), recorded__isnull=False
    )
    return (
        Paper.objects.filter(
            Exists(confirmed), activity__status=Activity.Status.HELD, kind=Paper.Kind.ATTENDANCE
        )
        .annotate(host_kind=_kind_of_host("organization", "activity__day"))
        .filter(host_kind__in=listed.organizations if listed else ())
        .values_list(
            Value(kind),
            F("organization_id"),
            NO_TEXT,
            F("happened"),
            F("happened"),
            NO_NUMBER,
            F("activity_id"),
            F("recorded"),
        )
    )


def attended_democratic() -> Rows:
    """Everyone present at a democratic life meeting (民主生活会), for the committee that held it."""
    return (
        Attendance.objects.filter(
            state=Attendance.State.PRESENT,
            activity__status=Activity.Status.HELD,
            activity__themes__kind="meeting.democratic",
        )
        .annotate(host=F("activity__hosts__organization"), host_recorded=F("activity__hosts__recorded"))
        .annotate(host_kind=_kind_of_host("host", "activity__day"))
        .filter(host_recorded__isnull=False, host_kind="committee")
        .values_list(
            Value("attended.democratic"),
            F("host"),
            F("member_id"),
            _counted_day("activity__"),
            F("activity__day"),
            NO_NUMBER,
            F("activity_id"),
            Greatest("recorded", "activity__themes__recorded", "host_recorded"),
        )
    )


def attended_orglife() -> Rows:
    """Everyone present at an organizational life meeting (组织生活会) of the own branch, and of no other."""
    own = Host.objects.filter(
        activity=OuterRef("activity"), organization=OuterRef("organization"), recorded__isnull=False
    )
    return Attendance.objects.filter(
        Exists(own),
        state=Attendance.State.PRESENT,
        activity__status=Activity.Status.HELD,
        activity__themes__kind="meeting.orglife",
    ).values_list(
        Value("attended.orglife"),
        F("organization_id"),
        F("member_id"),
        _counted_day("activity__"),
        F("activity__day"),
        NO_NUMBER,
        F("activity_id"),
        Greatest("recorded", "activity__themes__recorded"),
    )


#: Papers common to all hosts: what proves what.
_PAPERS: tuple[tuple[str, str, tuple[str, ...] | None], ...] = (
    (Paper.Kind.PLAN, kinds.PAPER_KINDS["plan"], None),
    (Paper.Kind.RECORD, kinds.PAPER_KINDS["record"], None),
    *kinds.SPECIAL_PAPERS,
)

#: What this register proves.
EVENTS: tuple[Callable[[], Rows | Select], ...] = (
    themes,
    *(OfKind(paper[1], partial(_common_papers, *paper)) for paper in _PAPERS),
    OfKind(kinds.PAPER_KINDS["attendance"], attendance_lists),
    OfKind(kinds.TRAINING, hours.training),
    OfKind(kinds.TRAINING, hours.made_up_training),
    OfKind("attended.democratic", attended_democratic),
    OfKind("attended.orglife", attended_orglife),
)
STATES: tuple[Callable[[], Rows], ...] = ()


def kinds_of(activities: Collection[str]) -> frozenset[str]:
    """All kinds that activities can prove, whichever they are: a change may have taken kinds away."""
    proved = {supply.kind for supply in EVENTS if isinstance(supply, OfKind)}
    listed = packs.norm().kinds.values()
    # Hours are recorded with the register of study, and earned by attendance too.
    own = {kind.id for kind in listed if kind.register == kinds.REGISTER}
    return frozenset(proved | own | {kinds.TRAINING})


#: Type of record in the log → the kinds of facts that a write to such records can alter.
PROVES = {"activities.activity": kinds_of}
