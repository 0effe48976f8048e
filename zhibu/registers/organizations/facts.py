"""What this register proves to the audit: the tree itself, and its states."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat

from zhibu.registers.organizations.models import (
    Establishment,
    FirstDayOfUse,
    Placement,
    Post,
    PostKind,
    Term,
)
from zhibu.site import packs

Rows = QuerySet[Any, Any]

#: The posts that are states of the norm, as `post.KIND`.
POSTS = tuple(kind for kind in PostKind if kind is not PostKind.GROUP_LEADER)

NO_MEMBER = Value(None, output_field=CharField())
NO_AMOUNT = Value(None, output_field=IntegerField())


def organizations() -> Rows:
    """The relation `organizations`."""
    return Placement.objects.values_list(
        "organization_id", "parent_id", "kind", "category", "name", "since", "until"
    )


def posts() -> Rows:
    """`post.KIND`: who holds a post where the packs know such a post; ref = the post's own id.

    The seats of a general branch (党总支) are written like a branch's: what a branch's committee owes it does not.
    """
    kinds = {kind: packs.norm().kinds.get(f"post.{kind}") for kind in POSTS}
    fits = [Q(kind=kind, place_kind__in=listed.organizations) for kind, listed in kinds.items() if listed]
    placed = Placement.objects.filter(organization=OuterRef("organization")).order_by("-since")
    known = Post.objects.annotate(place_kind=Subquery(placed.values("kind")[:1]))
    return known.filter(reduce(or_, fits, Q(pk__in=()))).values_list(
        Concat(Value("post."), F("kind"), output_field=CharField()),
        "organization_id",
        "member_id",
        "since",
        "until",
        NO_AMOUNT,
        "id",
        "recorded",
    )


def fulltime_deputies() -> Rows:
    """A full-time deputy (专职副书记) is a deputy secretary too."""
    return Post.objects.filter(kind=PostKind.FULLTIME_DEPUTY).values_list(
        Value("post.deputy_secretary", output_field=CharField()),
        "organization_id",
        "member_id",
        "since",
        "until",
        NO_AMOUNT,
        "id",
        "recorded",
    )


def terms() -> Rows:
    """`term`: until is only an approved other end."""
    return Term.objects.values_list(
        Value("term", output_field=CharField()),
        "organization_id",
        NO_MEMBER,
        "since",
        "until",
        NO_AMOUNT,
        "id",
        "recorded",
    )


def establishments() -> Rows:
    """`establishment`: the number of staff posts, in people."""
    return Establishment.objects.values_list(
        Value("establishment", output_field=CharField()),
        "organization_id",
        NO_MEMBER,
        "since",
        "until",
        Cast("people", IntegerField()),
        "id",
        "recorded",
    )


#: Before any day that is asked about.
ALWAYS_KNOWN = Value(date(1900, 1, 1), output_field=DateField())


def first_days_of_use() -> Rows:
    """`in_use`: ref = the pack followed; a setting of the deployment, known on every day (docs/meaning.md 11)."""
    return FirstDayOfUse.objects.values_list(
        Value("in_use", output_field=CharField()),
        "organization_id",
        NO_MEMBER,
        "since",
        Value(None, output_field=DateField()),
        NO_AMOUNT,
        "pack",
        ALWAYS_KNOWN,
    )


ORGANIZATIONS = organizations
EVENTS: tuple[Any, ...] = ()
STATES = (posts, fulltime_deputies, terms, establishments, first_days_of_use)
