"""Branches from a sheet of branches: which would be set up, changed, left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Member, Membership
from zhibu.registers.members.roster.branches import Branches
from zhibu.registers.members.roster.entries import Entry, ReadSheet
from zhibu.registers.members.roster.values import as_text
from zhibu.registers.organizations.models import Organization, Post

#: Ways of writing the category of a branch.
_CATEGORIES = {
    "staff": ("教工", "教师", "教职工", "在职", "机关"),
    "student": ("学生",),
    "retiree": ("离退休", "退休", "离休"),
    "mixed": ("师生混合", "师生", "混合"),
}
#: Field of the sheet → field of the organization.
_FIELDS = {"short": "short_name", "number": "number", "phone": "phone", "founded": "founded"}


@dataclass(slots=True)
class PlannedBranch:
    """One row: `organization` where it stands already; `changes` field → old, new."""

    entry: Entry
    verb: str = "bad"
    organization: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    secretary: Member | None = None  # to be appointed
    category: str | None = None
    changes: dict[str, tuple[object, object]] = field(default_factory=dict)


@dataclass
class BranchPlan:
    """All rows of the sheet."""

    rows: list[PlannedBranch]

    def counts(self) -> dict[str, int]:
        """How many rows have each verb."""
        verbs = [row.verb for row in self.rows]
        return {verb: verbs.count(verb) for verb in ("add", "change", "same", "bad")}

    def fingerprint(self) -> str:
        """Differs when the plan does."""
        return repr([(row.entry.row, row.verb, row.organization, row.changes) for row in self.rows])


def category_of(written: object) -> str | None:
    """教工支部 → staff; None where the text says none of them."""
    text = as_text(written).removesuffix("党支部").removesuffix("支部")
    return next((category for category, names in _CATEGORIES.items() if text in names), None)


def plan_branches(
    sheets: Iterable[ReadSheet], committee: Organization, branches: Branches, today: date
) -> BranchPlan:
    """The plan of all branches' rows. A row is matched by name, short name, or what is left of them without endings."""
    standing = {row.pk: row for row in Organization.objects.on(today)}
    sheets = list(sheets)
    people = _People.named(sheets, standing, today)
    rows: list[PlannedBranch] = []
    seen: dict[str, int] = {}
    for sheet in sheets:
        for entry in sheet.entries:
            row = _plan(entry, branches, standing, people)
            key = row.organization or str(entry.values.get("name"))
            if key in seen and "name" in entry.values:
                entry.fault("row.repeated", f"与第 {seen[key]} 行是同一个支部", "请删去重复的行", "name")
                row.verb, row.changes = "bad", {}
            seen.setdefault(key, entry.row)
            rows.append(row)
    return BranchPlan(rows)


@dataclass
class _People:
    """The secretaries that a sheet names, as far as they belong to the branch; who is secretary now."""

    by_place: dict[tuple[str, str], list[Member]]  # organization, name
    heads: dict[str, Member]

    @classmethod
    def named(cls, sheets: Iterable[ReadSheet], standing: Iterable[str], today: date) -> _People:
        """Found in two queries for all rows."""
        places = list(standing)
        names = {str(e.values["secretary"]) for s in sheets for e in s.entries if "secretary" in e.values}
        found: dict[tuple[str, str], list[Member]] = {}
        here = Membership.objects.filter(in_force(today), organization__in=places, member__name__in=names)
        for row in here.select_related("member"):
            found.setdefault((row.organization_id, row.member.name), []).append(row.member)
        posts = Post.objects.filter(in_force(today), kind="branch_secretary", organization__in=places)
        return cls(found, {row.organization_id: row.member for row in posts.select_related("member")})


def _secretary(row: PlannedBranch, people: _People) -> None:
    """Appoint the secretary whom the sheet names: a member of the branch, where it has none yet."""
    name = row.entry.values.get("secretary")
    if name is None:
        return
    place = row.organization or ""
    head = people.heads.get(place)
    if head is not None:
        if head.name != name:
            what, mend = f"书记已是“{head.name}”，没有改动", "书记换人请在组织页面办理任免"
            row.entry.fault("post.taken", what, mend, "secretary")
        return
    found = people.by_place.get((place, str(name)), [])
    if len(found) == 1:
        row.secretary = found[0]
        row.changes["secretary"] = (None, name)
        return
    what = f"“{name}”在这个支部的名册里{'有重名' if found else '找不到'}，没有任命"
    row.entry.fault("post.unknown", what, "请先导入党员名册再导入这张表，或在组织页面任职", "secretary")


def _plan(
    entry: Entry, branches: Branches, standing: dict[str, Organization], people: _People
) -> PlannedBranch:
    row = PlannedBranch(entry)
    name = entry.values.get("name")
    found = branches.find(str(name)) if name is not None else []
    if len(found) > 1:
        names = "、".join(f"“{one.name}”" for one in found)
        entry.fault("branch.ambiguous", f"“{name}”可能是{names}", "请写全称", "name")
    written = entry.values.get("category")
    if written is not None:
        row.category = category_of(written)
        if row.category is None:
            mend = "请填在职（教工）、学生、离退休或混合"
            entry.fault("code.unknown", f"类别“{as_text(written)[:20]}”不认识", mend, "category")
    row.values = {field: entry.values[key] for key, field in _FIELDS.items() if key in entry.values}
    if entry.stops():
        return row
    if not found:
        row.verb = "add"
        _secretary(row, people)
        return row
    row.organization = found[0].id
    organization = standing[row.organization]
    for field_name, new in row.values.items():
        old = getattr(organization, field_name)
        if (old or None) != (new or None):
            row.changes[field_name] = (old, new)
    if row.category and row.category != found[0].category:
        row.changes["category"] = (found[0].category, row.category)
    _secretary(row, people)
    row.verb = "change" if row.changes else "same"
    return row
