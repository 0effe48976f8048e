"""A small demo of any pack: an invented committee whose year follows from the pack's own duties.

Written through the actions, so that whatever a register refuses is left out and nothing else stands than what people
could have entered. Who is careless is drawn from a seed: there is something met, late, missed and open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from django.contrib.auth.hashers import make_password

from zhibu.access import Refused, accounts
from zhibu.access.models import Account
from zhibu.access.roles import ROLES
from zhibu.desk.demo import names
from zhibu.desk.demo.accounts import PASSWORD
from zhibu.desk.demo.any_year import Stroke, strokes
from zhibu.norm.model import Norm, Pack
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Line, Written
from zhibu.registers.activities.rules import Block
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.members import actions as members
from zhibu.registers.members.models import Member
from zhibu.registers.organizations import actions as organizations
from zhibu.registers.organizations import offices
from zhibu.registers.organizations.models import Organization, Post

#: So many branches where no duty names a number, so many members in each.
BRANCHES, MEMBERS = 3, 6
_NUMBERS = "一二三四五六七八九十"
#: Posts of the committee and of a branch that the demo fills where the pack lists them.
_OF_COMMITTEE = (
    "secretary",
    "deputy_secretary",
    "deputy_secretary.fulltime",
    "committee_member",
    "party_staff.fulltime",
)
_OF_BRANCH = ("branch_secretary", "branch_committee_member")


@dataclass
class House:
    """Who stands: the committee, its branches, whose members they are."""

    committee: Organization
    branches: list[Organization]
    people: dict[str, list[Member]] = field(default_factory=dict)


def build(*, actor: Account, norm: Norm, today: date, seed: int) -> list[dict[str, str]]:
    """Write the demo as of `today`; gives the accounts to show. Refused where an organization stands."""
    if Organization.objects.exists():
        raise Refused(
            what="没有建立演示数据",
            why="数据库里已有党组织，演示数据不与真实数据混放",
            mend="请另设 ZHIBU_VAR 指向空目录，再运行 zhibu migrate 和 zhibu demo",
            code="demo.not_empty",
        )
    random, began = Random(seed), date(today.year, 1, 1)
    house = _stand(actor, norm, began, random)
    drawn = strokes(
        norm,
        [(house.committee.pk, "committee"), *((one.pk, "branch") for one in house.branches)],
        {place: [one.pk for one in people] for place, people in house.people.items()},
        [(f"post.{one.kind}", one.organization_id, one.member_id) for one in Post.objects.all()],
        began,
        today,
        random,
    )
    writer = _Writer(actor, norm, house)
    for stroke in drawn:
        writer.write(stroke)
    return _accounts(actor, house, began)


def house_pack(norm: Norm) -> Pack:
    """The pack of the house itself: that with the most articles."""
    sizes = {pack: sum(article.pack == pack for article in norm.articles) for pack in norm.packs}
    return norm.packs[max(sizes, key=lambda pack: sizes[pack])]


def _how_many(norm: Norm, today: date) -> int:
    """The number of branches that a duty asks for, else a few."""
    for duty in norm.duties.values():
        if duty.form == "standing" and duty.kinds == ("branch",) and duty.bound.parameter:
            value = norm.parameters[duty.bound.parameter].on(today)
            if isinstance(value, int) and 0 < value <= len(_NUMBERS):
                return value
    return BRANCHES


def _stand(actor: Account, norm: Norm, began: date, random: Random) -> House:
    founded = date(began.year - 6, 1, 1)
    name = re.sub(r"[（(].*?[）)]", "", house_pack(norm).issuer).strip() or "示例单位党委"
    committee = organizations.establish(actor=actor, name=name, kind="committee", since=founded)
    offices.set_first_day_of_use(actor=actor, organization=committee, since=began)
    house = House(committee, [])
    for number in range(_how_many(norm, began)):
        branch = organizations.establish(
            actor=actor,
            name=f"第{_NUMBERS[number]}党支部",
            kind="branch",
            parent=committee,
            category="staff",
            since=founded,
            number=f"{number + 1:02}",
        )
        house.branches.append(branch)
        house.people[branch.pk] = [
            _person(actor, branch, number * MEMBERS + place, founded, began, random)
            for place in range(MEMBERS)
        ]
    _posts(actor, norm, house, founded, began)
    return house


def _person(
    actor: Account, branch: Organization, number: int, since: date, today: date, random: Random
) -> Member:
    male, born = random.random() < 0.6, date(random.randint(1968, 1994), random.randint(1, 12), 15)
    return members.add(
        actor=actor,
        organization=branch,
        since=since,
        today=today,
        name=names.name(random, born.year, male),
        number=f"{1001 + number}",
        born=born,
        joined=date(2015, 7, 1),
        mobile=names.mobile(number),
    )


def _posts(actor: Account, norm: Norm, house: House, since: date, today: date) -> None:
    def appoint(place: Organization, kinds: Iterable[str], people: list[Member]) -> None:
        for kind, person in zip(kinds, people, strict=False):
            if f"post.{kind}" in norm.kinds or kind == "branch_secretary":
                offices.appoint(
                    actor=actor, organization=place, member=person, kind=kind, since=since, today=today
                )

    first = [people[1] for people in house.people.values()]
    appoint(house.committee, _OF_COMMITTEE, (first * 2)[: len(_OF_COMMITTEE)])
    for branch in house.branches:
        appoint(branch, _OF_BRANCH, house.people[branch.pk])
    if "establishment" in norm.kinds:
        offices.set_establishment(
            actor=actor, organization=house.committee, people=90, since=since, today=today
        )
    if "term" in norm.kinds:
        for place in (house.committee, *house.branches):
            offices.start_term(actor=actor, organization=place, since=date(today.year - 1, 6, 1), today=today)


class _Writer:
    """Writes what was drawn through the actions; what a register refuses is left out, and what refers to it."""

    def __init__(self, actor: Account, norm: Norm, house: House) -> None:
        self.actor, self.norm = actor, norm
        self.places = {one.pk: one for one in (house.committee, *house.branches)}
        self.roll = house.people
        self.people = {one.pk: one for people in house.people.values() for one in people}
        self.ids: dict[str, str] = {}  # key of a stroke → the record's id

    def write(self, stroke: Stroke) -> None:
        """One record, if what it refers to stands."""
        if stroke.about and stroke.about not in self.ids:
            return
        try:
            record = self._activity if self.norm.kinds[stroke.kind].register == "activities" else self._entry
            self.ids[stroke.key] = record(stroke)
        except Refused:
            return  # an odd kind of an odd pack: the demo does without it

    def _activity(self, stroke: Stroke) -> str:
        late = (stroke.recorded - stroke.day).days > 10
        there = [line for place in self._invited(stroke) for line in place]
        given = activities.Draft(
            title=self.norm.kinds[stroke.kind].title,
            kinds=(stroke.kind,),
            blocks=(Block(stroke.day, "day" if (stroke.amount or 1) > 1 else "afternoon"),),
            place="党员活动室",
            content="演示内容",
            counts_for=stroke.counts_for,
            counts_for_reason="补办" if stroke.counts_for else "",
            late_reason="工作忙，补录" if late else "",
        )
        made = activities.record_activity(
            actor=self.actor,
            organization=self.places[stroke.org],
            draft=given,
            lines=there,
            plan=Written(stroke.day, "演示方案") if "plan" in stroke.papers else None,
            record=Written(stroke.day, "演示记录") if "record" in stroke.papers else None,
            today=stroke.recorded,
        )
        return made.pk

    def _invited(self, stroke: Stroke) -> Iterable[list[Line]]:
        for branch, people in self.roll.items():
            if stroke.org in (branch, *(place for place in self.places if place not in self.roll)):
                here = people if stroke.org == branch else people[:1]
                yield [Line(one.pk, branch, "present") for one in here]

    def _entry(self, stroke: Stroke) -> str:
        ref = self.ids[stroke.about] if stroke.about else stroke.ref
        given = evidence.Draft(
            kind=stroke.kind,
            organization=self.places[stroke.org],
            day=stroke.day,
            member=self.people[stroke.member] if stroke.member else None,
            counts_for=stroke.counts_for,
            counts_for_reason="补办" if stroke.counts_for else "",
            amount=stroke.amount,
            ref=ref,
            ref_title=stroke.ref,
            note="演示",
        )
        case = self.norm.kinds[stroke.kind].ref in ("case", "election", "transfer") and not ref
        return evidence.record_entry(actor=self.actor, draft=given, begin_case=case, today=stroke.recorded).pk


def _accounts(actor: Account, house: House, since: date) -> list[dict[str, str]]:
    branch = house.branches[0]
    wanted = (
        ("administrator", "guanliyuan", house.committee, None),
        ("committee_officer", "dangban", house.committee, None),
        ("branch_secretary", "shuji", branch, house.people[branch.pk][0]),
        ("member", "dangyuan", branch, house.people[branch.pk][-1]),
        ("auditor", "shenji", house.committee, None),
    )
    password, shown = make_password(PASSWORD), []
    for role, username, place, member in wanted:
        title = ROLES[role].title
        account = accounts.create_account(
            actor=actor, username=username, name="" if member else title, member=member
        )
        account.password = password
        account.save(update_fields=["password"])
        accounts.grant(actor=actor, account=account, role=role, organization=place, since=since)
        shown.append({"role": title, "username": username, "password": PASSWORD})
    return shown
