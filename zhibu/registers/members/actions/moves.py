"""The writers of memberships: transfer, leave, confirm, change category, correct."""

from __future__ import annotations

from datetime import date

from zhibu.access import Refused, action, log, permit, snapshot
from zhibu.access.models import Account
from zhibu.registers.members import rules
from zhibu.registers.members.actions.belonging import check_after, current, end, join
from zhibu.registers.members.models import Category, Member, Membership, Status
from zhibu.registers.organizations.models import Organization


@action("members.transfer")
def transfer(
    *, actor: Account, member: Member, organization: Organization, since: date, today: date, reason: str = ""
) -> Membership:
    """Transfer (转接) to another organization of this deployment: the membership there begins the day
    the one here ends.
    """
    row = current(member)
    permit(actor, "members.transfer", row.organization)
    permit(actor, "members.transfer", organization)
    if organization.pk == row.organization_id:
        raise Refused(
            what=f"{member.name} 没有转接",
            why=f"组织关系已在“{organization}”",
            mend="请选转入的支部",
            code="members.same_place",
        )
    check_after(row, since)
    end(actor, "members.transfer", row, since)
    return join(
        actor,
        "members.transfer",
        member,
        organization,
        since,
        today,
        status=row.status,
        category=row.category,
        reason=reason,
    )


@action("members.transfer")
def transfer_in(
    *,
    actor: Account,
    member: Member,
    organization: Organization,
    since: date,
    today: date,
    status: str = Status.FULL,
    category: str = Category.STAFF,
    reason: str = "",
) -> Membership:
    """Take in (转入) a person already on the roll who belongs nowhere at present."""
    permit(actor, "members.transfer", organization)
    return join(
        actor,
        "members.transfer",
        member,
        organization,
        since,
        today,
        status=status,
        category=category,
        reason=reason,
    )


@action("members.leave")
def leave(*, actor: Account, member: Member, until: date, reason: str) -> Membership:
    """End the membership (转出、出党、去世): from `until` on the person belongs nowhere here.

    The reason is kept.
    """
    row = current(member)
    permit(actor, "members.leave", row.organization)
    check_after(row, until)
    if not reason.strip():
        raise Refused(
            what="没有办理", why="没有写原因", mend="请写转出去向或其他原因", code="members.no_reason"
        )
    end(actor, "members.leave", row, until, reason.strip())
    return row


def _turn(actor: Account, verb: str, member: Member, since: date, today: date, **values: str) -> Membership:
    row = current(member)
    permit(actor, verb, row.organization)
    if all(getattr(row, name) == value for name, value in values.items() if name != "reason"):
        raise Refused(
            what=f"{member.name} 没有变更",
            why="与现在的一样",
            mend="如无变化，不必保存",
            code="members.unchanged",
        )
    check_after(row, since)
    end(actor, verb, row, since)
    kept = {"status": row.status, "category": row.category} | values
    return join(actor, verb, member, row.organization, since, today, **kept)


@action("members.confirm")
def confirm(*, actor: Account, member: Member, since: date, today: date) -> Membership:
    """A probationary member becomes a full one (转正) on `since`; the profile's date of confirmation
    follows.
    """
    row = _turn(actor, "members.confirm", member, since, today, status=Status.FULL, reason="转正")
    before = member.snapshot()
    member.confirmed = since
    member.save(update_fields=["confirmed"])
    log(
        actor,
        "members.confirm",
        member,
        before=before,
        after=member.snapshot(),
        organizations=[row.organization_id],
        members=[member],
    )
    return row


@action("members.recategorise")
def change_category(
    *, actor: Account, member: Member, category: str, since: date, today: date, reason: str = ""
) -> Membership:
    """Another category (退休、毕业留校) from `since` on."""
    return _turn(
        actor,
        "members.recategorise",
        member,
        since,
        today,
        category=category,
        reason=reason or Category(category).label,
    )


@action("members.correct")
def correct(
    *,
    actor: Account,
    row: Membership,
    since: date,
    until: date | None,
    status: str,
    category: str,
    reason: str,
) -> Membership:
    """Correct (更正) a membership that was written wrong. The reason stands in the log."""
    permit(actor, "members.correct", row.organization)
    if not reason.strip():
        raise Refused(what="没有更正", why="没有写更正原因", mend="请写明原因", code="members.no_reason")
    if until is not None and until <= since:
        raise Refused(what="没有更正", why="结束日期不晚于开始日期", mend="请改正日期", code="members.span")
    others = Membership.objects.filter(member=row.member_id).exclude(pk=row.pk).values_list("since", "until")
    if rules.overlap(since, until, others):
        raise Refused(
            what="没有更正",
            why="与另一段组织关系的日期重叠",
            mend="请先更正另一段，或改日期",
            code="members.two_places",
        )
    before = snapshot(row)
    row.since, row.until, row.status, row.category = since, until, status, category
    row.save(update_fields=["since", "until", "status", "category"])
    log(
        actor,
        "members.correct",
        row,
        before=before,
        after=(snapshot(row) or {}) | {"reason_of_correction": reason.strip()},
        organizations=[row.organization_id],
        members=[row.member_id],
    )
    return row
