"""Fill a sheet that names the members of a branch, correct it, withdraw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.access import action, log, permit, renew, snapshot
from zhibu.access.models import Account
from zhibu.registers.education import kinds, queries, rules
from zhibu.registers.education.actions.common import hold, refuse, require_kind
from zhibu.registers.education.models import Line, Sheet
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs

VERBS = {kinds.CHECK: "education.check", kinds.ASSESSMENT: "education.assess"}
WHAT = "表没有保存"


@dataclass(frozen=True)
class Mark:
    """One member of the sheet; `result` of an assessment only."""

    member: Member
    result: str = ""
    note: str = ""


@action("education.sheet")
def record_sheet(
    *,
    actor: Account,
    kind: str,
    organization: Organization,
    period: rules.Period,
    day: date,
    marks: Sequence[Mark],
    reason: str = "",
    kept_at: str = "",
    today: date,
) -> Sheet:
    """Fill a sheet of the day for a period. What was filled on the same day for the same period is one sheet."""
    verb = VERBS[kind]
    permit(actor, verb, organization)
    require_kind(packs.norm(), kind)
    counts_for = _counts_for(period, day, reason, today)
    _check(kind, marks)
    hold(organization)
    there = {one.pk for one in queries.members_of(organization, day)}
    known = queries.on_sheets(kind, organization, period)
    for mark in marks:
        if mark.member.pk not in there:
            raise refuse(WHAT, f"{mark.member}在这一天不属于{organization}", "请核对日期和名单", "not_member")
        if mark.member.pk in known:
            raise refuse(
                WHAT, f"{mark.member}在这一期的表上已经有了", "请刷新页面；要改的，请更正那张表", "same"
            )
    given = {"kind": kind, "organization": organization, "day": day, "counts_for": counts_for}
    sheet = Sheet.objects.filter(**given, withdrawn=None, ref="").first()
    before = snapshot(sheet)
    if sheet is None:
        sheet = Sheet.objects.create(**given, counts_for_reason=reason.strip() if counts_for else "")
    if kept_at.strip():
        sheet.kept_at = kept_at.strip()
        sheet.save()
    Line.objects.bulk_create(
        Line(sheet=sheet, member=one.member, result=one.result, note=one.note.strip(), recorded=today)
        for one in marks
    )
    _log(actor, verb, sheet, before, {one.member.pk for one in marks})
    return sheet


@action("education.sheet")
def correct_sheet(*, actor: Account, sheet: Sheet, marks: Sequence[Mark], reason: str, today: date) -> Sheet:
    """Correct (更正) a sheet: results and notes as given, who is not given is off it. A new name is learnt today."""
    verb = VERBS[sheet.kind]
    permit(actor, verb, sheet.organization)
    renew(sheet)
    _require_standing(sheet)
    if not reason.strip():
        raise refuse(WHAT, "没有写更正原因", "请写明原因", "no_reason")
    _check(sheet.kind, marks)
    hold(sheet.organization)
    there = {one.pk for one in queries.members_of(sheet.organization, sheet.day)}
    before = snapshot(sheet)
    known = {line.member_id: line for line in sheet.lines.all()}
    for one in marks:
        line = known.pop(one.member.pk, None)
        if line is None:
            if one.member.pk not in there:
                raise refuse(
                    WHAT,
                    f"{one.member}在这一天不属于{sheet.organization}",
                    "请核对日期和名单",
                    "not_member",
                )
            line = Line(sheet=sheet, member=one.member, recorded=today)
        line.result, line.note = one.result, one.note.strip()
        line.save()
    for line in known.values():
        line.delete()
    touched = {one.member.pk for one in marks} | set(known)
    _log(actor, verb, sheet, before, touched, reason)
    return sheet


@action("education.sheet")
def withdraw_sheet(*, actor: Account, sheet: Sheet, reason: str, today: date) -> Sheet:
    """Withdraw (撤销) a whole sheet: it stays to be read and proves nothing."""
    permit(actor, "education.withdraw", sheet.organization)
    renew(sheet)
    _require_standing(sheet)
    if not reason.strip():
        raise refuse("没有撤销", "没有写原因", "请写明原因", "no_reason")
    before = snapshot(sheet)
    sheet.withdrawn, sheet.withdrawn_reason = today, reason.strip()
    sheet.save()
    _log(actor, "education.withdraw", sheet, before, set(sheet.lines.values_list("member_id", flat=True)))
    return sheet


def _counts_for(period: rules.Period, day: date, reason: str, today: date) -> date | None:
    if day > today or day < rules.EARLIEST:
        raise refuse(WHAT, "日期不对", "请填今天或今天以前的日期", "date")
    if period.first > day:
        raise refuse(WHAT, "这一期在填表那天还没有开始", "请改选期间或日期", "period")
    counts_for = rules.counted_day(day, period)
    if counts_for and not reason.strip():
        raise refuse(WHAT, "补办往期的没有写原因", "请写明补办的原因", "no_reason")
    return counts_for


def _check(kind: str, marks: Sequence[Mark]) -> None:
    if not marks:
        raise refuse(WHAT, "一个人也没有勾选", "请勾选后再保存；整张表作废的请撤销", "empty")
    if len({one.member.pk for one in marks}) < len(marks):
        raise refuse(WHAT, "同一名党员写了两次", "请只保留一次", "twice")
    if kind == kinds.ASSESSMENT and any(one.result not in Line.Result.values for one in marks):
        raise refuse(WHAT, "有人没有选结果", "请选优秀、合格或不合格", "no_result")
    if kind == kinds.CHECK and any(one.result for one in marks):
        raise refuse(WHAT, "检查表没有等次", "请去掉结果", "result")


def _require_standing(sheet: Sheet) -> None:
    if sheet.withdrawn is not None:
        raise refuse("没有改动", "这张表已经撤销", "请撤回那次撤销，或重新填表", "withdrawn")


def _log(
    actor: Account,
    verb: str,
    sheet: Sheet,
    before: Mapping[str, Any] | None,
    members: set[str],
    reason: str = "",
) -> None:
    after = dict(snapshot(sheet) or {})
    if reason.strip():
        after["reason"] = reason.strip()
    log(
        actor,
        verb,
        sheet,
        before=before,
        after=after,
        organizations=[sheet.organization_id],
        members=sorted(members),
    )
