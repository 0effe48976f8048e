"""A person's way through the Party (经历): application, admission, confirmation, moves, posts; by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.registers.members import queries
from zhibu.registers.members.models import Member


@dataclass(frozen=True)
class Moment:
    """One thing that happened on a day."""

    day: date
    what: str
    where: str = ""
    note: str = ""


def timeline(member: Member) -> list[Moment]:
    """Everything dated that the register knows of a person, the earliest first. Six queries."""
    found: list[Moment] = []
    for title, day in (
        ("递交入党申请书", member.applied),
        ("加入党组织", member.joined),
        ("转为正式党员", member.confirmed),
    ):
        if day is not None:
            found.append(Moment(day, title))
    for application in queries.applications(member):
        place = str(application.organization)
        if member.applied != application.since:
            found.append(Moment(application.since, "申请入党", place))
        for title, day in (
            ("确定为积极分子", application.activist),
            ("确定为发展对象", application.prospect),
        ):
            if day is not None:
                found.append(Moment(day, title, place))
        if application.until is not None:
            found.append(Moment(application.until, "申请结束", place, application.reason))
    found += _belonging(member)
    for post in queries.posts(member):
        title, place = str(post.get_kind_display()), str(post.organization)
        found.append(Moment(post.since, f"任{title}", place, post.document))
        if post.until is not None:
            found.append(Moment(post.until, f"免{title}", place))
    if member.lost_since is not None:
        found.append(Moment(member.lost_since, "失去联系", "", member.lost_how))
    return sorted(found, key=lambda one: one.day)


def _belonging(member: Member) -> list[Moment]:
    """Where the person entered, moved, changed status or category, left."""
    rows = sorted(queries.memberships(member), key=lambda row: row.since)
    found: list[Moment] = []
    before = None
    for row in rows:
        place = str(row.organization)
        as_what = f"{row.get_status_display()}，{row.get_category_display()}"
        if before is None or before.until != row.since:
            if before is not None and before.until is not None:
                found.append(Moment(before.until, "转出", str(before.organization), before.reason))
            found.append(Moment(row.since, "转入", place, "，".join(filter(None, (as_what, row.reason)))))
        elif before.organization_id != row.organization_id:
            found.append(Moment(row.since, "转接组织关系", place, f"从{before.organization}转来"))
        elif before.status != row.status:
            found.append(Moment(row.since, f"登记为{row.get_status_display()}", place, row.reason))
        else:
            found.append(Moment(row.since, f"身份变更为{row.get_category_display()}", place, row.reason))
        before = row
    if before is not None and before.until is not None:
        found.append(Moment(before.until, "转出", str(before.organization), before.reason))
    return found
