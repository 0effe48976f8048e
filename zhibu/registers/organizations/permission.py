"""Who appoints where: the committee everywhere below it, a branch the leaders of its own groups (党小组长)."""

from __future__ import annotations

from typing import Any

from zhibu.access import permit, permits
from zhibu.registers.organizations.models import Kind, Organization, Placement

APPOINT = "organizations.appoint"
APPOINT_BELOW = "organizations.appoint_below"


def may_appoint(reader: Any, organization: Organization, placement: Placement | None = None) -> bool:
    """Whether the reader may appoint and relieve there. `placement`: where it stands, if that is known."""
    if permits(reader, APPOINT, organization):
        return True
    placed = placement or organization.latest_placement()
    if placed is None or placed.kind != Kind.GROUP or placed.parent_id is None:
        return False
    return permits(reader, APPOINT_BELOW, placed.parent_id)


def require_appoint(reader: Any, organization: Organization) -> None:
    """Raise NotPermitted unless `may_appoint`."""
    if not may_appoint(reader, organization):
        permit(reader, APPOINT, organization)
