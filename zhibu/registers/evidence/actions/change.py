"""Correct an entry, end a state, withdraw an entry and undo that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhibu.access import action, log, renew, snapshot
from zhibu.access.models import Account
from zhibu.registers.evidence import permission, rules
from zhibu.registers.evidence.actions.draft import Draft, check, check_alone, refuse
from zhibu.registers.evidence.models import Entry
from zhibu.site import packs

#: What the facts say of an entry: a change of these is learnt on the day of the correction.
SAID = ("member_id", "day", "counts_for", "amount", "ref")


@action("evidence.correct")
def correct_entry(*, actor: Account, entry: Entry, draft: Draft, reason: str, today: date) -> Entry:
    """Correct (更正) an entry, with the reason; its kind and organization stay.

    What its fact says anew counts as learnt today; the end of a state does not (ends are taken as known now).
    """
    permission.require(actor, "evidence.correct", entry.kind, entry.organization)
    _require_standing(entry)
    if (draft.kind, draft.organization.pk) != (entry.kind, entry.organization_id):
        raise refuse("种类和组织不能更正", "请撤销这一条，另行登记", "kind_stays")
    _require_reason(reason)
    kind = check(packs.norm(), draft, today)
    state = kind.type == "state"
    counts_for = None if state else rules.counted_day(draft.kind, draft.day, draft.counts_for)
    check_alone(draft, counts_for, besides=entry.pk)
    before = snapshot(entry)
    entry.member, entry.day, entry.counts_for = draft.member, draft.day, counts_for
    entry.counts_for_reason = draft.counts_for_reason.strip() if counts_for else ""
    entry.until = draft.until if state else None
    entry.amount, entry.ref, entry.ref_title = draft.amount, draft.ref.strip(), draft.ref_title.strip()
    entry.note, entry.kept_at = draft.note.strip(), draft.kept_at.strip()
    if before is not None and any(before[name] != getattr(entry, name) for name in SAID):
        entry.recorded = today
    entry.save()
    _log(actor, "evidence.correct", entry, before, reason)
    return entry


@action("evidence.end")
def end_state(*, actor: Account, entry: Entry, until: date, reason: str = "", today: date) -> Entry:
    """End a state: from `until` on it no longer holds."""
    permission.require(actor, permission.RECORD, entry.kind, entry.organization)
    _require_standing(entry)
    if entry.type != Entry.Type.STATE:
        raise refuse("这一条是一次性的事，没有起止", "如登记有误，请更正或撤销", "no_state", "没有结束")
    if entry.until is not None and entry.until <= today:
        raise refuse("这一条已经结束", "如截止日期有误，请更正", "ended", "没有结束")
    if until <= entry.day:
        raise refuse("截止日期应晚于起始日期", "请改正日期；登记错了的，请撤销", "date", "没有结束")
    before = snapshot(entry)
    entry.until = until
    entry.save()
    _log(actor, "evidence.end", entry, before, reason)
    return entry


@action("evidence.withdraw")
def withdraw_entry(*, actor: Account, entry: Entry, reason: str, today: date) -> Entry:
    """Withdraw (撤销) an entry, with the reason: it stays to be read and proves nothing."""
    permission.require(actor, "evidence.withdraw", entry.kind, entry.organization)
    _require_standing(entry)
    _require_reason(reason)
    before = snapshot(entry)
    entry.withdrawn, entry.withdrawn_reason = today, reason.strip()
    entry.save()
    _log(actor, "evidence.withdraw", entry, before, reason)
    return entry


@action("evidence.withdraw")
def restore_entry(*, actor: Account, entry: Entry, today: date) -> Entry:
    """Undo a withdrawal."""
    permission.require(actor, "evidence.withdraw", entry.kind, entry.organization)
    renew(entry)
    if entry.withdrawn is None:
        raise refuse("这一条没有撤销", "无须恢复", "not_withdrawn", "没有恢复")
    draft = Draft(
        kind=entry.kind,
        organization=entry.organization,
        day=entry.day,
        member=entry.member,
        until=entry.until,
        amount=entry.amount,
        ref=entry.ref,
        note=entry.note,
    )
    check_alone(draft, entry.counts_for, besides=entry.pk)
    before = snapshot(entry)
    entry.withdrawn, entry.withdrawn_reason = None, ""
    entry.save()
    _log(actor, "evidence.restore", entry, before, "")
    return entry


def _require_standing(entry: Entry) -> None:
    renew(entry)
    if entry.withdrawn is not None:
        raise refuse("这一条已经撤销", "请先恢复", "withdrawn", "没有改动")


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise refuse("没有写原因", "请写明原因", "no_reason", "没有改动")


def _log(actor: Account, verb: str, entry: Entry, before: Mapping[str, Any] | None, reason: str) -> None:
    after = dict(snapshot(entry) or {})
    if reason.strip():
        after["reason"] = reason.strip()
    members = {entry.member_id, (before or {}).get("member_id")} - {None}
    log(
        actor,
        verb,
        entry,
        before=before,
        after=after,
        organizations=[entry.organization_id],
        members=sorted(members),
    )
