"""The demo college as it stands: tree, people, posts, terms. Pure, the same for a seed and a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from zhibu.desk.demo import people as everyone
from zhibu.desk.demo import tree
from zhibu.desk.demo.values import College, Person, Seat, Term

ESTABLISHMENT = 620
_PORTFOLIOS = ("组织委员", "宣传委员", "纪检委员", "青年委员")


def college(seed: int, this_year: int) -> College:
    """The college of that seed over last year and `this_year`."""
    units = tree.units(date(2004, 7, 1))
    made = everyone.members(seed, this_year)
    outsider = everyone.outsider(made)
    applicants = everyone.applicants(made)
    people = made.made
    first_day = date(this_year - 1, 1, 1)
    random = Random(f"college {seed}")
    bare = College(first_day, units, people, (), (), ESTABLISHMENT, applicants, outsider)
    seats = [*_committee_seats(bare, this_year), *_branch_seats(bare, random, this_year)]
    return replace(bare, seats=tuple(seats), terms=_terms(bare, this_year))


def campaign_day(number: int, this_year: int) -> date:
    """The day on which the branch of that number elects in the second half of this year (集中换届)."""
    return date(this_year, 9, 8) + timedelta(days=(number * 29) % 80)


#: The branch whose term ran out before it elected, for the whole campaign.
OVERDUE = "u14"


def _staying(college: College, unit: str, this_year: int) -> list[Person]:
    """Members of a branch on the first day of last year who are still there when this year ends, by age."""
    first, last = college.first_day, date(this_year, 12, 31)
    there = {one.key for one in college.members_on(unit, last)}
    staying = [one for one in college.members_on(unit, first) if one.key in there]
    return sorted(staying, key=lambda one: (one.born, one.key))


def _committee_seats(college: College, this_year: int) -> list[Seat]:
    """Seven leaders, nine seats, twelve full-time party workers, the cadres."""
    since = date(this_year - 3, 9, 1)
    pool = [one.key for one in _staying(college, "u01", this_year)]
    more = [one.key for one in _staying(college, "u02", this_year)]
    secretary, president, deputy, *vices = pool[:6]
    seats: list[tuple[str, str]] = [
        ("secretary", secretary),
        ("deputy_secretary", president),
        ("president", president),
        ("deputy_secretary.fulltime", deputy),
    ]
    seats += [("college_leader", key) for key in (secretary, president, deputy, *vices, college.outsider)]
    seats += [("committee_member", key) for key in (secretary, president, deputy, *vices, *more[:3])]
    # One short of two in a hundred of 620: a gap that the page shows with its numbers.
    seats += [("party_staff.fulltime", key) for key in (*more[3:12], *pool[10:13])]
    heads = [_staying(college, tree.branch_key(number), this_year)[6].key for number in range(3, 17)]
    seats += [("cadre", key) for key in (secretary, president, deputy, *vices, *more[:3], *heads)]
    return [Seat(tree.COMMITTEE, person, kind, since) for kind, person in seats]


def _branch_seats(college: College, random: Random, this_year: int) -> list[Seat]:
    """A secretary and a committee for each branch, group leaders; two branches change their secretary."""
    made: list[Seat] = []
    for number, unit in enumerate(college.branches, 1):
        staying = [one.key for one in _staying(college, unit.key, this_year)]
        everyone_there = [one.key for one in college.members_on(unit.key, college.first_day)]
        chosen = staying[6:12] if len(staying) >= 12 else everyone_there[:6]
        since = date(this_year - 3, 9, 8) + timedelta(days=number * 3)
        secretary, deputy, *members = chosen
        change = date(this_year, 4, 13) + timedelta(days=number)
        if number in (5, 13):
            made.append(Seat(unit.key, secretary, "branch_secretary", since, change, "支部书记"))
            made.append(Seat(unit.key, deputy, "branch_secretary", change, None, "支部书记"))
        else:
            made.append(Seat(unit.key, secretary, "branch_secretary", since, None, "支部书记"))
            if tree.BRANCHES[number - 1].members >= 30:
                made.append(Seat(unit.key, deputy, "branch_deputy_secretary", since, None, "支部副书记"))
        for person, portfolio in zip(members, _PORTFOLIOS, strict=False):
            made.append(Seat(unit.key, person, "branch_committee_member", since, None, portfolio))
        for group in college.groups(unit.key):
            leader = random.choice(staying[12:] or staying)
            made.append(Seat(group.key, leader, "group_leader", since))
    return made


def _terms(college: College, this_year: int) -> tuple[Term, ...]:
    """The committee in its fourth year; the branches elected three years ago and elect again this autumn."""
    made = [Term(tree.COMMITTEE, date(this_year - 3, 9, 1), 3, college.first_day)]
    for number, unit in enumerate(college.branches, 1):
        before = campaign_day(number, this_year) + timedelta(days=12)
        if unit.key == OVERDUE:
            before = date(this_year, 6, 20)
        made.append(Term(unit.key, before.replace(year=this_year - 3), 6, college.first_day))
        if unit.key != OVERDUE:
            day = campaign_day(number, this_year)
            made.append(Term(unit.key, day, 7, day + timedelta(days=2 + number % 4)))
    return tuple(made)
