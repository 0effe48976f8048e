"""Receipts (回执): read, acted on, or entered for somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhibu.access import NotPermitted, action, permits, snapshot
from zhibu.access.models import Account
from zhibu.inbox import settle
from zhibu.registers.notices import queries
from zhibu.registers.notices.actions.log_row import log_receipt, refuse
from zhibu.registers.notices.actions.sending import people, standing
from zhibu.registers.notices.models import Asked, Attachment, Recipient
from zhibu.site import references
from zhibu.site.files import keep_file

LONGEST_ANSWER = 400


@dataclass(frozen=True)
class Answer:
    """What was done (办理情况), with perhaps an activity that shows it and a file (name, content)."""

    text: str
    ref: str = ""
    file: tuple[str, bytes] | None = None


@action("notices.receipt")
def mark_read(*, actor: Account, recipient: Recipient, now: datetime) -> Recipient:
    """The recipient has read it (已阅). Raises Refused for what is withdrawn or read already."""
    locked = _own(actor, recipient)
    if locked.read is not None:
        raise refuse("已经阅过", "无须再按", "read_already", "没有改动")
    before = snapshot(locked)
    locked.read = now
    locked.save()
    settle(locked.notice.about, people([locked]), now)
    log_receipt(actor, "notices.receipt", locked, before)
    return locked


@action("notices.receipt")
def act(*, actor: Account, recipient: Recipient, answer: Answer, now: datetime) -> Recipient:
    """The recipient has done what was asked (已办), and says what; doing it again corrects the answer."""
    locked = _own(actor, recipient)
    _act(locked, answer, actor, now)
    return locked


@action("notices.enter")
def enter_receipt(
    *, actor: Account, recipient: Recipient, how: str, acted: bool, answer: str = "", now: datetime
) -> Recipient:
    """Enter (代登) for somebody who has no account or told it otherwise that it was read, or acted on.

    Who sent it may, and whoever may send at the organization through which it came.
    """
    may = permits(actor, "notices.send", recipient.notice.organization) or (
        recipient.shared and permits(actor, "notices.send", recipient.organization)
    )
    if not may:
        raise NotPermitted(
            what="没有登记",
            why="只有发送单位和收件人所在党组织的书记可以代登回执",
            mend="请联系所在党支部书记",
            code="access.not_permitted",
        )
    locked = _locked(recipient)
    if not how.strip():
        raise refuse("没有写怎样告知的", "请写明，如当面传达、电话告知", "no_how", "没有登记")
    if locked.done:
        raise refuse("回执已经有了", "无须代登", "done_already", "没有登记")
    before = snapshot(locked)
    locked.entered_by, locked.entered_how = str(actor), how.strip()
    locked.read = locked.read or now
    if acted and locked.asked == Asked.ACT:
        if not answer.strip():
            raise refuse("没有写办理情况", "请写一句怎样办的", "no_answer", "没有登记")
        locked.acted, locked.answer = now, answer.strip()
    locked.save()
    settle(locked.notice.about, people([locked]), now)
    log_receipt(actor, "notices.enter", locked, before)
    return locked


def _act(locked: Recipient, answer: Answer, actor: Account, now: datetime) -> None:
    if locked.asked != Asked.ACT:
        raise refuse("这一份只须阅知", "按“已阅”即可", "only_read", "没有登记")
    if not answer.text.strip():
        raise refuse("没有写办理情况", "请写一句怎样办的，如“已传达，9人参加”", "no_answer", "没有登记")
    if len(answer.text) > LONGEST_ANSWER:
        raise refuse(f"办理情况最多 {LONGEST_ANSWER} 个字", "请写得简短些，长的做成附件", "long", "没有登记")
    before = snapshot(locked)
    title = ""
    if answer.ref:
        offered = references.offered("activity", actor, locked.organization) or []
        title = next((one.title for one in offered if one.id == answer.ref), "")
        if not title:
            raise refuse("所选的活动不在您能看到的范围", "请重新选择，或不关联", "reference", "没有登记")
    locked.read, locked.acted = locked.read or now, now
    locked.answer, locked.ref, locked.ref_title = answer.text.strip(), answer.ref, title
    locked.save()
    if answer.file is not None:
        Attachment.objects.create(
            notice=locked.notice, recipient=locked, recorded=now.date(), **keep_file(*answer.file)
        )
    settle(locked.notice.about, people([locked]), now)
    log_receipt(actor, "notices.receipt", locked, before)


def _own(actor: Account, recipient: Recipient) -> Recipient:
    """The receipt, locked, where it is the actor's own and the actor still belongs there."""
    if not queries.own_receipts(actor).filter(pk=recipient.pk).exists():
        raise NotPermitted(
            what="没有改动",
            why="这份回执不是您的，或您已不在发送的党组织",
            mend="请联系发送单位",
            code="access.not_permitted",
        )
    return _locked(recipient)


def _locked(recipient: Recipient) -> Recipient:
    """The receipt as it stands now. Raises Refused where the notice no longer stands."""
    notice = standing(recipient.notice)
    locked = Recipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    locked.notice = notice
    return locked
