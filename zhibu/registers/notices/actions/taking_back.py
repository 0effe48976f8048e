"""What undo does beside putting the fields of a notice back: recipients and messages follow its status."""

from __future__ import annotations

from zhibu.inbox import take_back
from zhibu.inbox.models import Kind
from zhibu.registers.notices.actions.log_row import refuse
from zhibu.registers.notices.actions.sending import announce
from zhibu.registers.notices.models import BY_SENDING, Notice


def restored(notice: Notice) -> None:
    """A draft again: nobody has got it. Sent again: it is announced again to who has not read it.

    Raises Refused where somebody but the sender has read what is to be a draft again.
    """
    rows = notice.recipients.all()
    if notice.status == Notice.Status.DRAFT:
        if rows.filter(read__isnull=False).exclude(entered_how=BY_SENDING).exists():
            raise refuse(
                "已经有人阅读", "请在通知页上撤回，并写明原因；已阅的人会看到", "read_already", "没有撤回"
            )
        take_back(notice.about)
        rows.delete()
    elif notice.status == Notice.Status.SENT:
        take_back(notice.about, kind=Kind.WITHDRAWN)
        announce(notice, rows.filter(read=None))
