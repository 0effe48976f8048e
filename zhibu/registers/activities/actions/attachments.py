"""Attach a file to an activity, or take it off again."""

from __future__ import annotations

from datetime import date

from zhibu.access import Refused, action, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.activities.actions.log_row import log_activity
from zhibu.registers.activities.models import Activity, Attachment
from zhibu.site.files import keep_file


@action("activities.attach")
def attach_file(*, actor: Account, activity: Activity, name: str, data: bytes, today: date) -> Attachment:
    """Keep the file, then the row that names it. Raises Refused for what is not taken."""
    _permit(actor, activity)
    before = snapshot(activity)
    attachment = Attachment.objects.create(activity=activity, recorded=today, **keep_file(name, data))
    log_activity(actor, "activities.attach", activity, before=before, members=())
    return attachment


@action("activities.attach")
def remove_attachment(*, actor: Account, attachment: Attachment, today: date) -> None:
    """Take a file off the activity. The content stays for the log."""
    _permit(actor, attachment.activity)
    before = snapshot(attachment.activity)
    activity = attachment.activity
    attachment.delete()
    log_activity(actor, "activities.detach", activity, before=before, members=())


def _permit(actor: Account, activity: Activity) -> None:
    """Any of the organizations that hold it may add its papers; the first that the actor writes for."""
    hosts = [host.organization for host in activity.hosts.select_related("organization")]
    for host in hosts[:-1]:
        try:
            return permit(actor, "activities.attach", host)
        except Refused:
            continue
    return permit(actor, "activities.attach", hosts[-1])
