"""The facts that the demo must give, reckoned from its plan: what the registers prove is held against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zhibu.audit.relations import Event, Facts, Membership, Organization, State
from zhibu.desk.demo.values import College, Happening, Year
from zhibu.norm.model import Norm


def known(college: College, year: Year, norm: Norm, today: date) -> Facts:
    """The four relations of the demo as known on `today`, with keys for ids."""
    return Facts(
        organizations=[
            Organization(u.key, u.parent or None, u.kind, u.category, u.name, u.founded, None)
            for u in college.units.values()
        ],
        memberships=[
            Membership(person.key, b.unit, b.status, b.category, b.since, _end(b.until, today))
            for person in college.people.values()
            for b in person.belongings
            if b.since <= today
        ],
        events=[*_events(year, norm, today), *_entries(year, today)],
        states=[*_states(college, today), *_lasting(year, today)],
    )


def _end(until: date | None, today: date) -> date | None:
    return until if until is not None and until <= today else None


def _states(college: College, today: date) -> Iterator[State]:
    committee = college.committee.key
    yield State("in_use", committee, None, college.first_day, None, None, "*", date(1900, 1, 1))
    yield State(
        "establishment",
        committee,
        None,
        college.first_day,
        None,
        college.establishment,
        None,
        college.first_day,
    )
    for seat in college.seats:
        recorded = max(seat.since, college.first_day)
        if recorded > today or seat.kind == "group_leader":
            continue
        kinds = [f"post.{seat.kind}"]
        if seat.kind == "deputy_secretary.fulltime":  # is a deputy too
            kinds.append("post.deputy_secretary")
        for kind in kinds:
            until = _end(seat.until, today)
            yield State(kind, seat.unit, seat.person, seat.since, until, None, None, recorded)
    for term in college.terms:
        if term.recorded <= today:
            yield State("term", term.unit, None, term.since, None, None, None, term.recorded)


def _lasting(year: Year, today: date) -> Iterator[State]:
    for number, one in enumerate(year.proofs):
        if one.state and one.recorded <= today:
            ref = one.ref or one.key or f"proof {number}"
            yield State(one.kind, one.unit, one.person, one.day, one.until, one.amount, ref, one.recorded)
    for exemption in year.exemptions:
        if exemption.recorded <= today:
            yield State(
                "exemption",
                exemption.unit,
                exemption.person,
                exemption.since,
                exemption.until,
                None,
                exemption.duty,
                exemption.recorded,
            )


def _entries(year: Year, today: date) -> Iterator[Event]:
    for number, one in enumerate(year.proofs):
        if not one.state and one.recorded <= today:
            day = one.counts_for or one.day
            ref = one.ref or one.key or f"proof {number}"
            yield Event(one.kind, one.unit, one.person, day, one.day, one.amount, ref, one.recorded)


def _events(year: Year, norm: Norm, today: date) -> Iterator[Event]:
    earning = norm.parameters["hours.earning"]
    slot, hour = norm.parameters["hours.slot"], norm.parameters["hours.hour"]
    for one in year.happenings:
        held = one.recorded <= today
        for paper in one.papers:
            if paper.recorded <= today and (held or paper.kind == "plan"):
                yield from _paper(one, paper.kind, paper.happened, paper.recorded)
        if not held:
            continue
        day = one.counts_for or one.day
        for host in one.hosts:
            for kind in one.kinds:
                slots = 1 if kind == "study.session" else None
                yield Event(kind, host, None, day, one.day, slots, one.key, one.recorded)
        kinds = earning.on(one.day)
        earns = isinstance(kinds, tuple) and set(kinds) & set(one.kinds)
        minutes = slot.on(one.day) if one.part == "afternoon" else hour.on(one.day)
        assert isinstance(minutes, int)
        for unit, line in one.came:
            if line.state == "present" and earns:
                yield Event("training", unit, line.person, one.day, one.day, minutes, one.key, one.recorded)
            elif line.made_up is not None and line.made_up <= today and earns:
                known = max(line.made_up, one.recorded)
                yield Event("training", unit, line.person, one.day, line.made_up, minutes, one.key, known)
            if line.state == "present" and "meeting.democratic" in one.kinds:
                yield Event(
                    "attended.democratic",
                    one.hosts[0],
                    line.person,
                    day,
                    one.day,
                    None,
                    one.key,
                    one.recorded,
                )
            if line.state == "present" and "meeting.orglife" in one.kinds:
                yield Event("attended.orglife", unit, line.person, day, one.day, None, one.key, one.recorded)


def _paper(one: Happening, paper: str, happened: date, recorded: date) -> Iterator[Event]:
    forum = "forum.held" in one.kinds
    kinds = {
        "plan": ["activity.plan"],
        "attendance": ["activity.attendance"],
        "record": ["activity.record", *(["forum.minutes"] if forum else [])],
        "evaluation": ["study.evaluation"],
        "notice": ["forum.notice"],
        "file": ["forum.file"],
    }[paper]
    for host in one.hosts:
        if "g" in host:
            continue  # of groups the norm asks no papers
        for kind in kinds:
            yield Event(kind, host, None, happened, happened, None, one.key, recorded)
