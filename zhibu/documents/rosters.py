"""The lists of people on paper: 党员名册, 党小组名册, 党支部班子名册."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from zhibu.access import scope
from zhibu.documents import people
from zhibu.documents.people import Person
from zhibu.documents.sheet import Column, Section, Sheet
from zhibu.registers.intervals import in_force
from zhibu.registers.members import words
from zhibu.registers.members.queries import grouped
from zhibu.registers.organizations import queries, terms
from zhibu.registers.organizations.models import Kind, Organization, Post, PostKind, Term
from zhibu.site import packs
from zhibu.site.wording import full_day

SIGNED = ("填表人", "审核人", "党组织（盖章）")

MEMBERS = (
    Column("序号", 1.1, 6),
    Column("姓名", 2.2),
    Column("性别", 1.1, 6),
    Column("民族", 1.7),
    Column("出生年月", 2, 10),
    Column("学历", 2.4),
    Column("入党日期", 2.6),
    Column("转正日期", 2.6),
    Column("人员类别", 2.1),
    Column("身份", 1.6),
    Column("党内职务", 3.2, 22),
    Column("工作岗位", 4.2, 28),
    Column("手机号", 3.1, 16),
    Column("备注", 2, 16),
)


def _line(number: int, one: Person) -> list[str]:
    return [
        str(number),
        one.text("name"),
        one.text("sex"),
        one.text("ethnicity"),
        one.month("born"),
        one.text("education"),
        one.text("joined"),
        one.text("confirmed"),
        one.status,
        one.category,
        "、".join(one.posts),
        one.text("work_post"),
        one.text("mobile"),
        one.remarks,
    ]


def members(organization: Organization, day: date, masked: bool = True) -> Sheet:
    """党员名册: everyone on the roll on a day; of a committee branch by branch."""
    name, _ = people.name_on(organization, day)
    found = people.on_roll(organization, day, masked)
    branches = [(branch, list(rows)) for branch, rows in groupby(found, key=lambda one: one.branch)]
    several = len(branches) > 1
    return Sheet(
        title="党员名册",
        facts=[f"党组织：{name}", f"截至 {full_day(day)}"],
        columns=MEMBERS,
        sections=[
            Section(
                f"{branch}（{len(rows)} 人）" if several else "",
                [_line(number, one) for number, one in enumerate(rows, start=1)],
            )
            for branch, rows in branches
        ],
        flipped=True,
        summary=people.counted(found),
        signed=SIGNED,
        empty="这一天没有在册党员",
    )


GROUPS = (
    Column("序号", 1, 6),
    Column("姓名", 2),
    Column("性别", 1, 6),
    Column("民族", 1.6),
    Column("出生年月", 1.8, 10),
    Column("学历", 2.2),
    Column("入党日期", 2.3),
    Column("人员类别", 1.9),
    Column("党内职务", 3.2, 22),
    Column("手机号", 2.8, 16),
    Column("备注", 1.8, 16),
)


def groups(organization: Organization, day: date, masked: bool = True) -> Sheet:
    """党小组名册: each group of the branch (or of the branches below) with its leader first, then its members."""
    name, kind = people.name_on(organization, day)
    found = people.groups_of(organization, day)
    # A group has no roll of its own: its members are those of its branch who are assigned to it.
    above = (
        Organization(pk=found[0].parent_id)
        if kind == Kind.GROUP and found and found[0].parent_id
        else organization
    )
    roll = people.on_roll(above, day, masked)
    ids = [group.organization_id for group in found]
    leaders = people.leaders(ids, day)
    # Who leads a group is listed in it, whichever the person is assigned to.
    home = grouped(ids, day) | {one: group for group, lead in leaders.items() for one in lead}
    sections = []
    for group in found:
        lead = leaders.get(group.organization_id, [])
        own = [one for one in roll if home.get(one.id) == group.organization_id]
        own.sort(key=lambda one: one.id not in lead)
        led_by = "、".join(one.text("name") for one in own if one.id in lead) or "未登记"
        title = f"{group.name}（组长：{led_by}，{len(own)} 人）"
        sections.append(Section(title, [_grouped(number, one) for number, one in enumerate(own, start=1)]))
    branches = {group.parent_id for group in found}
    left = [one for one in roll if one.id not in home and one.branch_id in branches]
    if left and kind != Kind.GROUP:
        rows = [_grouped(number, one) for number, one in enumerate(left, start=1)]
        sections.append(Section(f"尚未编入党小组（{len(left)} 人）", rows))
    return Sheet(
        title="党小组名册",
        facts=[f"党组织：{name}", f"党小组 {len(found)} 个", f"截至 {full_day(day)}"],
        columns=GROUPS,
        sections=sections,
        flipped=True,
        signed=SIGNED,
        empty="这一天没有党小组",
    )


def _grouped(number: int, one: Person) -> list[str]:
    return [
        str(number),
        one.text("name"),
        one.text("sex"),
        one.text("ethnicity"),
        one.month("born"),
        one.text("education"),
        one.text("joined"),
        one.status,
        "、".join(one.posts),
        one.text("mobile"),
        one.remarks,
    ]


#: The posts that make up a leading body (班子); president, cadres and staff are none of it.
LEADING = (
    PostKind.SECRETARY,
    PostKind.DEPUTY_SECRETARY,
    PostKind.FULLTIME_DEPUTY,
    PostKind.COMMITTEE_MEMBER,
    PostKind.BRANCH_SECRETARY,
    PostKind.BRANCH_DEPUTY_SECRETARY,
    PostKind.BRANCH_COMMITTEE_MEMBER,
)

OFFICES = (
    Column("序号", 1, 6),
    Column("职务", 2.6, 16),
    Column("分工", 2.2, 16),
    Column("姓名", 1.9),
    Column("性别", 1, 6),
    Column("民族", 1.5),
    Column("出生年月", 1.8, 10),
    Column("学历", 2.2),
    Column("入党日期", 2.3),
    Column("任职起", 2.3),
    Column("行政职务或岗位", 4, 28),
    Column("任免文号", 2.4, 24),
)


def offices(organization: Organization, day: date, masked: bool = True) -> Sheet:
    """班子名册: who holds which post on a day, since when, in which term; of a committee those of each branch too."""
    name, kind = people.name_on(organization, day)
    below: Any = Organization.objects.on(day).filter(pk__in=scope.subtree([organization.pk]))
    places = sorted(
        (one for one in below if one.kind != Kind.GROUP),
        key=lambda one: (queries.KIND_ORDER.index(one.kind), one.number, one.name),
    )
    held: dict[str, list[Post]] = {}
    rows = Post.objects.filter(in_force(day), organization__in=[one.pk for one in places], kind__in=LEADING)
    for post in rows.select_related("member").order_by(queries.RANK, "since", "member__pinyin"):
        held.setdefault(post.organization_id, []).append(post)
    terms_of: dict[str, list[Term]] = {}
    for term in Term.objects.filter(organization__in=[one.pk for one in places]).order_by("-since"):
        terms_of.setdefault(term.organization_id, []).append(term)
    several = len(places) > 1
    sections = []
    for place in places:
        office = _term(place.kind, terms_of.get(place.pk, []), day)
        title = "，".join(filter(None, (place.name if several else "", office)))
        lines = [_office(number, post) for number, post in enumerate(held.get(place.pk, []), start=1)]
        if lines:
            sections.append(Section(title, lines))
    return Sheet(
        title="党支部班子名册" if kind == Kind.BRANCH else "党组织班子名册",
        facts=[f"党组织：{name}", f"截至 {full_day(day)}"],
        columns=OFFICES,
        sections=sections,
        flipped=True,
        signed=SIGNED,
        empty="这一天没有登记任职",
    )


def _term(kind: str, found: list[Term], day: date) -> str:
    """The term of the day in words."""
    line = next((one for one in terms.lines(packs.norm(), kind, found, day) if one.current), None)
    if line is None:
        return ""
    number = f"第 {line.term.number} 届，" if line.term.number else ""
    until = f"至 {full_day(line.end)}届满" if line.end else ""
    return f"届期：{number}{full_day(line.term.since)}起{until}"


def _office(number: int, post: Post) -> list[str]:
    member = post.member
    born = f"{member.born.year}.{member.born.month:02d}" if member.born else ""
    title = str(post.get_kind_display())
    return [
        str(number),
        title,
        "" if post.portfolio == title else post.portfolio,
        member.name,
        member.sex,
        words.word("ethnicity", member.ethnicity) or "",
        born,
        words.word("education", member.education) or "",
        member.joined.isoformat() if member.joined else "",
        post.since.isoformat(),
        words.word("work_post", member.work_post) or member.technical_post,
        post.document,
    ]
