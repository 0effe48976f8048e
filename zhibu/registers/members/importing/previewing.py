"""From the bytes of a file to its plan: reading, recognising, planning, with what the reader chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.access import permits
from zhibu.access.models import Account
from zhibu.registers.intervals import in_force
from zhibu.registers.members.importing import actions
from zhibu.registers.members.importing.applicants import import_applicants
from zhibu.registers.members.importing.branches import BranchPlan, plan_branches
from zhibu.registers.members.importing.known import branches_of, known
from zhibu.registers.members.importing.models import KINDS, Batch
from zhibu.registers.members.importing.writing import Source
from zhibu.registers.members.roster.applicants import plan_applicant
from zhibu.registers.members.roster.entries import ReadSheet
from zhibu.registers.members.roster.planning import Choices, Plan, plan_member, plan_people
from zhibu.registers.members.roster.reading import read_sheets
from zhibu.registers.members.roster.refusal import RosterRefused
from zhibu.registers.members.roster.rows import read_roster
from zhibu.registers.organizations.models import FirstDayOfUse, Organization


@dataclass
class Preview:
    """A file as it was understood, with what would become of each row."""

    kind: str
    sheets: list[ReadSheet]
    others: list[str]  # sheets without a header
    people: Plan | None = None  # members or applicants
    branches: BranchPlan | None = None

    @property
    def plan(self) -> Plan | BranchPlan:
        """The plan, of whichever kind."""
        found = self.people or self.branches
        assert found is not None  # preview() made one of them
        return found

    @property
    def notes(self) -> list[str]:
        """What was not read, in words."""
        named = len(self.sheets) + len(self.others) > 1
        found = [
            f"{'工作表“' + s.name + '”：' if named else ''}{note}" for s in self.sheets for note in s.notes
        ]
        if self.others:
            found.append("没有表头、没有读的工作表：" + "、".join(self.others))
        return found + (self.people.notes if self.people else [])


def default_since(committee: Organization, today: date) -> date:
    """From when new members belong, unless the reader says otherwise: the first day of use, else January 1.

    Never a day to come: who is imported is on the roll at once.
    """
    first = (
        FirstDayOfUse.objects.filter(organization=committee).order_by("since").values_list("since", flat=True)
    )
    return min(first.first() or date(today.year, 1, 1), today)


def preview(
    *,
    reader: Account,
    committee: Organization,
    data: bytes,
    file_name: str,
    today: date,
    kind: str | None = None,
    since: date | None = None,
    accepted: frozenset[str] = frozenset(),
    branch: str | None = None,
) -> Preview:
    """What importing this file would do. RosterRefused where it cannot be taken at all; nothing is written."""
    sheets, others = read_roster(read_sheets(data, file_name), today)
    sheets = [sheet for sheet in sheets if kind is None or sheet.header.kind == kind]
    if not sheets:
        wanted = KINDS[kind] if kind else "名册"
        raise RosterRefused(
            "file.no_header",
            f"没有找到{wanted}的表头，",
            "前 40 行里没有一行写着“姓名”和别的栏名；",
            "请核对是不是这个文件，表头一行里写上“姓名”“所在党支部”等栏名。",
        )
    found = Preview(sheets[0].header.kind, sheets, others)
    found.sheets = [sheet for sheet in sheets if sheet.header.kind == found.kind]
    found.others += [sheet.name for sheet in sheets if sheet.header.kind != found.kind]
    if found.kind == "branches":
        found.branches = plan_branches(found.sheets, committee, branches_of(committee, today), today)
        return found
    if not permits(reader, "organizations.establish", committee):
        accepted -= {"branch.unknown"}
    choices = Choices(since or default_since(committee, today), accepted, branch)
    standing = known(committee, found.sheets, today)
    row_planner = plan_applicant if found.kind == "applicants" else plan_member
    found.people = plan_people(found.sheets, standing, choices, row_planner)
    return found


def write(found: Preview, source: Source, since: date) -> Batch:
    """Write what was previewed, as what it is. Raises NotPermitted; all of it stands or nothing."""
    if found.branches is not None:
        return actions.import_branches(source=source, plan=found.branches, since=since)
    assert found.people is not None
    if found.kind == "applicants":
        return import_applicants(source=source, plan=found.people)
    return actions.import_members(source=source, plan=found.people)


def named_committee(data: bytes, file_name: str) -> str:
    """The committee that the official roster names behind 基层党委：, else an empty text."""
    for sheet in read_sheets(data, file_name):
        for row in list(sheet.rows)[:5]:
            texts = [str(cell).strip() for cell in row if str(cell).strip()]
            for place, text in enumerate(texts):
                if text.startswith(("基层党委：", "基层党委:")):
                    behind = text[5:].strip()
                    following = texts[place + 1] if place + 1 < len(texts) else ""
                    return behind or ("" if following.startswith("汇总日期") else following)
    return ""


def in_use(committee: Organization, today: date) -> bool:
    """True when the committee's first day of use is recorded."""
    return FirstDayOfUse.objects.filter(in_force(today), organization=committee).exists()
