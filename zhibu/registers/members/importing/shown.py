"""How a plan is shown: rows as a list with filters, changes old → new, numbers masked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zhibu.registers.members.importing.branches import PlannedBranch
from zhibu.registers.members.models import Application, Member
from zhibu.registers.members.profile import SEALED
from zhibu.registers.members.roster.faults import KINDS
from zhibu.registers.members.roster.masks import MASKS
from zhibu.registers.members.roster.official import layout, shown
from zhibu.registers.members.roster.planning import Planned
from zhibu.registers.organizations.models import Organization
from zhibu.site.listing import Column, Filter, Listing

VERBS = {"add": "新增", "change": "变更", "same": "不变", "bad": "退回"}
_CATEGORIES = {"staff": "在职", "student": "学生", "retiree": "离退休", "mixed": "混合"}
_CODES = {column["field"]: column.get("codes") for column in layout()["columns"]}


def _title(name: str) -> str:
    if name in SEALED:
        return SEALED[name]
    others = {"branch": "所在党支部", "status": "人员类别", "category": "身份", "secretary": "书记"}
    if name in others:
        return others[name]
    models: tuple[Any, ...] = (Member, Application, Organization)
    fields = (model._meta.get_field(name) for model in models if hasattr(model, name))
    return str(getattr(next(fields), "verbose_name", name))


def _value(name: str, value: object, places: Mapping[str, str]) -> str:
    if value is None or value == "":
        return "（空）"
    if name == "branch":
        return places.get(str(value), str(value))
    if name == "category":
        return _CATEGORIES.get(str(value), str(value))
    if name in MASKS:
        return MASKS[name](str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return shown(name, _CODES.get(name), value)


def outcome(row: Planned | PlannedBranch, places: Mapping[str, str], accepted: frozenset[str]) -> SafeString:
    """What a row changes and what is wrong with it, for the page."""
    parts = [
        format_html(
            "<div>{}：{} → <b>{}</b></div>",
            _title(name),
            _value(name, old, places),
            _value(name, new, places),
        )
        for name, (old, new) in row.changes.items()
    ]
    if isinstance(row, Planned) and row.posts and row.verb != "bad":
        told = "、".join(post.portfolio or _POSTS.get(post.kind, "") for post in row.posts)
        parts.append(format_html("<div>任职：{}</div>", told))
    parts += [
        format_html(
            '<div class="{}">{}{}。{}。<span class="tiny">{}</span></div>',
            "fault" if fault.stops(accepted) else "muted",
            f"{fault.letter} 列“{fault.title}”：" if fault.letter else "",
            fault.what,
            # What was accepted asks for nothing more: what then happens is told.
            fault.mend if fault.stops(accepted) else fault.kind.overrule or fault.mend,
            fault.code,
        )
        for fault in row.entry.faults
    ]
    return format_html_join("", "{}", ((part,) for part in parts))


_POSTS = {
    "branch_secretary": "支部书记",
    "branch_deputy_secretary": "支部副书记",
    "branch_committee_member": "支部委员",
    "group_leader": "党小组长（请在组织页面任职）",
}


def _fault_choices(rows: list[Any]) -> list[tuple[str, str]]:
    counts: dict[str, int] = {}
    for row in rows:
        for code in {fault.code for fault in row.entry.faults}:
            counts[code] = counts.get(code, 0) + 1
    return [
        (code, f"{KINDS[code].title}（{count}）")
        for code, count in sorted(counts.items(), key=lambda p: -p[1])
    ]


def listing(rows: list[Any], places: Mapping[str, str], accepted: frozenset[str]) -> Listing:
    """The list of a plan's rows."""

    def place(row: Any) -> str:
        if isinstance(row, PlannedBranch):
            return _CATEGORIES.get(row.category or "", "")
        return places.get(row.branch or "", "") or (row.new_branch or str(row.entry.values.get("branch", "")))

    sheets = len({row.entry.sheet for row in rows}) > 1
    return Listing(
        title="名册预览",
        columns=(
            Column(
                "row",
                "行",
                value=lambda row: f"{row.entry.sheet} {row.entry.row}" if sheets else row.entry.row,
                number=True,
                width=8,
            ),
            Column(
                "name",
                "姓名",
                value=lambda row: str(row.entry.values.get("name", "")),
                link=lambda row: (
                    reverse("member", args=[row.member.id]) if getattr(row, "member", None) else None
                ),
            ),
            Column("place", "党支部", value=place, width=30),
            Column("verb", "结果", value=lambda row: VERBS[row.verb]),
            Column(
                "outcome",
                "变更与问题",
                value=lambda row: "；".join(str(fault) for fault in row.entry.faults),
                shown=lambda row: outcome(row, places, accepted),
                width=80,
            ),
        ),
        search=("name", "place"),
        filters=(
            Filter(
                "verb",
                "结果",
                tuple(VERBS.items()),
                keep=lambda row, verb: row.verb == verb,
            ),
            Filter(
                "fault",
                "问题",
                _fault_choices(rows),
                keep=lambda row, code: any(fault.code == code for fault in row.entry.faults),
            ),
        ),
        measure="行",
        noun="行",
        keep=("since", "accept", "branch"),
    )


def day_of(text: str) -> date | None:
    """A day of the address, None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
