"""Reads of accounts and of the log, narrowed to what the reader may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from zhibu.access import scope
from zhibu.access.models import SYSTEM, Account, Grant, LogRow, Touched
from zhibu.registers.intervals import in_force
from zhibu.registers.organizations.models import Organization, Placement
from zhibu.site import clock

#: What the list of accounts calls those without a role in force.
NO_ROLE = "none"
#: How Django begins the password of an account that has none.
UNUSABLE = "!"


def accounts(reader: Any, verb: str = "access.read") -> QuerySet[Account]:
    """The accounts whose member or one of whose grants is within reach.

    Without a role and a member it is nobody's yet: whoever may make accounts sees it, to go on with it.
    Each with `grants` and their organizations.
    """
    found = Account.objects.exclude(pk=SYSTEM)
    if not getattr(reader, "is_system", False):
        reached = scope.organizations(reader, verb).values("pk")
        within = Exists(Grant.objects.filter(account=OuterRef("pk"), organization__in=reached))
        seen = Q(within) | Q(member__in=scope.members(reader, verb).values("pk"))
        if scope.roots(reader, "access.activate"):
            seen |= Q(~Exists(Grant.objects.filter(account=OuterRef("pk"))), member=None)
        found = found.filter(seen)
    grants = Grant.objects.order_by("since").prefetch_related(
        Prefetch("organization", queryset=Organization.objects.latest())
    )
    return found.prefetch_related(Prefetch("grants", queryset=grants))


def without_role() -> Q:
    """True of an account that no grant in force lets do anything."""
    return ~Q(Exists(Grant.objects.filter(in_force(clock.today()), account=OuterRef("pk"))))


def with_code(now: datetime, *, expired: bool) -> Q:
    """True of an account that waits for its first use, with an activation code that can be used or no longer."""
    ends = Q(activation_expires__lte=now) if expired else Q(activation_expires__gt=now)
    return Q(password__startswith=UNUSABLE) & ~Q(activation_hash="") & ends


def unsettled(reader: Any, now: datetime) -> dict[str, int]:
    """How many of the active accounts within reach have no role, wait with a code, wait with one that has run out."""
    rows = accounts(reader).prefetch_related(None).filter(is_active=True)
    return rows.aggregate(
        no_role=Count("pk", filter=without_role()),
        waiting=Count("pk", filter=with_code(now, expired=False)),
        expired=Count("pk", filter=with_code(now, expired=True)),
    )


def log_rows(reader: Any, verb: str = "log.read") -> QuerySet[LogRow]:
    """The log rows that touched an organization within reach, each with `actor_name`.

    Of a member within reach also those of the register of members, and those that touched no organization; what
    another branch wrote of the person, before a transfer or as a host, is read where the record itself is. Of an
    account within reach that is no member's (an auditor's) those that touched nothing.
    """
    rows = LogRow.objects.annotate(
        actor_name=Subquery(Account.objects.filter(pk=OuterRef("actor")).values("name")[:1])
    )
    if getattr(reader, "is_system", False):
        return rows
    touched = Touched.objects.filter(row=OuterRef("pk"))
    # Asked of the members that a row touched, not of all whom the reader may see: those may be thousands.
    member = scope.members(reader, verb).filter(pk=OuterRef("member"))
    of_person = Q(type__startswith="members.") | ~Exists(touched.filter(organization__isnull=False))
    of_account = Q(~Exists(touched), type=Account._meta.label_lower)
    return rows.filter(
        Exists(touched.filter(organization__in=scope.organizations(reader, verb).values("pk")))
        | of_person & Exists(touched.filter(Exists(member)))
        | of_account & Q(object__in=accounts(reader).order_by().values("pk"))
    )


def own_rows(reader: Any) -> QuerySet[LogRow]:
    """What the reader did, the last first: whoever may not read the log still knows the own deeds.

    Each with `in_log`: whether the reader finds the row in the log too.
    """
    found = Exists(log_rows(reader).filter(pk=OuterRef("pk")))
    return LogRow.objects.filter(actor=reader.pk).annotate(in_log=found).order_by("-number")


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
