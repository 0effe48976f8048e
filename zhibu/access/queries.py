"""Reads of accounts and of the log, narrowed to what the reader may see."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from zhibu.access import scope
from zhibu.access.models import SYSTEM, Account, Grant, LogRow, Touched
from zhibu.registers.organizations.models import Organization, Placement


def accounts(reader: Any, verb: str = "access.read") -> QuerySet[Account]:
    """The accounts whose member or one of whose grants is within reach.

    Each with `grants` and their organizations.
    """
    found = Account.objects.exclude(pk=SYSTEM)
    if not getattr(reader, "is_system", False):
        reached = scope.organizations(reader, verb).values("pk")
        within = Exists(Grant.objects.filter(account=OuterRef("pk"), organization__in=reached))
        found = found.filter(within | Q(member__in=scope.members(reader, verb).values("pk")))
    grants = Grant.objects.order_by("since").prefetch_related(
        Prefetch("organization", queryset=Organization.objects.latest())
    )
    return found.prefetch_related(Prefetch("grants", queryset=grants))


def log_rows(reader: Any, verb: str = "log.read") -> QuerySet[LogRow]:
    """The log rows that touched an organization or a member within reach, each with `actor_name`."""
    rows = LogRow.objects.annotate(
        actor_name=Subquery(Account.objects.filter(pk=OuterRef("actor")).values("name")[:1])
    )
    if getattr(reader, "is_system", False):
        return rows
    touched = Touched.objects.filter(row=OuterRef("pk"))
    # Asked of the members that a row touched, not of all whom the reader may see: those may be thousands.
    member = scope.members(reader, verb).filter(pk=OuterRef("member"))
    return rows.filter(
        Exists(touched.filter(organization__in=scope.organizations(reader, verb).values("pk")))
        | Exists(touched.filter(Exists(member)))
    )


def own_rows(reader: Any) -> QuerySet[LogRow]:
    """What the reader did, the last first: whoever may not read the log still knows the own deeds."""
    return LogRow.objects.filter(actor=reader.pk).order_by("-number")


def named(reader: Any, rows: QuerySet[LogRow], verb: str = "log.read") -> QuerySet[LogRow]:
    """Log rows with `place_name` and `member_name`: one organization and one member within reach that each touched."""
    touched = Touched.objects.filter(row=OuterRef(OuterRef("pk")))
    places = Placement.objects.filter(
        organization__in=touched.values("organization"),
        organization_id__in=scope.organizations(reader, verb).values("pk"),
    )
    people = scope.members(reader, verb).filter(pk__in=touched.values("member"))
    return rows.annotate(
        place_name=Subquery(places.order_by("organization", "-since").values("name")[:1]),
        member_name=Subquery(people.order_by("pk").values("name")[:1]),
    )


def history(
    rows: QuerySet[LogRow], *, organization: str | None = None, member: str | None = None
) -> QuerySet[LogRow]:
    """Of these rows those that touched the organization or the member, latest first."""
    touched = Touched.objects.filter(row=OuterRef("pk"))
    if organization is not None:
        rows = rows.filter(Exists(touched.filter(organization=organization)))
    if member is not None:
        rows = rows.filter(Exists(touched.filter(member=member)))
    return rows.order_by(F("number").desc())
