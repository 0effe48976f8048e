"""Attach a file to an entry, or take it off again."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from zhibu.access import Refused, action, log, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.evidence.models import Attachment, Entry
from zhibu.site import uploads


@action("evidence.attach")
def attach_file(*, actor: Account, entry: Entry, name: str, data: bytes, today: date) -> Attachment:
    """Keep the file, then the row that names it. Raises Refused for what is not taken."""
    permit(actor, "evidence.attach", entry.organization)
    try:
        stored = uploads.keep(settings.FILES, name, data)
    except uploads.UploadRefused as refused:
        raise Refused(what=refused.what, why=refused.why, mend=refused.mend, code=refused.code) from refused
    attachment = Attachment.objects.create(
        entry=entry,
        name=stored.name,
        digest=stored.digest,
        size=stored.size,
        content_type=stored.content_type,
        recorded=today,
    )
    _log(actor, "evidence.attach", entry, None, snapshot(attachment))
    return attachment


@action("evidence.attach")
def remove_attachment(*, actor: Account, attachment: Attachment, today: date) -> None:
    """Take a file off the entry. The content stays for the log."""
    entry = attachment.entry
    permit(actor, "evidence.attach", entry.organization)
    before = snapshot(attachment)
    attachment.delete()
    _log(actor, "evidence.detach", entry, before, None)


def _log(
    actor: Account, verb: str, entry: Entry, before: dict[str, object] | None, after: dict[str, object] | None
) -> None:
    log(actor, verb, entry, before=before, after=after, organizations=[entry.organization_id])
