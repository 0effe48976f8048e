"""The organizations of the demo college: one committee, 23 branches, groups in the larger ones. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from zhibu.desk.demo.values import Unit

COLLEGE = "青禾职业技术学院"
COMMITTEE = "u00"


class Branch(NamedTuple):
    """A branch: its name within the college, its category, how many members it begins with."""

    name: str
    category: str
    members: int


#: The 23 branches. The retired ones come last; whoever retires goes to one of them.
BRANCHES = (
    Branch("机关第一", "staff", 32),
    Branch("机关第二", "staff", 30),
    Branch("教务科研", "staff", 28),
    Branch("学生工作", "staff", 26),
    Branch("后勤保卫", "staff", 34),
    Branch("图书信息", "staff", 22),
    Branch("机械工程系教工", "staff", 35),
    Branch("电气工程系教工", "staff", 31),
    Branch("信息工程系教工", "staff", 38),
    Branch("建筑工程系教工", "staff", 29),
    Branch("经济管理系教工", "staff", 33),
    Branch("护理系教工", "staff", 36),
    Branch("学前教育系教工", "staff", 27),
    Branch("文化旅游系教工", "staff", 24),
    Branch("基础教学部", "staff", 30),
    Branch("继续教育学院", "staff", 18),
    Branch("机电学生", "student", 28),
    Branch("信息工程系学生", "student", 32),
    Branch("护理系学生", "student", 26),
    Branch("经管建筑师生联合", "mixed", 30),
    Branch("离退休第一", "retiree", 46),
    Branch("离退休第二", "retiree", 44),
    Branch("离退休第三", "retiree", 40),
)

_NUMERALS = "一二三"


def branch_key(number: int) -> str:
    """The key of the branch of that number, from 1."""
    return f"u{number:02}"


RETIRED = tuple(branch_key(n) for n, one in enumerate(BRANCHES, 1) if one.category == "retiree")
STUDENT = tuple(branch_key(n) for n, one in enumerate(BRANCHES, 1) if one.category == "student")


def groups_of(members: int) -> int:
    """How many groups (党小组) a branch of that size has; small ones have none."""
    return 3 if members >= 40 else 2 if members >= 34 else 0


def units(founded: date, branches: Sequence[Branch] = BRANCHES) -> dict[str, Unit]:
    """All organizations, founded on that day."""
    committee = Unit(COMMITTEE, "", "committee", None, f"中共{COLLEGE}委员会", "学院党委", "00", founded)
    made = {COMMITTEE: committee}
    for number, branch in enumerate(branches, 1):
        key = branch_key(number)
        name = f"{branch.name}党支部"
        made[key] = Unit(key, COMMITTEE, "branch", branch.category, name, name, f"{number:02}", founded)
        for group in range(groups_of(branch.members)):
            numeral = _NUMERALS[group]
            made[f"{key}g{group + 1}"] = Unit(
                f"{key}g{group + 1}",
                key,
                "group",
                branch.category,
                f"{name}第{numeral}党小组",
                f"第{numeral}党小组",
                f"{number:02}-{group + 1}",
                founded,
            )
    return made
