"""What a form says of an entry, and when it is whole enough to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.access import Refused
from zhibu.norm.model import Kind, Norm
from zhibu.registers.evidence import kinds, queries, rules
from zhibu.registers.evidence.models import Entry
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization


@dataclass(frozen=True)
class Draft:
    """An entry as it was typed; `amount` in the unit of the kind's row. `ref` empty: the entry itself."""

    kind: str
    organization: Organization
    day: date
    member: Member | None = None
    counts_for: date | None = None
    counts_for_reason: str = ""
    until: date | None = None
    amount: int | None = None
    ref: str = ""
    ref_title: str = ""
    note: str = ""
    kept_at: str = ""


def refuse(why: str, mend: str, code: str, what: str = "这一条没有登记") -> Refused:
    """A refusal of this register."""
    return Refused(what=what, why=why, mend=mend, code=f"evidence.{code}")


def kind_of(norm: Norm, id: str) -> Kind:
    """The kind's row; raises Refused for what is not recorded as evidence."""
    kind = kinds.find(norm, id)
    if kind is None:
        raise refuse(f"“{id}”不在佐证台账登记", "请从条目页选择要登记的事项", "kind")
    return kind


def check(norm: Norm, draft: Draft, today: date) -> Kind:
    """Refuse a draft that is not as the kind's row asks; gives the row."""
    kind = kind_of(norm, draft.kind)
    state = kind.type == "state"
    # A state may begin ahead, so that the organization is looked up today at the latest.
    placement = draft.organization.placement_on(min(draft.day, today)) or draft.organization.placement_on(
        today
    )
    if placement is None or placement.kind not in kind.organizations:
        raise refuse(f"“{kind.title}”不由{draft.organization}登记", "请改选党组织", "organization")
    _check_member(kind, draft)
    faults = rules.date_faults(
        state=state,
        day=draft.day,
        until=draft.until,
        counts_for=draft.counts_for,
        reason=draft.counts_for_reason,
        kind=draft.kind,
        today=today,
    )
    if faults:
        raise refuse("；".join(fault.rstrip("。") for fault in faults.values()), "请改正日期", "date")
    if kind.amount is None and draft.amount is not None:
        raise refuse(f"“{kind.title}”没有数额", "请去掉数额", "amount")
    if kind.amount is not None and draft.amount is None:
        unit = rules.unit_of(kind.amount)
        raise refuse(f"没有写数额（{unit.title if unit else ''}）", "请填写数额", "amount")
    if not draft.ref and kinds.needs_reference(norm, kind):
        raise refuse("没有写明关联的事项", "请选择或新建所属的事项", "reference")
    if kinds.choosing(kind) == "period" and not rules.is_period(draft.ref):
        raise refuse(f"“{draft.ref}”不是时段的名称", "请写成 2026-03、2026-Q3 或 2026 的样子", "period")
    if kind.id == "appraisal.ungraded" and not draft.note.strip():
        raise refuse("未定等次没有写原因", "请在说明里写明原因", "no_reason")
    return kind


def _check_member(kind: Kind, draft: Draft) -> None:
    if kind.member == "required" and draft.member is None:
        raise refuse(f"“{kind.title}”没有写明是哪名党员", "请选择党员", "no_member")
    if kind.member == "none" and draft.member is not None:
        raise refuse(f"“{kind.title}”是组织的事项，不写党员", "请去掉党员", "member")
    if (
        draft.member is not None
        and not queries.people(draft.organization).filter(pk=draft.member.pk).exists()
    ):
        raise refuse(
            f"{draft.member}不在{draft.organization}的名单上", "请核对党员和所在党组织", "not_member"
        )


def check_alone(draft: Draft | Entry, counts_for: date | None, besides: str = "") -> None:
    """Refuse what equals a standing entry in everything: rows equal in all columns are a fault."""
    same = Entry.objects.filter(
        kind=draft.kind,
        organization=draft.organization,
        member=draft.member,
        day=draft.day,
        counts_for=counts_for,
        until=draft.until,
        amount=draft.amount,
        ref=draft.ref,
        note=draft.note.strip(),
        withdrawn=None,
    )
    if same.exclude(pk=besides).exists():
        who = f"{draft.member}的" if draft.member else ""
        raise refuse(f"已登记过{who}同样的一条", "无须重复登记；确是另一件事的，请在说明里写明区别", "same")
