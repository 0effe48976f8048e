"""What this register proves to the audit: who belongs where, as what."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from zhibu.registers.members.models import Membership


def memberships() -> QuerySet[Any, Any]:
    """The relation `memberships`."""
    return Membership.objects.values_list(
        "member_id", "organization_id", "status", "category", "since", "until"
    )


MEMBERSHIPS = memberships
EVENTS: tuple[Any, ...] = ()
STATES: tuple[Any, ...] = ()
