"""Reads of members, narrowed to what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from zhibu.access import scope
from zhibu.access.models import ObjectKey
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import SEALED_WITH, Application, Grouping, Member, Membership
from zhibu.registers.organizations.models import Organization, Placement, Post

#: The status of who is no member but applies to become one.
APPLICANT = "applicant"


def members(reader: Any, day: date) -> QuerySet[Member]:
    """The members within reach, each with the membership of `day`, else the last.

    Annotated: `place`, `place_name`, `status`, `category`, `belongs` (False: gone, or not yet there),
    `applying` (an applicant: then the place is that of the application, the status APPLICANT), and the
    wrapped key that opens the sealed fields.
    """
    own = Membership.objects.filter(member=OuterRef("pk"), since__lte=day)
    last = own.order_by(F("until").desc(nulls_first=True), "-since", "organization_id")
    name = Placement.objects.filter(organization=OuterRef("place"), since__lte=day).order_by("-since")
    applied = Application.objects.filter(member=OuterRef("pk")).order_by("-since")
    applying = applied.filter(in_force(day))
    key = ObjectKey.objects.filter(type=SEALED_WITH, object=OuterRef("pk"))
    return (
        scope.members(reader)
        .annotate(
            place=Coalesce(
                Subquery(applying.values("organization_id")[:1]),
                Subquery(last.values("organization_id")[:1]),
                Subquery(applied.values("organization_id")[:1]),
            ),
            applying=Exists(applying),
            category=Subquery(last.values("category")[:1]),
            belongs=Exists(Membership.objects.filter(in_force(day), member=OuterRef("pk"))),
            wrapped_key=Subquery(key.values("sealed_key")[:1]),
        )
        .annotate(
            status=Case(
                When(applying=True, then=Value(APPLICANT)),
                default=Subquery(last.values("status")[:1]),
                output_field=CharField(),
            ),
            place_name=Subquery(name.values("name")[:1]),
        )
    )


def at(rows: QuerySet[Member], organization: str, day: date) -> QuerySet[Member]:
    """Of these, those who belong on `day` to the organization or one below it, or apply there."""
    below = Organization.objects.filter(pk__in=scope.subtree([organization]))
    there = in_force(day) & Q(member=OuterRef("pk"), organization__in=below.values("pk"))
    return rows.filter(Exists(Membership.objects.filter(there)) | Exists(Application.objects.filter(there)))


def memberships(member: Member) -> QuerySet[Membership]:
    """All memberships, latest first, each with its organization's name."""
    return (
        Membership.objects.filter(member=member)
        .prefetch_related(Prefetch("organization", queryset=Organization.objects.latest()))
        .order_by("-since")
    )


def applications(member: Member) -> QuerySet[Application]:
    """All applications, latest first, each with its organization's name."""
    return (
        Application.objects.filter(member=member)
        .prefetch_related(Prefetch("organization", queryset=Organization.objects.latest()))
        .order_by("-since")
    )


def posts(member: Member) -> QuerySet[Post]:
    """All posts held, latest first."""
    return (
        Post.objects.filter(member=member)
        .prefetch_related(Prefetch("organization", queryset=Organization.objects.latest()))
        .order_by(F("until").desc(nulls_first=True), "-since")
    )


def groups_of(branch: Organization, day: date) -> list[Placement]:
    """The groups (党小组) that stand directly below a branch on the day, by number and name."""
    rows = Placement.objects.filter(in_force(day), kind="group", parent=branch)
    return list(rows.order_by("organization__number", "name"))


def groups_reached(reader: Any, tree: Iterable[Placement]) -> list[str]:
    """The groups that the reader leads, where nobody else's members are within reach; else none.

    `tree`: the placements of the day, at least those of the organizations that the reader's grants are at.
    """
    roots = scope.roots(reader, scope.READ_MEMBERS)
    kinds = {row.organization_id: row.kind for row in tree}
    return list(roots) if all(kinds.get(root) == "group" for root in roots) else []


def in_group(group: str, day: date) -> list[Member]:
    """The members of a group on the day, by name."""
    return list(Member.objects.filter(pk__in=grouped([group], day)).order_by("pinyin", "pk"))


def grouped(groups: Iterable[str], day: date) -> dict[str, str]:
    """Member → group, of these groups on the day, while the member belongs to the group's branch."""
    branch = Placement.objects.filter(in_force(day), organization=OuterRef(OuterRef("group"))).values(
        "parent"
    )
    belongs = Membership.objects.filter(in_force(day), member=OuterRef("member"), organization__in=branch)
    rows = Grouping.objects.filter(in_force(day), Exists(belongs), group__in=list(groups))
    return dict(rows.order_by("since").values_list("member_id", "group_id"))
