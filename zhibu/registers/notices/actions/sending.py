"""Send a notice, and withdraw it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from zhibu.access import action, permit, snapshot
from zhibu.access.models import Account
from zhibu.inbox import post, take_back
from zhibu.inbox.models import Kind
from zhibu.inbox.posting import Pair
from zhibu.registers.notices import recipients
from zhibu.registers.notices.actions.draft import Line, check_lines, drafted
from zhibu.registers.notices.actions.log_row import log_notice, refuse
from zhibu.registers.notices.models import BY_SENDING, Asked, Notice, Recipient
from zhibu.site.inserting import insert_new
from zhibu.site.wording import short_day


@action("notices.send")
def send(*, actor: Account, notice: Notice, now: datetime) -> Notice:
    """Send a draft: who the addressees are today is frozen, and each finds it in the inbox. Raises Refused.

    Who sends it has read it.
    """
    permit(actor, "notices.send", notice.organization)
    today = now.date()
    notice = drafted(notice)
    before = snapshot(notice)
    if notice.deadline is not None and notice.deadline < today:
        raise refuse("截止日期已过", "请先修改截止日期", "deadline", "没有发送")
    addressees = list(notice.addressees.order_by("pk"))
    # What was within reach when it was written may no longer be.
    check_lines([Line(one.type, one.target, one.whom) for one in addressees], notice.organization, today)
    found = recipients.resolve(addressees, notice.organization_id, notice.asked, today)
    if not found.people:
        raise refuse("没有一个收件人", "请先选择发给谁，并核对书记等职务已经登记", "nobody", "没有发送")
    notice.status, notice.sent, notice.sent_by = Notice.Status.SENT, now, str(actor)
    notice.place_name = str(notice.organization)
    notice.save()
    rows = [
        Recipient(
            notice_id=notice.pk,
            member_id=person.member,
            account_id=person.account,
            organization_id=person.organization,
            place_name=person.place_name,
            capacity=person.capacity,
            asked=person.asked,
            shared=person.shared,
        )
        for person in found.people
    ]
    for row in rows:
        if actor.pk == row.account_id or (row.member_id and row.member_id == actor.member_id):
            row.read, row.entered_by, row.entered_how = now, str(actor), BY_SENDING
    insert_new(rows)
    announce(notice, [row for row in rows if row.read is None])
    places = dict.fromkeys(person.organization for person in found.people if person.shared)
    log_notice(actor, "notices.send", notice, before, places, recipients=len(rows))
    return notice


@action("notices.withdraw")
def withdraw(*, actor: Account, notice: Notice, reason: str, now: datetime) -> Notice:
    """Withdraw (撤回) a notice that was sent, with the reason: who had not read it no longer finds it, who had
    is told.
    """
    permit(actor, "notices.send", notice.organization)
    notice = standing(notice)
    if not reason.strip():
        raise refuse("没有写撤回的原因", "请写明原因，已阅的人会看到", "no_reason", "没有撤回")
    before = snapshot(notice)
    notice.status, notice.withdrawn = Notice.Status.WITHDRAWN, now
    notice.withdrawn_reason = reason.strip()
    notice.save()
    take_back(notice.about, unread_only=True)
    told = notice.recipients.filter(read__isnull=False).exclude(account=actor)
    if actor.member_id:
        told = told.exclude(member=actor.member_id)
    post(
        people(told),
        kind=Kind.WITHDRAWN,
        title=f"已撤回：{notice.title}",
        text=f"原因：{notice.withdrawn_reason}",
        link=f"/notices/{notice.pk}/",
        about=notice.about,
        sender=notice.place_name,
        at=now,
    )
    log_notice(actor, "notices.withdraw", notice, before)
    return notice


def announce(notice: Notice, rows: Iterable[Recipient]) -> None:
    """Put the notice into the inboxes of these recipients. Inside an action."""
    by_asked: dict[str, list[Recipient]] = {}
    for row in rows:
        by_asked.setdefault(row.asked, []).append(row)
    for asked, got in by_asked.items():
        wanted = (
            ["请办理" + (f"：{notice.demand}" if notice.demand else "")] if asked == Asked.ACT else ["请阅知"]
        )
        if notice.deadline:
            wanted.append(f"{short_day(notice.deadline)}前")
        post(
            people(got),
            kind=Kind.NOTICE,
            title=notice.title,
            text="，".join(wanted),
            link=f"/notices/{notice.pk}/",
            about=notice.about,
            sender=notice.place_name,
            at=notice.sent,
        )


def people(rows: Iterable[Recipient]) -> list[Pair]:
    """To whom messages about these receipts go."""
    return [(row.member_id, row.account_id) for row in rows]


def standing(notice: Notice) -> Notice:
    """The notice as it stands now, locked. Raises Refused for a draft and for what was withdrawn."""
    locked = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if locked.status != Notice.Status.SENT:
        why = "还没有发送" if locked.status == Notice.Status.DRAFT else f"已撤回：{locked.withdrawn_reason}"
        raise refuse(f"“{locked.title}”{why}", "请刷新页面", "not_sent", "没有改动")
    return locked
