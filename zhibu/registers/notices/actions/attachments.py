"""Attach a file to a draft, or take it off again. What was sent stays as it went out."""

from __future__ import annotations

from datetime import date

from zhibu.access import action, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.notices.actions.draft import drafted
from zhibu.registers.notices.actions.log_row import log_notice
from zhibu.registers.notices.models import Attachment, Notice
from zhibu.site.files import keep_file


@action("notices.attach")
def attach_file(*, actor: Account, notice: Notice, name: str, data: bytes, today: date) -> Attachment:
    """Keep the file, then the row that names it. Raises Refused for what is not taken."""
    permit(actor, "notices.send", notice.organization)
    notice = drafted(notice)
    before = snapshot(notice)
    attachment = Attachment.objects.create(notice=notice, recorded=today, **keep_file(name, data))
    log_notice(actor, "notices.attach", notice, before)
    return attachment


@action("notices.attach")
def remove_attachment(*, actor: Account, attachment: Attachment) -> None:
    """Take a file off the draft. The content stays for the log."""
    permit(actor, "notices.send", attachment.notice.organization)
    notice = drafted(attachment.notice)
    before = snapshot(notice)
    attachment.delete()
    log_notice(actor, "notices.detach", notice, before)
