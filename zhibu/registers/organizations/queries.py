"""Reads of the tree, narrowed to what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from zhibu.access import scope
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Category as MemberCategory
from zhibu.registers.members.models import Grouping, Membership, Status
from zhibu.registers.organizations.models import (
    Establishment,
    FirstDayOfUse,
    Kind,
    Organization,
    Placement,
    Post,
    PostKind,
    Term,
)

#: The posts whose holder heads an organization.
HEADS = (PostKind.SECRETARY, PostKind.BRANCH_SECRETARY, PostKind.GROUP_LEADER)
KIND_ORDER = [Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.GROUP]


def organizations(reader: Any, day: date) -> Any:
    """Those standing on `day` within reach, with `member_count`, `secretary` and `parent_name` of that
    day.
    """
    counted = (
        Membership.objects.filter(in_force(day), organization=OuterRef("pk"))
        .order_by()
        .values("organization")
        .annotate(number=Count("member", distinct=True))
        .values("number")
    )
    secretary = Post.objects.filter(
        in_force(day),
        organization=OuterRef("pk"),
        kind__in=HEADS,
    ).order_by("since")
    above = Placement.objects.filter(in_force(day), organization=OuterRef("placed__parent_id"))
    return (
        scope.organizations(reader)
        .on(day)
        .annotate(
            member_count=Coalesce(Subquery(counted, output_field=IntegerField()), Value(0)),
            secretary=Subquery(secretary.values("member__name")[:1]),
            parent_name=Subquery(above.values("name")[:1]),
        )
    )


def dissolved(reader: Any, day: date) -> Any:
    """Those within reach that stand no more on `day`."""
    standing = Placement.objects.filter(Q(until__isnull=True) | Q(until__gt=day)).values("organization")
    return scope.organizations(reader).exclude(pk__in=standing).latest()


@dataclass
class Node:
    """An organization in the tree with those below it."""

    organization: Organization
    below: list[Node] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Members here and below."""
        return int(getattr(self.organization, "member_count", 0)) + sum(node.total for node in self.below)


def tree(reader: Any, day: date) -> list[Node]:
    """The tree on `day` within reach: two queries whatever its size.

    At the top whose parent is out of reach.
    """
    ordered = sorted(
        organizations(reader, day),
        key=lambda one: (KIND_ORDER.index(one.kind), one.number, one.placed_since, one.name),
    )
    nodes = {one.pk: Node(one) for one in ordered}
    top: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.organization.parent_id or "")  # type: ignore[attr-defined]
        (above.below if above else top).append(node)
    return top


#: Posts as officials list them: the secretary first.
RANK = Case(*(When(kind=kind, then=place) for place, kind in enumerate(PostKind)), default=len(PostKind))


@dataclass(frozen=True)
class Numbers:
    """How many members there are at an organization and below, by status and by category."""

    total: int
    by_status: list[tuple[str, int]]
    by_category: list[tuple[str, int]]


def numbers(organization: Organization, day: date) -> Numbers:
    """The members of `day` here and below, each person once in each status and category.

    A group has no memberships of its own: its members are those of its branch who are assigned to it.
    """
    here = Q(organization__in=scope.subtree([organization.pk]))
    placement = organization.placement_on(day)
    if placement is not None and placement.kind == Kind.GROUP:
        assigned = Grouping.objects.filter(in_force(day), group=organization).values("member")
        here = Q(organization=placement.parent_id, member__in=assigned)
    rows = (
        Membership.objects.filter(in_force(day), here)
        .order_by()
        .values_list("status", "category")
        .annotate(Count("member", distinct=True))
    )
    counted = list(rows)

    def among(choices: Any, place: int) -> list[tuple[str, int]]:
        found = [(label, sum(row[2] for row in counted if row[place] == key)) for key, label in choices]
        return [(label, count) for label, count in found if count]

    total = sum(count for _, _, count in counted)
    return Numbers(total, among(Status.choices, 0), among(MemberCategory.choices, 1))


def posts(organization: Organization) -> QuerySet[Post]:
    """All its posts, those of today first, each with the holder."""
    return (
        Post.objects.filter(organization=organization)
        .select_related("member")
        .order_by(F("until").desc(nulls_first=True), RANK, "since")
    )


def all_posts(reader: Any) -> QuerySet[Post]:
    """The posts at the organizations within reach, each with `person` and `place_name`, the latest name."""
    name = Placement.objects.filter(organization=OuterRef("organization")).order_by("-since")
    return Post.objects.filter(organization__in=scope.organizations(reader).values("pk")).annotate(
        person=F("member__name"), place_name=Subquery(name.values("name")[:1])
    )


def terms(organization: Organization) -> QuerySet[Term]:
    """Its terms, latest first."""
    return Term.objects.filter(organization=organization).order_by("-since")


def establishments(organization: Organization) -> QuerySet[Establishment]:
    """Its numbers of staff posts, latest first."""
    return Establishment.objects.filter(organization=organization).order_by("-since")


def first_days_of_use(organization: Organization) -> QuerySet[FirstDayOfUse]:
    """From which day it follows which pack."""
    return FirstDayOfUse.objects.filter(organization=organization).order_by("since")


def placements(organization: Organization) -> QuerySet[Placement]:
    """How it stood in the tree over time, latest first, with `parent_name`."""
    above = Placement.objects.filter(organization=OuterRef("parent_id")).order_by("-since")
    return (
        Placement.objects.filter(organization=organization)
        .annotate(parent_name=Subquery(above.values("name")[:1]))
        .order_by("-since")
    )
