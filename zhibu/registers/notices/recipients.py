"""Who the addressees of a notice are on a day: a fixed number of queries for each sort of addressee."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q

from zhibu.access import roles, scope
from zhibu.access.models import Account, Grant
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Application, Category, Grouping, Member, Membership, Status
from zhibu.registers.notices.models import Addressee, Asked
from zhibu.registers.organizations.models import Placement, Post, PostKind

#: Who leads an organization: gets what is sent to its secretary. A deputy where there is none.
LEADING_POSTS = (PostKind.SECRETARY, PostKind.BRANCH_SECRETARY, PostKind.GROUP_LEADER)
LEADING_ROLES = ("branch_secretary", "group_leader")
DEPUTY_POSTS = (PostKind.DEPUTY_SECRETARY, PostKind.FULLTIME_DEPUTY, PostKind.BRANCH_DEPUTY_SECRETARY)
COMMITTEE_POSTS = (*DEPUTY_POSTS, PostKind.COMMITTEE_MEMBER, PostKind.BRANCH_COMMITTEE_MEMBER)

#: Groups of members (党员范围): what they are called, and which memberships they hold.
GROUPS: dict[str, tuple[str, Q]] = {
    "all": ("全体党员", Q()),
    "full": ("正式党员", Q(status=Status.FULL)),
    "probationary": ("预备党员", Q(status=Status.PROBATIONARY)),
    "staff": ("在职党员", Q(category=Category.STAFF)),
    "student": (f"{Category.STUDENT.label}党员", Q(category=Category.STUDENT)),
    "retiree": (f"{Category.RETIREE.label}党员", Q(category=Category.RETIREE)),
}
#: Those who apply to join: no members, but addressed alike.
APPLICANTS = "applicants"
GROUP_TITLES = {key: title for key, (title, _) in GROUPS.items()} | {APPLICANTS: "入党申请人"}


@dataclass(frozen=True)
class Person:
    """One who gets the notice: a member, or an account that is nobody's."""

    member: str | None
    account: str | None
    organization: str
    place_name: str
    capacity: str
    asked: str
    shared: bool


@dataclass(frozen=True)
class Found:
    """The recipients in the order of the addressees, and the organizations in which there is nobody."""

    people: list[Person]
    empty: list[str]

    @property
    def by_place(self) -> dict[str, int]:
        """How many there are in each organization."""
        counts: dict[str, int] = {}
        for person in self.people:
            counts[person.place_name] = counts.get(person.place_name, 0) + 1
        return counts


def resolve(addressees: Sequence[Addressee], sender: str, asked: str, today: date) -> Found:
    """Who these are on `today` within the organization `sender` and all below it.

    Who is named twice gets it once, and is asked for the most of what is asked.
    """
    names = dict(Placement.objects.filter(in_force(today)).values_list("organization_id", "name"))
    looking = _Looking(sender, today, names)
    found: dict[tuple[str | None, str | None], Person] = {}
    for person in (*looking.organizations(addressees, asked), *looking.others(addressees, asked)):
        known = found.setdefault((person.member, person.account), person)
        if known is not person:
            act = Asked.ACT in (known.asked, person.asked)
            found[person.member, person.account] = replace(
                known, asked=Asked.ACT if act else known.asked, shared=known.shared or person.shared
            )
    return Found(list(found.values()), [names.get(one, one) for one in looking.empty])


def reached(members: list[str], sender: str, today: date) -> set[str]:
    """Which of these members belong, hold a post or apply at `sender` or below it on `today`."""
    return {
        person.member for person in _Looking(sender, today, {}).single(members, Asked.READ) if person.member
    }


class _Looking:
    def __init__(self, sender: str, today: date, names: dict[str, str]) -> None:
        self.today, self.names = today, names
        self.below = scope.subtree([sender])
        self.empty: list[str] = []

    def organizations(self, addressees: Iterable[Addressee], asked: str) -> list[Person]:
        """Those of the organizations addressed."""
        wanted = {one.target: one.whom for one in addressees if one.type == Addressee.Type.ORGANIZATION}
        if not wanted:
            return []
        here = Q(organization__in=list(wanted)) & Q(organization__in=self.below)
        leaders: dict[str, list[Person]] = {}
        others: dict[str, list[Person]] = {}
        deputies: dict[str, list[Person]] = {}
        kinds = (*LEADING_POSTS, *COMMITTEE_POSTS)
        for post in self._posts(here & Q(kind__in=kinds)):
            person = self._person(post.member_id, None, post.organization_id, _title(post), asked, True)
            if post.kind in LEADING_POSTS:
                leaders.setdefault(post.organization_id, []).append(person)
                continue
            others.setdefault(post.organization_id, []).append(replace(person, asked=Asked.READ))
            if post.kind in DEPUTY_POSTS:
                deputies.setdefault(post.organization_id, []).append(person)
        for grant in self._grants(here & Q(role__in=LEADING_ROLES)):
            leaders.setdefault(grant.organization_id, []).append(self._granted(grant, asked, True))
        members: dict[str, list[Person]] = {}
        whole = [place for place, whom in wanted.items() if whom == Addressee.Whom.MEMBERS]
        if whole:
            for row in self._memberships(here & Q(organization__in=whole)):
                person = self._person(row.member_id, None, row.organization_id, "", asked, True)
                members.setdefault(row.organization_id, []).append(person)
            grouped = Grouping.objects.filter(in_force(self.today), group__in=whole).filter(
                group__in=self.below
            )
            for one in grouped.order_by("group_id", "member__pinyin", "member_id"):
                person = self._person(one.member_id, None, one.group_id, "", asked, True)
                members.setdefault(one.group_id, []).append(person)
        found: list[Person] = []
        for place, whom in wanted.items():
            lead = leaders.get(place) or deputies.get(place, [])
            if whom == Addressee.Whom.MEMBERS:
                got = [*lead, *members.get(place, [])]
            elif whom == Addressee.Whom.COMMITTEE:
                got = [*lead, *others.get(place, [])]
            else:
                got = lead
            found += got
            if not got:
                self.empty.append(place)
        return found

    def others(self, addressees: Iterable[Addressee], asked: str) -> list[Person]:
        """The holders of posts and roles, groups of members, single members."""
        of: dict[str, list[str]] = {}
        for one in addressees:
            of.setdefault(one.type, []).append(one.target)
        within = Q(organization__in=self.below)
        found: list[Person] = []
        if posts := of.get(Addressee.Type.POST):
            found += [
                self._person(post.member_id, None, post.organization_id, _title(post), asked, False)
                for post in self._posts(within & Q(kind__in=posts))
            ]
        if wanted := of.get(Addressee.Type.ROLE):
            found += [
                self._granted(grant, asked, False) for grant in self._grants(within & Q(role__in=wanted))
            ]
        for group in of.get(Addressee.Type.GROUP, ()):
            rows: Iterable[Any]
            if group == APPLICANTS:
                rows = Application.objects.filter(in_force(self.today), within)
            else:
                rows = self._memberships(within & GROUPS[group][1])
            found += [self._person(row.member_id, None, row.organization_id, "", asked, True) for row in rows]
        if single := of.get(Addressee.Type.MEMBER):
            found += self.single(single, asked)
        return found

    def single(self, members: list[str], asked: str) -> list[Person]:
        """Members named one by one: those that still belong, hold a post or apply within reach."""
        within = Q(organization__in=self.below, member__in=members)
        places: dict[str, str] = {}
        for rows in (
            self._memberships(within),
            Application.objects.filter(in_force(self.today), within),
            self._posts(within),
        ):
            for row in rows:
                places.setdefault(row.member_id, row.organization_id)
        return [
            self._person(one, None, places[one], "", asked, False)
            for one in dict.fromkeys(members)
            if one in places
        ]

    def _posts(self, condition: Q) -> list[Post]:
        rows = Post.objects.filter(in_force(self.today), condition)
        return sorted(rows, key=lambda one: (list(PostKind).index(PostKind(one.kind)), one.organization_id))

    def _memberships(self, condition: Q) -> Any:
        rows = Membership.objects.filter(in_force(self.today), condition)
        ordered = rows.order_by("organization_id", "member__pinyin", "member_id")
        return ordered.values_list("member_id", "organization_id", named=True)

    def _grants(self, condition: Q) -> Any:
        rows = Grant.objects.filter(in_force(self.today), condition, account__is_active=True)
        return rows.select_related("account").order_by("organization_id", "since")

    def _granted(self, grant: Grant, asked: str, shared: bool) -> Person:
        account: Account = grant.account
        title = roles.ROLES[grant.role].title
        if account.member_id:
            return self._person(account.member_id, None, grant.organization_id, title, asked, shared)
        return self._person(None, account.pk, grant.organization_id, title, asked, shared)

    def _person(
        self, member: str | None, account: str | None, place: str, capacity: str, asked: str, shared: bool
    ) -> Person:
        return Person(member, account, place, self.names.get(place, place), capacity, asked, shared)


def _title(post: Post) -> str:
    return post.portfolio or str(post.get_kind_display())


def in_words(addressees: Iterable[Addressee]) -> list[str]:
    """The addressees in words, those of a sort together: 机电支部、信息支部（书记）；教工党员；张三."""
    rows = list(addressees)
    names: dict[str, str] = {}
    if places := [one.target for one in rows if one.type == Addressee.Type.ORGANIZATION]:
        found = Placement.objects.filter(organization__in=places).order_by("since")
        names = dict(found.values_list("organization_id", "name"))
    if people := [one.target for one in rows if one.type == Addressee.Type.MEMBER]:
        names |= dict(Member.objects.filter(pk__in=people).values_list("pk", "name"))
    said = {
        Addressee.Type.POST: dict(PostKind.choices),
        Addressee.Type.ROLE: {key: role.title for key, role in roles.ROLES.items()},
        Addressee.Type.GROUP: GROUP_TITLES,
    }
    together: dict[tuple[str, str], list[str]] = {}
    for one in rows:
        word = said.get(Addressee.Type(one.type), names).get(one.target, one.target)
        together.setdefault((one.type, one.whom), []).append(str(word))
    whom = dict(Addressee.Whom.choices)
    return [
        "、".join(words) + (f"（{whom[key]}）" if key in whom else "") for (_, key), words in together.items()
    ]
