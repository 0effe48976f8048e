"""The branch's answer to what was handed in: read, confirmed, returned; and its withdrawal."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.urls import reverse

from zhibu.access import action, permit, permits, renew, snapshot
from zhibu.access.models import Account
from zhibu.inbox import post, settle
from zhibu.inbox.models import Kind
from zhibu.registers.education import queries
from zhibu.registers.education.actions.common import log_submission, permit_writing, refuse
from zhibu.registers.education.models import Reflection, Stage, Training

Handed = TypeVar("Handed", Reflection, Training)


@action("education.mark_read")
def mark_read(*, actor: Account, reflection: Reflection, remark: str = "", today: date) -> Reflection:
    """A reflection was read (已阅): from today on it counts, for the day it was handed in."""
    permit(actor, "education.mark_read", reflection.organization)
    renew(reflection)
    _require(reflection, Stage.HANDED, "只有待阅的心得可以标为已阅")
    return _accepted(actor, "education.mark_read", reflection, remark, today)


@action("education.confirm")
def confirm_training(*, actor: Account, training: Training, remark: str = "", today: date) -> Training:
    """A training's proof was looked at and holds (已确认): from today on it counts. Nobody confirms the own."""
    permit(actor, "education.confirm", training.organization)
    renew(training)
    _require(training, Stage.HANDED, "只有待确认的培训可以确认")
    if training.member_id == actor.member_id:
        raise refuse("没有确认", "本人的外出培训不能由本人确认", "请支部其他委员或党办确认", "own_training")
    return _accepted(actor, "education.confirm", training, remark, today)


def _accepted(actor: Account, verb: str, record: Handed, remark: str, today: date) -> Handed:
    before = snapshot(record)
    record.stage, record.remark, record.recorded = Stage.ACCEPTED, remark.strip(), today
    record.save()
    settle(record.about, [record.member])
    log_submission(actor, verb, record, before)
    return record


@action("education.return")
def return_to_member(*, actor: Account, record: Handed, remark: str) -> Handed:
    """Give it back with a remark (退回): it does not count, and its member may change it and hand it in again.

    The member finds it in the inbox.
    """
    permit(actor, "education.return", record.organization)
    renew(record)
    if record.stage not in (Stage.HANDED, Stage.ACCEPTED):
        raise refuse("没有退回", f"这一条{record.stage_title()}", "无须退回", "stage")
    if not remark.strip():
        raise refuse("没有退回", "没有写意见", "请写明要怎样改", "no_remark")
    before = snapshot(record)
    record.stage, record.remark, record.recorded = Stage.RETURNED, remark.strip(), None
    record.save()
    page = "education_reflection" if isinstance(record, Reflection) else "education_training"
    post(
        [record.member],
        kind=Kind.RETURNED,
        title=f"退回：{record}",
        text=record.remark,
        link=reverse(page, args=[record.pk]),
        about=record.about,
        sender=str(record.organization),
    )
    log_submission(actor, "education.return", record, before)
    return record


@action("education.withdraw")
def withdraw(*, actor: Account, record: Handed, reason: str) -> Handed:
    """Withdraw (撤销): it stays to be read and counts for nothing. A member only what is not accepted."""
    own = False
    renew(record)
    if not permits(actor, "education.withdraw", record.organization):
        own = permit_writing(actor, record.organization, record.member)
        if not record.open:
            raise refuse("没有撤销", f"这一条{record.stage_title()}", "请支部退回或撤销", "not_open")
    if record.stage == Stage.WITHDRAWN:
        raise refuse("没有撤销", "这一条已经撤销", "无须再撤销", "stage")
    if not reason.strip():
        raise refuse("没有撤销", "没有写原因", "请写明原因", "no_reason")
    before = snapshot(record)
    record.stage, record.remark, record.recorded = Stage.WITHDRAWN, reason.strip(), None
    record.save()
    log_submission(actor, queries.OWN if own else "education.withdraw", record, before)
    return record


def _require(record: Reflection | Training, stage: Stage, why: str) -> None:
    if record.stage != stage:
        raise refuse("没有改动", f"{why}，这一条{record.stage_title()}", "请刷新页面", "stage")
