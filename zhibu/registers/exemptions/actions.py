"""The writers: apply for an exemption, approve or decline it, end it early."""

from __future__ import annotations

from datetime import date

from zhibu.access import Refused, action, log, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.exemptions.models import ALL_DUTIES, Exemption
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization


def _log(actor: Account, verb: str, exemption: Exemption, before: dict[str, object] | None) -> None:
    log(
        actor,
        verb,
        exemption,
        before=before,
        after=snapshot(exemption),
        organizations=[exemption.organization_id],
        members=[exemption.member_id] if exemption.member_id else [],
    )


@action("exemptions.apply")
def apply(
    *,
    actor: Account,
    organization: Organization,
    duty: str,
    duties: frozenset[str],
    since: date,
    until: date | None,
    reason: str,
    today: date,
    member: Member | None = None,
    decided_by: str = "",
    document: str = "",
) -> Exemption:
    """Apply for an exemption (申请免除). `duties`: the ids that the norm has.

    With `decided_by` it is approved at once by whom that names.
    """
    permit(actor, "exemptions.apply", organization)
    if duty != ALL_DUTIES and duty not in duties:
        raise Refused(
            what="没有登记免除",
            why=f"规范中没有“{duty}”这项要求",
            mend="请从列表中选择工作要求",
            code="exemptions.unknown_duty",
        )
    if until is not None and until <= since:
        raise Refused(
            what="没有登记免除",
            why="终止日期不晚于起始日期",
            mend="终止日期要写免除的最后一天之后的一天，或留空",
            code="exemptions.ends_before_it_begins",
        )
    if member is not None and not member.memberships.filter(organization=organization).exists():
        raise Refused(
            what="没有登记免除",
            why=f"{member} 不在“{organization}”",
            mend="请选择该党组织的党员，或改选党组织",
            code="exemptions.member_elsewhere",
        )
    exemption = Exemption.objects.create(
        organization=organization,
        member=member,
        duty=duty,
        since=since,
        until=until,
        reason=reason,
        applied=today,
    )
    _log(actor, "exemptions.apply", exemption, None)
    if decided_by:
        return decide(
            actor=actor,
            exemption=exemption,
            approved=True,
            decided_by=decided_by,
            document=document,
            today=today,
        )
    return exemption


@action("exemptions.decide")
def decide(
    *,
    actor: Account,
    exemption: Exemption,
    approved: bool,
    decided_by: str,
    today: date,
    document: str = "",
    answer: str = "",
) -> Exemption:
    """Approve (批准) or decline an application. From `today` on the audit knows of an approved one."""
    permit(actor, "exemptions.decide", exemption.organization)
    locked = Exemption.objects.select_for_update().get(pk=exemption.pk)
    if locked.stage != Exemption.Stage.APPLIED:
        raise Refused(
            what="没有改动",
            why=f"这项免除已经办结（{locked.get_stage_display()}）",
            mend="如需另行免除，请重新登记一项",
            code="exemptions.already_decided",
        )
    before = snapshot(locked)
    locked.stage = Exemption.Stage.APPROVED if approved else Exemption.Stage.DECLINED
    locked.decided_by, locked.document, locked.answer, locked.recorded = decided_by, document, answer, today
    locked.save()
    _log(actor, "exemptions.decide", locked, before)
    return locked


@action("exemptions.end")
def end(*, actor: Account, exemption: Exemption, until: date, reason: str) -> Exemption:
    """End an approved exemption early (提前终止): it holds until the day before `until`."""
    permit(actor, "exemptions.decide", exemption.organization)
    locked = Exemption.objects.select_for_update().get(pk=exemption.pk)
    begun = locked.stage == Exemption.Stage.APPROVED and locked.since < until
    if not begun or (locked.until is not None and locked.until <= until):
        raise Refused(
            what="没有改动",
            why="只有已批准的免除可以提前终止，且终止日期要在起止日期之间",
            mend="请核对日期",
            code="exemptions.cannot_end",
        )
    before = snapshot(locked)
    locked.until = until
    locked.answer = f"{locked.answer}；提前终止：{reason}".lstrip("；")[:400]
    locked.save()
    _log(actor, "exemptions.end", locked, before)
    return locked
