"""The writers of applications to join the Party (article 7): apply, hand over, withdraw, correct."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.access import Refused, action, log, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.members import rules
from zhibu.registers.members.actions.belonging import check_after, check_place, end
from zhibu.registers.members.actions.profile import put_on_roll
from zhibu.registers.members.models import Application, Member
from zhibu.registers.organizations.models import Organization

VERB = "members.apply"


def _refused(what: str, why: str, mend: str, code: str) -> Refused:
    return Refused(what=what, why=why, mend=mend, code=f"members.{code}")


def _check(member: Member, organization: Organization, since: date, own: Application | None = None) -> None:
    """The organization stands on the day, and no earlier application reaches into this one."""
    check_place(organization, since)
    others = member.applications.exclude(pk=own.pk if own else None)
    if rules.overlap(since, None, others.values_list("since", "until")):
        mend = "请填上一次申请结束以后的日期"
        raise _refused("没有保存", f"{since} 起已有登记的入党申请", mend, "apply_twice")


def _check_come(since: date, today: date) -> None:
    if since > today:
        raise _refused("没有登记", f"日期 {since} 在今天之后", "请填递交入党申请书的日期", "apply_future")


def _begin(
    actor: Account, member: Member, organization: Organization, since: date, today: date, **dates: Any
) -> Application:
    _check(member, organization, since)
    row = Application.objects.create(
        member=member, organization=organization, since=since, recorded=today, **dates
    )
    log(actor, VERB, row, before=None, after=snapshot(row), organizations=[organization], members=[member])
    return row


@action(VERB)
def apply(
    *,
    actor: Account,
    organization: Organization,
    since: date,
    today: date,
    member: Member | None = None,
    identity: str | None = None,
    **profile: Any,
) -> Member:
    """Take an application into the hands of `organization` from `since`, the day on which it was handed in.

    Of a new person, or of `member`, already on the roll. Refused for a Party member, or where one stands.
    """
    permit(actor, VERB, organization)
    _check_come(since, today)
    if member is None:
        member = put_on_roll(actor, VERB, organization, today, {"applied": since} | profile, identity)
    else:
        permit(actor, VERB, member=member)
        if member.memberships_on(today).exists():
            mend = "请核对是不是这个人；重名的请新增申请人"
            raise _refused(f"{member.name} 没有登记", "已经是党员", mend, "apply_member")
        if member.applications.filter(until__isnull=True).exists():
            mend = "要换支部的，请用“转交其他支部”"
            raise _refused(f"{member.name} 没有登记", "入党申请已经登记", mend, "apply_twice")
    _begin(actor, member, organization, since, today)
    return member


def standing(member: Member) -> Application:
    """The application that has no end. Raises Refused when there is none."""
    row = member.applications.filter(until__isnull=True).order_by("-since").first()
    if row is None:
        mend = "请先登记入党申请"
        raise _refused(f"{member.name} 没有办理", "没有办理中的入党申请", mend, "apply_none")
    return row


@action(VERB)
def hand_over(
    *, actor: Account, member: Member, organization: Organization, since: date, today: date
) -> Application:
    """Another organization handles the application from `since` on (转交), with what was decided so far."""
    row = standing(member)
    permit(actor, VERB, row.organization)
    permit(actor, VERB, organization)
    if organization.pk == row.organization_id:
        why = f"已由“{organization}”办理"
        raise _refused(f"{member.name} 没有转交", why, "请选转入的支部", "same_place")
    _check_come(since, today)
    check_after(row, since)
    end(actor, VERB, row, since, "转交其他支部")
    return _begin(actor, member, organization, since, today, activist=row.activist, prospect=row.prospect)


@action(VERB)
def withdraw(*, actor: Account, member: Member, until: date, reason: str) -> Application:
    """End an application that led nowhere, or leads on elsewhere (撤回、调离、毕业). The reason is kept."""
    row = standing(member)
    permit(actor, VERB, row.organization)
    check_after(row, until)
    if not reason.strip():
        raise _refused("没有办理", "没有写原因", "请写本人撤回、调离或其他原因", "no_reason")
    end(actor, VERB, row, until, reason.strip())
    return row


@action(VERB)
def correct_application(
    *,
    actor: Account,
    member: Member,
    since: date,
    activist: date | None,
    prospect: date | None,
    today: date,
) -> Application:
    """Correct the days of the application that stands."""
    row = standing(member)
    permit(actor, VERB, row.organization)
    days = [day for day in (since, activist, prospect) if day is not None]
    if days != sorted(days) or days[-1] > today:
        why = "申请、确定为积极分子、确定为发展对象的日期前后颠倒，或在今天之后"
        raise _refused("没有保存", why, "请核对这几个日期", "apply_order")
    _check(member, row.organization, since, own=row)
    before = snapshot(row)
    row.since, row.activist, row.prospect = since, activist, prospect
    row.save(update_fields=["since", "activist", "prospect"])
    log(
        actor,
        VERB,
        row,
        before=before,
        after=snapshot(row),
        organizations=[row.organization_id],
        members=[member],
    )
    return row
