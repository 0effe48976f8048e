"""Which documents there are, about whom, on which paper: the one table behind the menu and the addresses."""

from __future__ import annotations

from dataclasses import dataclass

from zhibu.registers.organizations.models import Kind


@dataclass(frozen=True)
class Document:
    """A document: its title, one line of what it holds, whether it is a list that Excel takes too.

    `kinds`: of which kinds of organization; empty: of a person. `verb`: who may have it.
    """

    title: str
    about: str
    verb: str
    kinds: tuple[str, ...] = ()
    excel: bool = True
    since: bool = False
    numbers: bool = True  # it holds numbers that are covered unless full ones are asked for


PLACES = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH)

ORGANIZATION: dict[str, Document] = {
    "members": Document("党员名册", "在册党员的基本情况、党内职务", "members.export", PLACES),
    "groups": Document("党小组名册", "各党小组的组长和成员", "members.export", (*PLACES, Kind.GROUP)),
    "offices": Document(
        "班子名册", "各职务由谁担任、何时任职、届期", "members.export", PLACES, numbers=False
    ),
    "copy": Document(
        "党员信息抄录表",
        "按全国党员管理信息系统填写次序逐人列出，代码和名称并列，有变动的排在前面",
        "members.export",
        PLACES,
        excel=False,
        since=True,
    ),
}

MEMBER: dict[str, Document] = {
    "form": Document(
        "党员登记表", "基本情况、入党和转接、任职，留有手填和签名处", "members.read", excel=False
    ),
    "copy": Document("党员信息抄录表", "按全国党员管理信息系统填写次序", "members.read", excel=False),
}
