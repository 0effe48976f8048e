"""Reminders (催办): by hand once a day, by themselves before and after the deadline; nobody twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from zhibu.access import Refused, action, permit, snapshot
from zhibu.access.models import Account
from zhibu.inbox import post
from zhibu.inbox.models import Kind
from zhibu.registers.notices import queries, rules
from zhibu.registers.notices.actions.log_row import log_notice, refuse
from zhibu.registers.notices.actions.sending import people, standing
from zhibu.registers.notices.models import Asked, Notice, Recipient, Reminder
from zhibu.site.inserting import insert_new
from zhibu.site.wording import short_day


@action("notices.urge")
def urge(*, actor: Account, notice: Notice, now: datetime) -> int:
    """Remind all who have not yet done what was asked; gives how many. Once a day: who was reminded today is not
    reminded again. Raises Refused where there is nobody to remind.
    """
    permit(actor, "notices.send", notice.organization)
    notice = standing(notice)
    told = _remind(notice, rules.urging(now.date()), now, by=str(actor))
    if not told:
        raise refuse("没有要提醒的人：都已办完，或今天已经催办过", "明天可以再催", "nobody_left", "没有催办")
    log_notice(actor, "notices.urge", notice, snapshot(notice), reminded=len(told))
    return len(told)


def remind_all(*, actor: Account, now: datetime) -> int:
    """Send the reminders that are due now and were not sent; gives how many. Run it as often as you like."""
    today = now.date()
    running = Notice.objects.filter(
        status=Notice.Status.SENT, deadline__isnull=False, sent__isnull=False
    ).order_by("pk")
    number = 0
    for notice in running:
        stage = _stage(notice, today)
        # Whose turn it is is asked before anything is locked: usually it is nobody's.
        if stage and _left(notice, stage, today).exists():
            with suppress(Refused):  # another process was quicker, or it was withdrawn meanwhile
                number += _remind_by_itself(actor=actor, notice=notice, now=now)
    return number


@action("notices.remind")
def _remind_by_itself(*, actor: Account, notice: Notice, now: datetime) -> int:
    notice = standing(notice)
    stage = _stage(notice, now.date())
    told = _remind(notice, stage, now) if stage else []
    if not told:
        raise refuse("没有要提醒的人", "无须再办", "nobody_left", "没有提醒")
    said = rules.stage_title(stage) if stage else ""
    log_notice(actor, "notices.remind", notice, snapshot(notice), stage=said, reminded=len(told))
    return len(told)


def _stage(notice: Notice, today: date) -> str | None:
    """The reminder that is due on the notice today."""
    if notice.deadline is None or notice.sent is None:
        return None
    return rules.stage(notice.deadline, notice.remind_before, timezone.localdate(notice.sent), today)


def _left(notice: Notice, stage: str, today: date) -> QuerySet[Recipient]:
    """Who has not done it, still belongs there, and was not reminded at this stage."""
    waiting = notice.recipients.filter(queries.WAITING, queries.still_there(notice.organization_id, today))
    return waiting.exclude(Exists(Reminder.objects.filter(recipient=OuterRef("pk"), stage=stage)))


def _remind(notice: Notice, stage: str, now: datetime, by: str = "") -> list[str]:
    """Remind whoever is left at this stage; gives the receipts. The notice is locked: nobody is told twice."""
    rows = list(_left(notice, stage, now.date()))
    insert_new([Reminder(recipient_id=row.pk, stage=stage, at=now) for row in rows])
    for asked in Asked.values:
        post(
            people(row for row in rows if row.asked == asked),
            kind=Kind.REMINDER,
            title=f"提醒：{notice.title}",
            text=_said(notice, asked, now, by),
            link=f"/notices/{notice.pk}/",
            about=notice.about,
            sender=notice.place_name,
            at=now,
        )
    return [row.pk for row in rows]


def _said(notice: Notice, asked: str, now: datetime, by: str) -> str:
    parts = [f"{by}催办" if by else "", "请办理" if asked == Asked.ACT else "请阅知"]
    if notice.deadline:
        parts.append(f"{short_day(notice.deadline)}截止，{rules.said_of(notice.deadline, now.date())}")
    return "；".join(part for part in parts if part)
