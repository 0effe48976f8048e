"""Matters of several steps: developing members, transfers of the relation, elections. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from zhibu.desk.demo.college import OVERDUE, campaign_day
from zhibu.desk.demo.record import Pencil
from zhibu.desk.demo.standing import handlers
from zhibu.desk.demo.values import College, Person, Year

#: Steps before the admission meeting (接收), by days from it; the kinds in the order of the rules.
_BEFORE: tuple[tuple[str, int], ...] = (
    ("development.application", -720),
    ("development.talk", -700),
    ("recommended.mass_organisation", -575),
    ("recommended.masses", -570),
    ("development.activist", -560),
    ("development.activist_filed", -545),
    ("development.contacts", -540),
    ("development.education", -300),
    ("certificate.activist", -210),
    ("development.prospect", -150),
    ("development.prospect_filed", -140),
    ("development.introducers", -138),
    ("development.political_review", -110),
    ("development.training", -95),
    ("development.committee_review", -45),
    ("development.pre_review", -30),
    ("development.application_form", -20),
    ("development.admission_meeting", 0),
    ("development.superior_talk", 20),
    ("development.admission_approved", 45),
    ("development.admission_filed", 52),
    ("development.assigned", 55),
    ("development.oath", 62),
    ("development.observation", 180),
    ("development.full_application", 350),
    ("development.full_meeting", 365),
    ("development.full_approved", 395),
    ("development.archived", 410),
)
_HANDLED = ("development.activist", "development.prospect", "development.admission_meeting")


def applied_until(number: int, applied: date) -> date:
    """Until when the case of the so-manieth applicant goes on: every third goes no further than the talk for now."""
    return applied + timedelta(days=60 if number % 3 == 2 else 2000)


def admission_after(applied: date) -> date:
    """The day of the admission meeting of who applied then."""
    return applied + timedelta(days=720)


def day_of(kind: str, admitted: date, until: date, today: date) -> date | None:
    """The day of a step of a case, if it has come to it by today."""
    day = admitted + timedelta(days=dict(_BEFORE)[kind])
    return day if day < until and day <= today else None


def development(year: Year, college: College, this_year: int, seed: int) -> None:
    """Add the cases of all who were admitted in the two years, and of the applicants on their way."""
    pencil = Pencil(year, college, Random(f"development {seed}"))
    admitted = [
        one
        for one in college.people.values()
        if one.belongings and one.belongings[0].status == "probationary"
    ]
    this_spring = [one.key for one in admitted if one.belongings[0].since.year == this_year][3]
    for person in admitted:
        first = person.belongings[0]
        left = first.until if len(person.belongings) == 1 else person.belongings[-1].until
        # One became a prospect before the certificate was there.
        missing = ("certificate.activist",) if person.key == this_spring else ()
        _case(pencil, person, first.unit, first.since, left, missing)
    for number, (key, unit) in enumerate(college.applicants.items()):
        person = college.people[key]
        assert person.applied is not None
        until = applied_until(number, person.applied)
        # The masses' recommendation of one is not on paper.
        missing = ("recommended.masses",) if number == 9 else ()
        _case(pencil, person, unit, admission_after(person.applied), until, missing)


def _case(
    pencil: Pencil, person: Person, unit: str, admitted: date, until: date | None, missing: tuple[str, ...]
) -> None:
    case = pencil.matter(
        "development", f"发展党员：{person.name}", unit, person.key, admitted - timedelta(days=720)
    )
    for kind, days in _BEFORE:
        day = admitted + timedelta(days=days)
        if kind in missing or (until is not None and day >= until):
            continue
        step = f"{case}-{kind}"
        pencil.event(kind, unit, day, person=person.key, ref=case, key=step)
        if kind in _HANDLED and day >= pencil.college.first_day:
            for handler in handlers(pencil.college, unit, day):
                pencil.event("development.handled", unit, day, person=handler, ref=step)


def transfers(year: Year, college: College, this_year: int, seed: int) -> None:
    """Add the transfers: graduates in one batch each June, some of the staff, retired who move, who comes."""
    pencil = Pencil(year, college, Random(f"transfers {seed}"))
    for person in college.people.values():
        if not person.belongings:
            continue
        first, last = person.belongings[0], person.belongings[-1]
        if first.reason == "转入组织关系" and first.since >= college.first_day:
            case = pencil.matter("transfer", f"转入：{person.name}", first.unit, person.key, first.since)
            pencil.event("transfer.in", first.unit, first.since, person=person.key, ref=case)
        end = last.until
        if end is None or end.year > this_year or end < college.first_day or last.reason == "转为正式党员":
            continue
        _out(pencil, person, last.unit, end, last.reason)


def _out(pencil: Pencil, person: Person, unit: str, day: date, reason: str) -> None:
    random = pencil.random
    case = pencil.matter("transfer", f"转出：{person.name}", unit, person.key, day - timedelta(days=20))
    for kind, lead in (("transfer.applied", 18), ("transfer.approved", 9), ("transfer.letter", 2)):
        if kind == "transfer.approved" and random.random() < 0.02:
            continue
        pencil.event(kind, unit, day - timedelta(days=lead), person=person.key, ref=case)
    if reason == "转往居住地":
        pencil.event("income.proof", unit, day - timedelta(days=15), person=person.key, ref=case, note="有")
        pencil.event("transfer.residence", unit, day, person=person.key, ref=case)
    pencil.event("transfer.out", unit, day, person=person.key, ref=case, note=reason)
    throw = random.random()
    if throw < 0.04:
        return  # the slip never came back
    days = random.randint(96, 120) if throw < 0.1 else random.randint(12, 80)
    pencil.event("transfer.receipt", unit, day + timedelta(days=days), person=person.key, ref=case)


def elections(year: Year, college: College, this_year: int, seed: int) -> None:
    """Add this autumn's elections (集中换届): filed and approved, one late, one not at all."""
    pencil = Pencil(year, college, Random(f"elections {seed}"))
    for number, unit in enumerate(college.branches, 1):
        if unit.key == OVERDUE:
            continue
        day = campaign_day(number, this_year)
        case = pencil.matter(
            "election", f"{unit.short_name}换届选举", unit.key, None, day - timedelta(days=30)
        )
        pencil.event("election.held", unit.key, day, ref=case)
        if unit.key != "u04":
            pencil.event("election.filed", unit.key, day + timedelta(days=6), ref=case)
            late = 41 if unit.key == "u09" else 16
            pencil.event("election.approved", unit.key, day + timedelta(days=late), ref=case)
