"""What stands in the demo college: rooms, rules, pairs, public items, badges, certificates. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from zhibu.desk.demo.record import Pencil
from zhibu.desk.demo.values import College, Year

_ROOM = (
    "room.space",
    "room.equipment",
    "room.books",
    "room.wall_duties",
    "room.wall_goals",
    "room.wall_rules",
)
_RULES = ("rule.funds", "rule.group_study", "rule.self_study", "rule.training", "rule.study_assessment")
_PUBLIC = ("public.items", "public.standards", "public.process", "public.limits")
_IDENTITY = ("identity.badge", "identity.badge", "identity.card", "identity.area", "identity.post")

#: What is missing, with the branch that lacks it.
_NO_ROOM = {"u14": ("room.wall_rules", "room.books"), "u19": ("room.wall_goals",)}
_NO_PUBLIC = {"u05": ("public.limits",)}


def standing(year: Year, college: College, this_year: int, seed: int) -> None:
    """Add all states."""
    random = Random(f"standing {seed}")
    pencil = Pencil(year, college, random)
    committee = college.committee.key
    long_since = date(this_year - 4, 3, 1)
    for kind in _RULES:
        pencil.state(kind, committee, long_since, note="已印发施行")
    pencil.state("rule.benchmark", committee, date(this_year, 4, 8), note="已印发施行")
    pencil.state("pair.village", committee, long_since, note="虚川县溪口村党支部（虚构）")
    pencil.state("pair.benchmark", committee, long_since, note="青禾市启明学校（虚构）")
    pencil.state("brand", committee, long_since, note="“匠心向党”")
    _branches(pencil, college, long_since)
    _leaders(pencil, college, this_year)
    _certificates(pencil, college, this_year)
    for person in college.people.values():
        _identity(pencil, person.key, college, this_year)


def _branches(pencil: Pencil, college: College, long_since: date) -> None:
    for number, unit in enumerate(college.branches, 1):
        for kind in _ROOM:
            if kind not in _NO_ROOM.get(unit.key, ()):
                pencil.state(kind, unit.key, long_since + timedelta(days=number))
        for kind in _PUBLIC:
            if kind not in _NO_PUBLIC.get(unit.key, ()):
                pencil.state(kind, unit.key, long_since + timedelta(days=2 * number))
        if unit.key != "u19":
            pencil.state("dues.day", unit.key, long_since, note=f"每月 {dues_day(number)} 日")
        if unit.key not in ("u06", "u14"):
            pencil.state("feature", unit.key, long_since + timedelta(days=90 + number), note="一支部一特色")
    for kind in _PUBLIC:
        pencil.state(kind, college.committee.key, long_since)


def dues_day(number: int) -> int:
    """The day of the month on which the branch of that number collects its dues."""
    return 5 + number % 12


def _leaders(pencil: Pencil, college: College, this_year: int) -> None:
    """Households and units of the leaders, contacts of the cadres; one of each is still without."""
    day = date(this_year - 1, 3, 5)
    committee = college.committee.key
    for place, person in enumerate(college.holders("college_leader", day)):
        if place != 5:
            household = f"溪口村第{place + 1}户（虚构）"
            pencil.state("pair.household", committee, day, person=person, ref=household)
        pencil.state(
            "contact.unit", committee, day, person=person, ref=college.branches[6 + place].short_name[:-3]
        )
    for place, person in enumerate(college.holders("cadre", day)):
        belonging = college.people[person].belonging_on(day)
        if place not in (9, 16) and belonging is not None:
            pencil.state(
                "contact.person", belonging.unit, day, person=person, ref=f"联系群众{place + 1}（虚构）"
            )


def handlers(college: College, unit: str, day: date) -> list[str]:
    """Who handles development work in a branch: its first committee member (组织委员)."""
    return college.holders("branch_committee_member", day, unit)[:1]


def _certificates(pencil: Pencil, college: College, this_year: int) -> None:
    """Certificates of those who do development work; that of one has run out."""
    for number, unit in enumerate(college.branches):
        for person in handlers(college, unit.key, date(this_year, 1, 1)):
            issued = date(this_year - 2, 10, 20) + timedelta(days=number)
            if unit.key == "u18":
                issued = date(this_year - 4, 10, 20)
            pencil.state("certificate.party_worker", college.committee.key, issued, person=person)


def _identity(pencil: Pencil, person: str, college: College, this_year: int) -> None:
    """Nearly everyone in service shows who they are, each in a way of their own."""
    belongings = college.people[person].belongings
    if not belongings or belongings[0].category != "staff" or belongings[0].unit == college.committee.key:
        return
    if pencil.random.random() < 0.02:
        return
    since = max(date(this_year - 2, 7, 1), belongings[0].since)
    end = next((one.since for one in belongings if one.category == "retiree"), belongings[-1].until)
    kind = pencil.random.choice(_IDENTITY)
    pencil.state(kind, belongings[0].unit, since, person=person, until=end)
