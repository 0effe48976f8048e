"""Hand in a reflection, hand it in again, record papers that were handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.access import action, log_many, permit, renew, snapshot
from zhibu.access.chain import Entry
from zhibu.access.models import Account
from zhibu.inbox import settle
from zhibu.registers.education import kinds, queries, rules
from zhibu.registers.education.actions.attachments import keep
from zhibu.registers.education.actions.common import (
    hold,
    log_submission,
    permit_writing,
    refuse,
    require_kind,
)
from zhibu.registers.education.models import Reflection, Stage
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs

WHAT = "心得没有交上"


@dataclass(frozen=True)
class ReflectionDraft:
    """A reflection as it was typed: for which period, when it was handed in, and the text or where it lies."""

    period: rules.Period
    day: date
    title: str = ""
    body: str = ""
    kept_at: str = ""
    reason: str = ""  # where the period is over


@action("education.hand_in")
def hand_in_reflection(
    *,
    actor: Account,
    organization: Organization,
    member: Member,
    draft: ReflectionDraft,
    file: tuple[str, bytes] | None = None,
    today: date,
) -> Reflection:
    """A member hands a reflection in, and it waits to be read; entered for a member by the branch it is read."""
    require_kind(packs.norm(), kinds.REFLECTION)
    own = permit_writing(actor, organization, member)
    mine = member.pk == actor.member_id
    _check(draft, own or mine, file is not None, today)
    _require_member(member, organization, draft.day)
    hold(organization)
    _refuse_same(member, organization, draft)
    row = Reflection(organization=organization, member=member, entered=today)
    _fill(row, draft)
    if not mine:
        row.stage, row.recorded = Stage.ACCEPTED, today
    row.save()
    if file is not None:
        keep(row, *file, today)
    log_submission(actor, queries.OWN if own else "education.hand_in", row, None)
    return row


@action("education.hand_in")
def hand_in_again(
    *,
    actor: Account,
    reflection: Reflection,
    draft: ReflectionDraft,
    file: tuple[str, bytes] | None = None,
    today: date,
) -> Reflection:
    """Change what was not read yet, or hand in again what was returned: it was handed in today."""
    own = permit_writing(actor, reflection.organization, reflection.member)
    renew(reflection)
    if not reflection.open:
        raise refuse(
            WHAT,
            f"这一篇{reflection.stage_title()}",
            "如需修改，请支部先退回；要交另一篇的，请另交",
            "not_open",
        )
    _check(draft, True, file is not None or reflection.attachments.exists(), today)
    before = snapshot(reflection)
    _fill(reflection, draft)
    reflection.stage, reflection.recorded = Stage.HANDED, None
    reflection.save()
    if file is not None:
        keep(reflection, *file, today)
    settle(reflection.about, [reflection.member])
    log_submission(actor, queries.OWN if own else "education.hand_in", reflection, before)
    return reflection


@action("education.record")
def record_papers(
    *,
    actor: Account,
    organization: Organization,
    members: Sequence[Member],
    draft: ReflectionDraft,
    today: date,
) -> list[Reflection]:
    """Record the papers that several members handed in on a day, read by whoever collected them; all or none."""
    permit(actor, queries.RECORD, organization)
    require_kind(packs.norm(), kinds.REFLECTION)
    if not members:
        raise refuse("没有登记", "一个人也没有勾选", "请勾选交了心得的党员", "empty")
    _check(draft, False, True, today)
    hold(organization)
    there = {one.pk for one in queries.members_of(organization, draft.day)}
    handed = queries.handed_in([organization.pk], draft.period)
    for member in members:
        if member.pk not in there:
            raise _stranger(member, organization)
        known = handed.get((organization.pk, member.pk))
        if known is not None and known.stage == Stage.ACCEPTED:
            raise refuse("没有登记", f"{member}这一期的心得已经登记过", "请去掉这一名后再保存", "same")
    rows = []
    for member in members:
        row = Reflection(organization=organization, member=member, entered=today)
        _fill(row, draft)
        row.stage, row.recorded = Stage.ACCEPTED, today
        rows.append(row)
    Reflection.objects.bulk_create(rows, batch_size=500)
    log_many(
        actor,
        queries.RECORD,
        [Entry(row, None, snapshot(row), (organization.pk,), (row.member_id,)) for row in rows],
    )
    return rows


def _fill(row: Reflection, draft: ReflectionDraft) -> None:
    row.title, row.body, row.kept_at = draft.title.strip(), draft.body.strip(), draft.kept_at.strip()
    row.day = draft.day
    row.counts_for = rules.counted_day(draft.day, draft.period)
    row.counts_for_reason = draft.reason.strip() if row.counts_for else ""


def _check(draft: ReflectionDraft, written: bool, has_file: bool, today: date) -> None:
    """Refuse days that do not fit, a late one without reason, one with neither text, file nor place."""
    if draft.day > today or draft.day < rules.EARLIEST:
        raise refuse(WHAT, "交来的日期不对", "请填今天或今天以前的日期", "date")
    if draft.period.first > draft.day:
        raise refuse(WHAT, "这一期还没有开始", "请改选期间", "period")
    if rules.counted_day(draft.day, draft.period) and not draft.reason.strip():
        raise refuse(WHAT, "补交往期的心得没有写原因", "请写明补交的原因", "no_reason")
    if written and not (draft.body.strip() or has_file or draft.kept_at.strip()):
        raise refuse(
            WHAT, "没有正文，也没有附件", "请写正文、上传附件，或写明纸质原件交给了谁", "empty_reflection"
        )


def _require_member(member: Member, organization: Organization, day: date) -> None:
    if not member.memberships_on(day).filter(organization=organization).exists():
        raise _stranger(member, organization)


def _stranger(member: Member, organization: Organization) -> Exception:
    return refuse(WHAT, f"{member}在这一天不属于{organization}", "请核对党员、日期和所在支部", "not_member")


def _refuse_same(member: Member, organization: Organization, draft: ReflectionDraft) -> None:
    """A form that was sent twice."""
    same = Reflection.objects.filter(
        queries.counting("", draft.period), member=member, organization=organization,
        title=draft.title.strip(), body=draft.body.strip(), kept_at=draft.kept_at.strip(), day=draft.day,
    )  # fmt: skip
    if draft.body.strip() and same.exclude(stage=Stage.WITHDRAWN).exists():
        raise refuse(WHAT, "同样的一篇已经交过", "无须重复提交", "same")
