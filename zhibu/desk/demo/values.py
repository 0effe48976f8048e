"""What the demo college is made of, as plain values: who and what stands, and what happened. Pure.

A `key` names a thing within the demo ("u07" an organization, "p0123" a person, "a00042" an activity, "c012"
a matter); the writer turns keys into ids. All of both years is made, and what lies after today is left out
when it is written: the demo of a later day of the year holds all that the earlier one held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property


@dataclass(frozen=True)
class Unit:
    """An organization. `parent` is a key; empty for the committee."""

    key: str
    parent: str
    kind: str
    category: str | None
    name: str
    short_name: str
    number: str
    founded: date


@dataclass(frozen=True)
class Belonging:
    """A membership, [since, until)."""

    unit: str
    status: str
    category: str
    since: date
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Person:
    """A person with the profile of the roster; `belongings` empty for one who is no member."""

    key: str
    number: str
    name: str
    male: bool
    born: date
    id_number: str
    mobile: str
    native_place: str
    ethnicity: str
    education: str
    work_post: str
    technical_post: str
    school: str
    subject: str
    applied: date | None
    joined: date | None
    confirmed: date | None
    belongings: tuple[Belonging, ...]

    def belonging_on(self, day: date) -> Belonging | None:
        """The membership in force on `day`."""
        for one in self.belongings:
            if one.since <= day and (one.until is None or day < one.until):
                return one
        return None


@dataclass(frozen=True)
class Seat:
    """A post held, [since, until)."""

    unit: str
    person: str
    kind: str
    since: date
    until: date | None = None
    portfolio: str = ""


@dataclass(frozen=True)
class Term:
    """A term of office; `recorded` is the day on which it was entered."""

    unit: str
    since: date
    number: int
    recorded: date


@dataclass(frozen=True)
class College:
    """Who and what stands."""

    first_day: date  # of use
    units: Mapping[str, Unit]
    people: Mapping[str, Person]
    seats: tuple[Seat, ...]
    terms: tuple[Term, ...]
    establishment: int
    applicants: Mapping[str, str]  # persons who are no members yet, and the branch they applied to
    outsider: str  # the leader of the college who is no member

    @property
    def committee(self) -> Unit:
        """The one committee."""
        return next(unit for unit in self.units.values() if unit.kind == "committee")

    @property
    def branches(self) -> tuple[Unit, ...]:
        """The branches, in their order."""
        return tuple(unit for unit in self.units.values() if unit.kind == "branch")

    def groups(self, branch: str) -> tuple[Unit, ...]:
        """The groups (党小组) of a branch."""
        return tuple(unit for unit in self.units.values() if unit.kind == "group" and unit.parent == branch)

    def group_of(self, person: str, branch: str) -> str:
        """The group of a branch that a person belongs to: a leader to the own, others every so-manieth."""
        parts = [unit.key for unit in self.groups(branch)]
        return self._leads.get(person) or parts[int(person[1:]) % len(parts)]

    @cached_property
    def _leads(self) -> Mapping[str, str]:
        """Who leads which group."""
        return {seat.person: seat.unit for seat in self.seats if seat.kind == "group_leader"}

    def members_on(self, unit: str, day: date) -> list[Person]:
        """Who belongs to an organization on `day`, by key."""
        found = ((person, person.belonging_on(day)) for person in self._ever_in.get(unit, ()))
        return [person for person, one in found if one is not None and one.unit == unit]

    @cached_property
    def _ever_in(self) -> Mapping[str, list[Person]]:
        """By organization, who ever belonged to it, in the order of `people`."""
        found: dict[str, list[Person]] = {}
        for person in self.people.values():
            for unit in dict.fromkeys(one.unit for one in person.belongings):
                found.setdefault(unit, []).append(person)
        return found

    def holders(self, kind: str, day: date, unit: str | None = None) -> list[str]:
        """Keys of the persons who hold a post on `day`."""
        return [
            seat.person
            for seat in self.seats
            if seat.kind == kind
            and (unit is None or seat.unit == unit)
            and seat.since <= day
            and (seat.until is None or day < seat.until)
        ]


@dataclass(frozen=True)
class Came:
    """A line of the attendance list."""

    person: str
    state: str  # present, leave, absent
    reason: str = ""
    made_up: date | None = None


@dataclass(frozen=True)
class Paper:
    """A paper of an activity: when written, when entered."""

    kind: str
    happened: date
    recorded: date
    body: str = ""


@dataclass(frozen=True)
class Happening:
    """An activity. `recorded`: the day it was entered as held; `planned`: the day of the plan."""

    key: str
    title: str
    day: date
    kinds: tuple[str, ...]
    hosts: tuple[str, ...]  # the leading one first
    recorded: date
    planned: date | None = None
    counts_for: date | None = None
    counts_for_reason: str = ""
    late_reason: str = ""
    place: str = ""
    chair: str = ""
    content: str = ""
    part: str = "afternoon"
    clock: tuple[str, str] | None = None  # with part "clock": 14:30, 16:00
    came: tuple[tuple[str, Came], ...] = ()  # with the organization each belonged to
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True)
class Matter:
    """A case that several proofs belong to."""

    key: str
    type: str
    title: str
    unit: str
    person: str | None
    recorded: date


@dataclass(frozen=True)
class Proof:
    """An entry of evidence: an event on `day`, or a state from `day` until `until`.

    `ref` is the key of an activity, a matter or a unit, or a text such as a period; empty: the entry itself.
    """

    kind: str
    unit: str
    day: date
    recorded: date
    person: str | None = None
    counts_for: date | None = None
    counts_for_reason: str = ""
    until: date | None = None
    amount: int | None = None
    ref: str = ""
    note: str = ""
    sheet: str = ""
    state: bool = False
    key: str = ""  # where another proof refers to this one


@dataclass(frozen=True)
class Handed:
    """Something handed in that proves nothing: a reflection or a training that waits or was returned."""

    kind: str
    unit: str
    person: str
    day: date
    stage: str
    title: str
    body: str = ""
    remark: str = ""
    minutes: int = 0


@dataclass(frozen=True)
class Exemption:
    """A duty, or `*`, that someone is freed from with approval (经批准免除), [since, until)."""

    unit: str
    person: str | None
    duty: str
    since: date
    until: date | None
    reason: str
    recorded: date


@dataclass
class Year:
    """All that happened, as it was entered; the makers of `zhibu.desk.demo` add to it."""

    happenings: list[Happening] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    exemptions: list[Exemption] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
