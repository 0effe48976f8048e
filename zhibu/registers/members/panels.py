"""What the page of an organization shows of its members: who belongs on a day, who applies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q

from zhibu.access import permits, scope
from zhibu.registers.intervals import in_force
from zhibu.registers.members import queries
from zhibu.registers.members.models import Application, Category, Membership, Status
from zhibu.registers.organizations.models import Kind, Organization, Post
from zhibu.site import panels

#: Past so many members a list belongs on the list's own page.
MOST = 150
#: What a line of a branch counts.
COLUMNS = ("total", *Status.values, *Category.values)
TITLES = ("党员", *Status.labels, *Category.labels)


def opens(reader: Any, organization: Organization) -> bool:
    """Whoever may see the members there."""
    return permits(reader, scope.READ_MEMBERS, organization)


def people(asked: panels.Asked) -> Mapping[str, Any]:
    """Of a branch its members by name on the day; of what stands above, numbers of each branch."""
    organization, day = asked.subject, asked.day
    placement = organization.placement_on(day) or organization.latest_placement()
    kind = placement.kind if placement else ""
    # A group has no memberships of its own: its members are those of its branch who are assigned to it.
    of = placement.parent_id if kind == Kind.GROUP and placement is not None else organization.pk
    shown: dict[str, Any] = {"day": day, "today": asked.today, "organization": of, "titles": TITLES}
    if kind in (Kind.COMMITTEE, Kind.GENERAL_BRANCH):
        return shown | {
            "branches": _branches(organization, asked),
            "applicants": _applicants(organization, asked),
        }
    rows = Membership.objects.filter(in_force(day), organization=of).select_related("member")
    groups = queries.groups_of(Organization(pk=of), day) if of else []
    names = {row.organization_id: row.name for row in groups}
    assigned = queries.grouped(names, day)
    posts: dict[str, list[str]] = {}
    if of:
        here = Q(organization=of) | Q(organization__in=scope.subtree([of]))
        for post in Post.objects.filter(in_force(day), here).order_by("since"):
            posts.setdefault(post.member_id, []).append(post.get_kind_display())
    found = [
        (row, "、".join(posts.get(row.member_id, ())), names.get(assigned.get(row.member_id, ""), ""))
        for row in rows.order_by("member__pinyin", "member_id")[:MOST]
        if kind != Kind.GROUP or assigned.get(row.member_id) == organization.pk
    ]
    return shown | {
        "people": found,
        # Whoever leads a group knows its members' names, and opens nobody's page.
        "opens": of in scope.reachable(asked.reader, scope.READ_MEMBERS),
        "groups": groups if kind == Kind.BRANCH else [],
        "may_group": kind == Kind.BRANCH and permits(asked.reader, "members.group", organization),
        "applicants": _applicants(organization, asked),
    }


def _applicants(organization: Organization, asked: panels.Asked) -> list[Application]:
    rows = Application.objects.filter(
        in_force(asked.day), organization__in=scope.subtree([organization.pk])
    ).select_related("member")
    return list(rows.order_by("since", "member__pinyin")[:MOST])


def _branches(organization: Organization, asked: panels.Asked) -> list[dict[str, Any]]:
    """Each organization below with its members by status and category."""
    standing: Any = Organization.objects.on(asked.day)
    below = standing.filter(pk__in=scope.subtree([organization.pk])).exclude(kind=Kind.GROUP)
    counted = (
        Membership.objects.filter(in_force(asked.day))
        .order_by()
        .values_list("organization_id", "status", "category")
        .annotate(Count("member", distinct=True))
    )
    numbers: dict[str, dict[str, int]] = {}
    for place, status, category, count in counted.filter(organization__in=below.values("pk")):
        line = numbers.setdefault(place, {})
        for key in (status, category, "total"):
            line[key] = line.get(key, 0) + count
    ordered = sorted(below, key=lambda one: (one.kind != Kind.COMMITTEE, one.number, one.name))
    return [
        {
            "pk": one.pk,
            "name": one.name,
            "numbers": [
                (title, numbers[one.pk].get(key, 0)) for key, title in zip(COLUMNS, TITLES, strict=True)
            ],
        }
        for one in ordered
        if one.pk in numbers
    ]


PANEL = panels.Panel("people", "党员", 20, "members/people.html", opens, people)
