"""What an applicants' sheet would do: who is added as an applicant, which applications change, who goes back."""

from __future__ import annotations

import datetime
from typing import cast

from zhibu.registers.members.profile import PROFILE
from zhibu.registers.members.roster.branches import KnownBranch
from zhibu.registers.members.roster.entries import Entry
from zhibu.registers.members.roster.planning import (
    Choices,
    Known,
    KnownMember,
    Matching,
    Planned,
    differences,
    find_branch,
)

#: The days that stand with the application itself.
DAYS = ("activist", "prospect")
#: Fields of a profile that such a sheet never writes: who has joined is a member of the roll.
_NOT_WRITTEN = frozenset({"joined", "confirmed"})


def plan_applicant(
    entry: Entry, known: Known, choices: Choices, matching: Matching, hint: KnownBranch | None
) -> Planned:
    """What becomes of one row. A Party member's profile is compared; only others get an application."""
    row = Planned(entry)
    branch = find_branch(entry, known, choices, hint, row)
    member = matching.find(entry, row.branch) if not entry.stops(choices.accepted) else None
    if branch is None and not row.new_branch and not any(f.code.startswith("branch.") for f in entry.faults):
        if member is None or member.place is None:
            entry.fault("branch.missing", "没有写所在党组织", "请填受理申请的党支部的名称", "branch")
        else:
            row.branch = member.place
    if member is not None:
        matching.take(member, entry)
        row.member = member
        row.changes = differences(member, entry.values, [one for one in PROFILE if one not in _NOT_WRITTEN])
    if member is not None and member.branch is not None:
        _member_already(row, member)
    else:
        _application(row, member, choices)
    if entry.stops(choices.accepted):
        row.verb, row.changes = "bad", {}
    elif member is None:
        row.verb = "add"
    else:
        row.verb = "change" if row.changes else "same"
    return row


def _member_already(row: Planned, member: KnownMember) -> None:
    what = "库里已是党员，只核对个人信息"
    row.entry.fault("applicant.member", what, "不必处理；组织关系在党员页面办理", "name")
    row.branch, row.new_branch = member.branch, None


def _application(row: Planned, member: KnownMember | None, choices: Choices) -> None:
    values = row.entry.values
    if "joined" in values:
        what = f"填了入党时间 {values['joined']}，已不是申请人"
        row.entry.fault("applicant.joined", what, "请放进党员名册导入；填错的请删去入党时间", "joined")
    applying = member.application if member else None
    if applying is None:
        row.applies = True
        if "applied" not in values:
            what = f"没有填入党申请时间，受理日期记为 {choices.since.isoformat()}"
            row.entry.fault("applied.missing", what, "知道日期的请补上，可再导入一次", "applied")
        if member is not None:
            row.changes["branch"] = (None, row.branch or row.new_branch)
    elif row.new_branch or (row.branch is not None and row.branch != applying.branch):
        row.changes["branch"] = (applying.branch, row.branch or row.new_branch)
    for name in DAYS:
        new = cast("datetime.date | None", values.get(name))
        old = getattr(applying, name) if applying else None
        if new is not None and new != old and member is not None:
            row.changes[name] = (old, new)
