"""Where a person belongs, begun and ended: what the writers of this register share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from zhibu.access import Refused, log, snapshot
from zhibu.access.models import Account
from zhibu.registers.members import rules
from zhibu.registers.members.models import BELONGS_TO, Application, Member, Membership
from zhibu.registers.organizations.models import Organization


def check_place(organization: Organization, day: date) -> None:
    """Refused where nobody can belong there on the day."""
    placement = organization.placement_on(day)
    if placement is None or placement.kind not in BELONGS_TO:
        raise Refused(
            what="没有保存",
            why=f"“{organization}”在 {day} 还没有设立、已撤销，或是党小组",
            mend="请选党支部，或改日期",
            code="members.wrong_place",
        )


def join(
    actor: Account,
    verb: str,
    member: Member,
    organization: Organization,
    since: date,
    today: date,
    **values: Any,
) -> Membership:
    """Begin a membership; an application that stands ends with it. Raises Refused."""
    check_place(organization, since)
    spans = Membership.objects.filter(member=member).values_list("since", "until")
    if rules.overlap(since, None, spans):
        raise Refused(
            what=f"{member.name} 的组织关系没有保存",
            why=f"{since} 起已在别的党组织",
            mend="一名党员只在一个支部：请用转接，或改日期",
            code="members.two_places",
        )
    row = Membership.objects.create(
        member=member, organization=organization, since=since, recorded=today, **values
    )
    log(actor, verb, row, before=None, after=snapshot(row), organizations=[organization], members=[member])
    for standing in Application.objects.filter(member=member, until__isnull=True):
        end(actor, verb, standing, max(since, standing.since + timedelta(days=1)), "已接收为党员")
    return row


def end(actor: Account, verb: str, row: Membership | Application, until: date, reason: str = "") -> None:
    """End a membership or an application; a reason that is given is kept with it."""
    before = snapshot(row)
    row.until, row.reason = until, reason or row.reason
    row.save(update_fields=["until", "reason"])
    log(
        actor,
        verb,
        row,
        before=before,
        after=snapshot(row),
        organizations=[row.organization_id],
        members=[row.member_id],
    )


def current(member: Member) -> Membership:
    """The membership that has no end. Raises Refused when there is none."""
    row = member.memberships.filter(until__isnull=True).order_by("-since").first()
    if row is None:
        raise Refused(
            what=f"{member.name} 没有办理",
            why="其组织关系不在任何支部",
            mend="请先转入",
            code="members.nowhere",
        )
    return row


def check_after(row: Membership | Application, day: date) -> None:
    """Refused for a day on which the row would not have held at all."""
    if day <= row.since:
        raise Refused(
            what="没有办理",
            why=f"日期须晚于开始的日期（{row.since}）",
            mend="请改日期；如原来的开始日期有误，请先更正",
            code="members.too_early",
        )
