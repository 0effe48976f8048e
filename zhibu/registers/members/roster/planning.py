"""What an import would do, decided before anything is written: add, change field by field, leave, or send
back.

Pure: what stands is given (`Known`), the plan is a value. An empty cell never empties what is on record.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, cast

from zhibu.registers.members.profile import PROFILE
from zhibu.registers.members.roster.branches import Branches, KnownBranch
from zhibu.registers.members.roster.codes.lists import code_list
from zhibu.registers.members.roster.entries import Entry, ReadSheet
from zhibu.registers.members.roster.headers import PostTitle

Verb = Literal["add", "change", "same", "bad"]


@dataclass(slots=True)
class KnownApplication:
    """An application to join the Party that stands: the branch that handles it, and its days."""

    branch: str
    since: datetime.date
    activist: datetime.date | None = None
    prospect: datetime.date | None = None


@dataclass(slots=True)
class KnownMember:
    """A person on the roll: profile as field → value (sealed fields opened), and where the person belongs
    now, or applies.
    """

    id: str
    name: str
    values: Mapping[str, object]
    branch: str | None = None
    status: str | None = None
    category: str | None = None
    since: datetime.date | None = None
    posts: tuple[PostTitle, ...] = ()
    application: KnownApplication | None = None

    @property
    def place(self) -> str | None:
        """The branch where the person is found: of the membership, else of the application."""
        return self.branch or (self.application.branch if self.application else None)


@dataclass
class Known:
    """What stands, as far as the reader's committee goes. `index` gives the keyed index of an identity
    number.
    """

    branches: Branches
    members: Sequence[KnownMember]
    index: Callable[[str], str]
    elsewhere: frozenset[str] = frozenset()  # indexes of identity numbers registered outside this committee
    numbers_elsewhere: frozenset[str] = frozenset()
    heads: Mapping[str, str] = field(default_factory=dict)  # branch → the member who is its secretary


@dataclass(frozen=True)
class Choices:
    """What the person importing decides: since when the new members belong, which faults are right so, a
    branch for
    rows that name none.
    """

    since: datetime.date
    accepted: frozenset[str] = frozenset()
    branch: str | None = None


@dataclass(slots=True)
class Planned:
    """One row with what becomes of it. `branch`: an id, or None with `new_branch` the name of one to be set
    up.
    """

    entry: Entry
    verb: Verb = "bad"
    member: KnownMember | None = None
    branch: str | None = None
    new_branch: str | None = None
    status: str | None = None
    category: str | None = None
    changes: dict[str, tuple[object, object]] = field(default_factory=dict)
    posts: tuple[PostTitle, ...] = ()
    applies: bool = False  # an application is to begin


@dataclass
class Plan:
    """All rows, the branches to be set up with their numbers of members, and who of their branches is not
    in the file.
    """

    rows: list[Planned]
    choices: Choices
    new_branches: dict[str, int] = field(default_factory=dict)
    absent: list[KnownMember] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many rows have each verb."""
        found = Counter(row.verb for row in self.rows)
        return {verb: found.get(verb, 0) for verb in ("add", "change", "same", "bad")}

    def fingerprint(self) -> str:
        """Differs when the plan does: what was previewed is what is done, or it is shown again."""
        digest = hashlib.sha256()
        for row in self.rows:
            who = row.member.id if row.member else ""
            digest.update(
                repr((row.entry.row, row.verb, who, row.branch, row.new_branch, row.changes)).encode()
            )
        return digest.hexdigest()


class RowPlanner(Protocol):
    """What becomes of one row: `plan_member` here, `applicants.plan_applicant`."""

    def __call__(
        self, entry: Entry, known: Known, choices: Choices, matching: Matching, hint: KnownBranch | None
    ) -> Planned: ...


def plan_people(
    sheets: Iterable[ReadSheet], known: Known, choices: Choices, plan_row: RowPlanner | None = None
) -> Plan:
    """The plan of all rows of these sheets, row by row as `plan_row` says (members where none is given)."""
    plan_row = plan_row or plan_member
    rows: list[Planned] = []
    matching = Matching(known)
    plan = Plan(rows, choices)
    for sheet in sheets:
        hint = _hinted(sheet, known)
        if "branch" not in _fields(sheet) and hint:
            plan.notes.append(f"表里没有支部一列，按表名或标题归入“{hint.name}”")
        for entry in sheet.entries:
            rows.append(plan_row(entry, known, choices, matching, hint))
    _repeated(rows, choices)
    plan.new_branches = dict(Counter(row.new_branch for row in rows if row.new_branch and row.verb != "bad"))
    met = {row.member.id for row in rows if row.member is not None}
    covered = {row.branch for row in rows if row.branch}
    for one in known.members:
        applies = one.application.branch if one.application else None
        # an applicants' sheet lacks applicants, not the members of their branches
        place = one.branch if plan_row is plan_member else applies
        if place in covered and one.id not in met:
            plan.absent.append(one)
    return plan


def _fields(sheet: ReadSheet) -> set[str]:
    """The fields that a sheet has columns for."""
    return {column.field for column in sheet.header.columns.values()}


def _hinted(sheet: ReadSheet, known: Known) -> KnownBranch | None:
    for text in (sheet.name, *sheet.header.above):
        found = known.branches.find(text.strip()) if text.strip() else []
        if len(found) == 1 and found[0].kind != "committee":
            return found[0]
    return None


class Matching:
    """Finds the person on record whom a row means."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.by_index: dict[str, KnownMember] = {}
        self.by_number: dict[str, KnownMember] = {}
        self.by_name: dict[str, list[KnownMember]] = defaultdict(list)
        for member in known.members:
            if identity := member.values.get("id_number"):
                self.by_index[str(identity)] = member
            if number := member.values.get("number"):
                self.by_number[str(number)] = member
            self.by_name[member.name].append(member)
        self.taken: dict[str, int] = {}

    def find(self, entry: Entry, branch: str | None) -> KnownMember | None:
        """By identity number, else staff or student number, else name, branch and birth. Notes what is
        doubtful.
        """
        values = entry.values
        identity = values.get("id_number")
        if identity is not None:
            if str(identity) in self.by_index:
                return self.by_index[str(identity)]
            if self.known.elsewhere and self.known.index(str(identity)) in self.known.elsewhere:
                mend = "请先由原党委转出组织关系，再办转入"
                entry.fault("member.foreign", "这个身份证号已在别的党委登记", mend, "id_number")
                return None
        number = values.get("number")
        if number is not None:
            numbered = self.by_number.get(str(number))
            if numbered is not None and self._agrees(numbered, entry) and numbered.name == values.get("name"):
                return numbered
            if numbered is not None or str(number) in self.known.numbers_elsewhere:
                entry.fault("number.taken", f"学工号 {number} 已有人使用", "请核对学工号", "number")
                return None
        alike = [
            member
            for member in self.by_name.get(str(values.get("name", "")), ())
            if member.place == branch and self._agrees(member, entry)
        ]
        if len(alike) > 1:
            what = f"同一支部有 {len(alike)} 个“{values.get('name')}”都像"
            entry.fault("member.ambiguous", what, "请填公民身份证号或出生日期", "name")
            return None
        return alike[0] if alike else None

    def take(self, member: KnownMember, entry: Entry) -> None:
        """Note that the row means the member; a second row of the same person goes back."""
        if member.id in self.taken:
            what = f"与第 {self.taken[member.id]} 行是同一个人"
            entry.fault("row.repeated", what, "请删去重复的行；不是同一人的，请填公民身份证号", "name")
        self.taken.setdefault(member.id, entry.row)

    @staticmethod
    def _agrees(member: KnownMember, entry: Entry) -> bool:
        """Nothing on record says that it is another person: numbers and births are equal where both are
        known.
        """
        for name in ("id_number", "born"):
            old, new = member.values.get(name), entry.values.get(name)
            if old and new and old != new:
                return False
        return True


def plan_member(
    entry: Entry, known: Known, choices: Choices, matching: Matching, hint: KnownBranch | None
) -> Planned:
    """What becomes of one row of a members' roster."""
    row = Planned(entry)
    branch = find_branch(entry, known, choices, hint, row)
    member = matching.find(entry, row.branch) if not entry.stops(choices.accepted) else None
    if branch is None and not row.new_branch and not any(f.code.startswith("branch.") for f in entry.faults):
        if member is None or member.place is None:
            entry.fault("branch.missing", "没有写所在党支部", "请填党支部的名称", "branch")
        else:
            row.branch = member.place
    if member is not None:
        matching.take(member, entry)
        row.member = member
        _compare(row, known)
    else:
        row.status = cast("str | None", entry.values.get("status", "full"))
        row.category = _category(entry, branch)
        row.posts = _new_posts(entry, None, row, known)
    if entry.stops(choices.accepted):
        row.verb, row.changes, row.posts = "bad", {}, ()
    elif member is None:
        row.verb = "add"
    else:
        row.verb = "change" if row.changes or row.posts else "same"
    return row


def find_branch(
    entry: Entry, known: Known, choices: Choices, hint: KnownBranch | None, row: Planned
) -> KnownBranch | None:
    written = entry.values.get("branch")
    if written is None:
        row.branch = hint.id if hint and "branch" not in entry.columns.places else choices.branch
        by_id = (one for one in known.branches.known if one.id == row.branch)
        return next(by_id, None)
    found = known.branches.find(str(written))
    if len(found) == 1:
        row.branch = found[0].id
        return found[0]
    if found:
        names = "、".join(f"“{one.name}”" for one in found)
        entry.fault("branch.ambiguous", f"“{written}”可能是{names}", "请写全称", "branch")
        return None
    near = "、".join(f"“{name}”" for name in known.branches.near(str(written)))
    mend = (
        f"是不是{near}；确是新支部的，可以在导入时新建"
        if near
        else "请核对名称；确是新支部的，可以在导入时新建"
    )
    entry.fault("branch.unknown", f"没有名为“{written}”的党支部", mend, "branch")
    row.new_branch = str(written)
    return None


def _category(entry: Entry, branch: KnownBranch | None) -> str:
    """From the code of the work post, else the branch's own, else in service."""
    post = entry.values.get("work_post")
    if post is not None:
        return code_list("position")[str(post)].category or "staff"
    if branch is not None and branch.category in ("student", "retiree"):
        return branch.category
    return "staff"


def differences(
    member: KnownMember, values: Mapping[str, object], names: Iterable[str]
) -> dict[str, tuple[object, object]]:
    """Of these fields those that the row says otherwise, old and new."""
    pairs = {name: (member.values.get(name) or None, values[name]) for name in names if name in values}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != (new or None)}


def _compare(row: Planned, known: Known) -> None:
    """Field by field, old → new; only what the row says."""
    member, values = cast(KnownMember, row.member), row.entry.values
    row.changes = differences(member, values, PROFILE)
    if row.new_branch or (row.branch is not None and row.branch != member.branch):
        row.changes["branch"] = (member.branch, row.branch or row.new_branch)
    status = values.get("status")
    if status is not None and status != member.status:
        if member.status == "full":
            mend = "请核对人员类别；确要更正的，请在党员页面办理"
            row.entry.fault("status.backwards", "表里是预备党员，库里已是正式党员", mend, "status")
        row.changes["status"] = (member.status, status)
    if (
        "work_post" in row.changes
    ):  # the post that stands says nothing new: who has retired since stays retired
        category = code_list("position")[str(values["work_post"])].category
        if category and category != member.category:
            row.changes["category"] = (member.category, category)
    row.status = cast("str | None", status) or member.status or "full"
    row.category = cast(str, row.changes["category"][1]) if "category" in row.changes else member.category
    row.category = row.category or _category(row.entry, None)
    row.posts = _new_posts(row.entry, member, row, known)


def _new_posts(entry: Entry, member: KnownMember | None, row: Planned, known: Known) -> tuple[PostTitle, ...]:
    held = member.posts if member else ()
    found = []
    for post in entry.posts:
        if post in held:
            continue
        head = known.heads.get(row.branch or "")
        if post.kind == "branch_secretary" and head and (member is None or head != member.id):
            entry.fault("post.taken", "支部书记已有人担任，没有改动", "书记换人请在组织页面办理任免", "job")
            continue
        found.append(post)
    return tuple(found)


def _content(entry: Entry) -> tuple[object, ...]:
    values = entry.values
    return tuple(sorted((key, str(value)) for key, value in values.items() if key != "row_number"))


def _repeated(rows: list[Planned], choices: Choices) -> None:
    """The same identity number twice: alike in all, the second goes back; else all of them do."""
    groups: dict[tuple[object, ...], list[Planned]] = defaultdict(list)
    for row in rows:
        identity = row.entry.values.get("id_number")
        if identity is not None:
            groups["id", identity].append(row)
        elif row.member is None and row.verb != "bad":
            values = row.entry.values
            named = ("name", values.get("name"), row.branch or row.new_branch, values.get("born"))
            groups[(*named, values.get("number"))].append(row)
    for key, group in groups.items():
        if len(group) == 1:
            continue
        same = len({_content(row.entry) for row in group}) == 1
        first = group[0].entry.row
        for row in group[1:] if same or key[0] == "name" else group:
            if key[0] == "name":
                mend = "请删去重复的行；不是同一人的，请填公民身份证号或出生日期"
                row.entry.fault("row.repeated", f"与第 {first} 行同名、同支部、同出生日期", mend, "name")
            elif same:
                row.entry.fault("row.repeated", f"与第 {first} 行完全相同", "请删去重复的行", "id_number")
            else:
                others = "、".join(str(other.entry.row) for other in group if other is not row)
                what = f"与第 {others} 行的身份证号相同"
                row.entry.fault("id.repeated", what, "请核对各行的身份证号", "id_number")
            row.verb, row.changes, row.posts = "bad", {}, ()
