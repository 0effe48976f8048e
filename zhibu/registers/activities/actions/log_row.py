"""The log row of a write to an activity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zhibu.access import log, snapshot
from zhibu.access.models import Account
from zhibu.registers.activities.models import Activity


def hosts_of(activity: Activity) -> list[str]:
    """The ids of the organizations that hold it, the leading one first."""
    return list(activity.hosts.values_list("organization_id", flat=True))


def log_activity(
    actor: Account,
    verb: str,
    activity: Activity,
    *,
    before: Mapping[str, Any] | None,
    reason: str = "",
    members: Iterable[str] | None = None,
) -> None:
    """Log a write to an activity: it touches its hosts and, unless told whom, everyone on its lists."""
    after = dict(snapshot(activity) or {})
    if reason:
        after["reason"] = reason.strip()
    touched = activity.attendances.values_list("member_id", flat=True) if members is None else members
    organizations = {*hosts_of(activity), *activity.attendances.values_list("organization_id", flat=True)}
    log(
        actor,
        verb,
        activity,
        before=before,
        after=after,
        organizations=sorted(organizations),
        members=list(touched),
    )
