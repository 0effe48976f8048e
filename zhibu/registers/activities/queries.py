"""What a reader may see of the activities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from zhibu.access import permits, scope
from zhibu.registers.activities import kinds, rules
from zhibu.registers.activities.models import Activity, Attendance, Host
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Member, Membership
from zhibu.registers.members.queries import grouped
from zhibu.registers.organizations.models import Kind, Organization, Placement, Post, PostKind
from zhibu.site import packs
from zhibu.site.references import Reference

READ = "activities.read"
#: How many activities a choice of references offers.
MOST_REFERENCES = 200

#: Who is expected at what a committee holds, beside everyone: the holders of these posts.
AUDIENCES: dict[str, tuple[str, tuple[str, ...]]] = {
    "seats": (
        "领导班子",
        (
            PostKind.SECRETARY,
            PostKind.DEPUTY_SECRETARY,
            PostKind.FULLTIME_DEPUTY,
            PostKind.COMMITTEE_MEMBER,
            PostKind.COLLEGE_LEADER,
        ),
    ),
    "cadres": (
        "党员干部和支部班子",
        (
            PostKind.CADRE,
            PostKind.COLLEGE_LEADER,
            PostKind.SECRETARY,
            PostKind.DEPUTY_SECRETARY,
            PostKind.FULLTIME_DEPUTY,
            PostKind.COMMITTEE_MEMBER,
            PostKind.BRANCH_SECRETARY,
            PostKind.BRANCH_DEPUTY_SECRETARY,
            PostKind.BRANCH_COMMITTEE_MEMBER,
        ),
    ),
    "all": ("全体党员", ()),
}


@dataclass(frozen=True)
class Expected:
    """Someone on the roll: the member and the organization the member belonged to on the day."""

    member: Member
    organization: str
    organization_name: str


def activities(reader: Any) -> QuerySet[Activity]:
    """The activities that the reader may see: held by an organization within reach, or attended."""
    mine = Host.objects.filter(
        activity=OuterRef("pk"), organization__in=scope.organizations(reader, READ).values("pk")
    )
    seen = Q(Exists(mine))
    if getattr(reader, "member_id", None):
        own = Attendance.objects.filter(activity=OuterRef("pk"), member=reader.member_id)
        seen |= Q(Exists(own))
    return Activity.objects.filter(seen)


def for_list(reader: Any, today: date) -> QuerySet[Activity]:
    """The activities of the list page, with what each row shows, in a fixed number of queries."""
    hosts = Host.objects.select_related("organization").prefetch_related("organization__placements")
    present = Count("attendances", filter=Q(attendances__state=Attendance.State.PRESENT), distinct=True)
    expected = Count("attendances", filter=Q(attendances__expected=True), distinct=True)
    return (
        activities(reader)
        .annotate(present=present, expected=expected)
        .prefetch_related(Prefetch("hosts", queryset=hosts), "themes", "papers", "blocks")
    )


def hosts_for(reader: Any, verb: str, today: date) -> list[Organization]:
    """The organizations for which the reader may do `verb`, standing today: branches first, then by name."""
    order = {Kind.BRANCH: 0, Kind.GROUP: 1, Kind.GENERAL_BRANCH: 2, Kind.COMMITTEE: 3}
    reach = scope.organizations(reader, verb).values("pk")
    found = [(order.get(one.kind, 9), one.name, one) for one in _named(today).filter(pk__in=reach)]
    return [one for *_, one in sorted(found, key=lambda row: row[:2])]


def joint_choices(organization: Organization, day: date) -> list[Organization]:
    """The organizations of the same committee that may hold an activity together with this one."""
    top = organization.pk
    for _ in range(6):
        above = (
            Placement.objects.filter(in_force(day), organization=top).values_list("parent", flat=True).first()
        )
        if above is None:
            break
        top = above
    found = _named(day).filter(pk__in=scope.subtree([top])).exclude(pk=organization.pk)
    return sorted((one for one in found if one.kind != Kind.GROUP), key=lambda one: str(one.name))


def _named(day: date) -> Any:
    """The organizations standing on the day, each with its name and kind."""
    return Organization.objects.on(day)


def roll(reader: Any, organization: Organization, day: date, audience: str = "") -> list[Expected]:
    """Who is expected on that day: a branch's members; of a group its branch's; of a committee its audience.

    Empty for whoever may not record there.
    """
    if not permits(reader, "activities.attendance", organization):
        return []
    placement = organization.placement_on(day)
    if placement is None:
        return []
    rows = Membership.objects.filter(in_force(day))
    if placement.kind == Kind.GROUP:
        rows = rows.filter(organization=placement.parent_id)
    elif placement.kind == Kind.BRANCH:
        rows = rows.filter(organization=organization)
    else:
        rows = rows.filter(organization__in=scope.subtree([organization.pk]))
        posts = AUDIENCES.get(audience, AUDIENCES["seats"])[1] if placement.kind == Kind.COMMITTEE else ()
        if posts:
            held = Post.objects.filter(in_force(day), member=OuterRef("member"), kind__in=posts)
            rows = rows.filter(Exists(held))
    return _expected(rows, day)


def _expected(rows: QuerySet[Membership], day: date) -> list[Expected]:
    names = dict(Placement.objects.filter(in_force(day)).values_list("organization_id", "name"))
    ordered = rows.select_related("member").order_by("organization_id", "member__pinyin", "member_id")
    seen: dict[str, Expected] = {}
    for row in ordered:
        name = names.get(row.organization_id, "")
        seen.setdefault(row.member_id, Expected(row.member, row.organization_id, name))
    return list(seen.values())


def on_lists(activity: Activity, organizations: Iterable[str] | None = None) -> list[Attendance]:
    """The lines of the attendance list, of some organizations or all, by organization and name."""
    rows = activity.attendances.select_related("member", "organization")
    if organizations is not None:
        rows = rows.filter(organization__in=list(organizations))
    return list(rows.order_by("organization_id", "member__pinyin", "member_id"))


def keeps_group_list(reader: Any, activity: Activity) -> bool:
    """True when a group leads the activity whose list the reader keeps (党小组长)."""
    lead = activity.hosts.select_related("organization").filter(leading=True).first()
    placement = lead.organization.placement_on(activity.day) if lead else None
    return (
        lead is not None
        and placement is not None
        and placement.kind == Kind.GROUP
        and permits(reader, "activities.attendance", lead.organization)
    )


def last_list(group: Organization, day: date) -> set[str]:
    """The members assigned to the group (编组); where none is, who was on the list of what it last held."""
    if assigned := grouped([group.pk], day):
        return set(assigned)
    held = Activity.objects.filter(
        hosts__organization=group, hosts__leading=True, status=Activity.Status.HELD, day__lt=day
    )
    last = held.order_by("-day", "-pk").first()
    return set(last.attendances.values_list("member_id", flat=True)) if last else set()


def as_references(reader: Any, organization: Organization) -> list[Reference]:
    """The organization's activities as evidence may refer to them, the newest first."""
    found = (
        activities(reader).filter(hosts__organization=organization).exclude(status=Activity.Status.CANCELLED)
    )
    return [
        Reference(activity.pk, f"{activity.day:%Y-%m-%d} {activity.title}")
        for activity in found.order_by("-day", "-pk")[:MOST_REFERENCES]
    ]


def minutes_earned(activity: Activity) -> int:
    """What one attendee earns by the activity, in minutes; 0 where it is of no kind that earns."""
    norm = packs.norm()
    if not kinds.earns(norm, activity.themes.values_list("kind", flat=True), activity.day):
        return 0
    blocks = [rules.Block(row.day, row.part, row.start, row.end) for row in activity.blocks.all()]  # type: ignore[arg-type]
    return sum(rules.earned(block, kinds.hours_on(norm, block.day)) for block in blocks)


def latest_of(organization: str, kinds_: Iterable[str], first: date, last: date) -> str:
    """The id of the latest activity of some kinds that an organization leads and held on the days; empty for none."""
    rows = Activity.objects.filter(
        hosts__in=Host.objects.filter(organization=organization, leading=True),
        day__range=(first, last),
        status=Activity.Status.HELD,
        themes__kind__in=kinds_,
    )
    return rows.order_by("-day", "-pk").values_list("pk", flat=True).first() or ""


def sessions(
    organization: Organization, first: date, last: date, kind: str = "study.session"
) -> dict[str, tuple[int, int]]:
    """By member of a branch: how many of its activities of a kind on the days were attended, and of how many lists
    the member was on.
    """
    rows = Attendance.objects.filter(
        organization=organization,
        activity__day__range=(first, last),
        activity__status=Activity.Status.HELD,
        activity__themes__kind=kind,
    )
    counted = rows.values("member").annotate(
        came=Count("pk", filter=Q(state=Attendance.State.PRESENT)), listed=Count("pk")
    )
    return {row["member"]: (row["came"], row["listed"]) for row in counted}
