"""Joint activities (联合开展): an organization that another named confirms its part, or says it took none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zhibu.access import Refused, action, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.activities.actions.attendance import Line, write_lines
from zhibu.registers.activities.actions.log_row import log_activity
from zhibu.registers.activities.actions.papers import Written, write_paper
from zhibu.registers.activities.models import Activity, Host, Paper
from zhibu.registers.organizations.models import Organization


@action("activities.record")
def confirm_part(
    *, actor: Account, activity: Activity, organization: Organization, lines: Sequence[Line], today: date
) -> Host:
    """Confirm that the organization took part, with its own attendance list where it was held already."""
    permit(actor, "activities.record", organization)
    host = _host(activity, organization)
    before = snapshot(activity)
    if host.recorded is None:
        host.recorded = today
        host.save()
    touched: list[str] = []
    if activity.status == Activity.Status.HELD and lines:
        touched = write_lines(actor, activity, organization, lines, today)
        write_paper(activity, Paper.Kind.ATTENDANCE, Written(happened=activity.day), today, organization)
    log_activity(actor, "activities.confirm", activity, before=before, members=touched)
    return host


@action("activities.record")
def leave_joint(*, actor: Account, activity: Activity, organization: Organization, today: date) -> Activity:
    """Say that the organization took no part: it is named no longer, its list goes with it."""
    permit(actor, "activities.record", organization)
    host = _host(activity, organization)
    if host.leading:
        raise Refused(
            what="没有退出",
            why="这是牵头的组织",
            mend="如活动没有开展，请取消活动",
            code="activities.leading",
        )
    before = snapshot(activity)
    members = list(activity.attendances.filter(organization=organization).values_list("member_id", flat=True))
    activity.attendances.filter(organization=organization).delete()
    activity.papers.filter(organization=organization).delete()
    host.delete()
    log_activity(actor, "activities.leave", activity, before=before, members=members)
    return activity


def _host(activity: Activity, organization: Organization) -> Host:
    host = activity.hosts.filter(organization=organization).first()
    if host is None:
        raise Refused(
            what="没有办成",
            why=f"{organization}不在这次联合活动的组织之中",
            mend="请由牵头的支部在“更正”中加上",
            code="activities.no_host",
        )
    return host
