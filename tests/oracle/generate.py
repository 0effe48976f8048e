"""Small invented worlds, sound by the rules of a bundle, and examples of norm, facts and day asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from hypothesis import strategies

from tests.oracle.norms import EVENTS, POSTS, STATES, any_day, norm
from zhibu.audit.relations import Asked, Event, Facts, Membership, Organization, State
from zhibu.norm.model import Norm

FORMS = ("quota", "standing", "sequence", "streak")
CATEGORIES = ("staff", "student", "retiree")


@dataclass(frozen=True)
class Example:
    """What one run of the audit is given."""

    norm: Norm
    facts: Facts
    asked: Asked


class WorldWriter:
    """One world: one or two committees, what hangs below, who belongs, what happened."""

    def __init__(self, random: Random, norm: Norm, as_of: date, prefix: str) -> None:
        self.random = random
        self.as_of = as_of
        self.norm = norm
        self.prefix = prefix
        self.organizations: list[Organization] = []
        self.ids: list[str] = []
        self.committees: list[str] = []
        self.members = [f"{prefix}m{n}" for n in range(random.choice((1, 2, 3, 5)))]
        self.memberships: set[Membership] = set()
        self.events: set[Event] = set()
        self.states: set[State] = set()
        self.refs = [f"{prefix}r{n}" for n in range(random.choice((1, 2, 3)))]
        self.steady = random.random() < 0.6  # little of the tree and of the memberships changes
        self.kinds = random.sample(EVENTS, random.choice((1, 2, 3)))

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.random.random() < share

    def write(self) -> None:
        """Everything."""
        self.tree()
        for member in self.members:
            for _ in range(self.random.choice((1, 1, 1, 2, 3))):
                since, until = self.interval()
                status = self.random.choice(("full", "probationary"))
                category = self.random.choice(CATEGORIES)
                self.memberships.add(
                    Membership(member, self.random.choice(self.ids), status, category, since, until)
                )
        for _ in range(self.random.choice((0, 10, 40, 120))):
            self.event()
        for _ in range(self.random.randint(0, 20)):
            self.state()
        self.settings()

    def interval(self) -> tuple[date, date | None]:
        """A half-open interval, nearly always long, sometimes without end, now and then empty."""
        since = (
            any_day(self.random, 2024, 2025) if self.chance(0.2 if self.steady else 0.5) else date(2020, 1, 1)
        )
        if self.chance(0.9 if self.steady else 0.6):
            return since, None
        until = any_day(self.random)
        return (since, until) if until >= since else (until, since)

    def tree(self) -> None:
        """The organizations: each hangs below one made before it, so there is no circle on any day."""
        count = self.random.choice((1, 1, 1, 2))
        for number in range(count):
            parent = self.ids[0] if number and self.chance(0.5) else None
            self.organization(f"{self.prefix}c{number}", "committee", parent)
        if self.chance(0.15):  # a tree without a committee
            self.organization(f"{self.prefix}t", self.random.choice(("general_branch", "branch")), None)
        for number in range(self.random.choice((0, 1, 1, 2))):
            self.organization(f"{self.prefix}g{number}", "general_branch", self.above())
        for number in range(self.random.choice((1, 2, 3))):
            self.organization(f"{self.prefix}b{number}", "branch", self.above())
        for number in range(self.random.choice((0, 1, 2))):
            self.organization(f"{self.prefix}k{number}", "group", self.above())

    def above(self) -> str:
        """One of the organizations that there are."""
        return self.random.choice(self.ids)

    def organization(self, id: str, kind: str, parent: str | None) -> None:
        """An organization's rows: one, or several one after another with other parents, kinds or names."""
        category = self.random.choice((*CATEGORIES, "mixed", None))
        since = date(2020, 1, 1) if self.steady or self.chance(0.7) else any_day(self.random)
        until = any_day(self.random) if not self.steady and self.chance(0.1) else None
        if until is not None and until <= since:
            since, until = until, since
        if since == until:
            until = None
        row = Organization(id, parent, kind, category, id, since, until)
        turn = any_day(self.random)
        if kind != "committee" and self.chance(0.3) and since < turn and (until is None or turn < until):
            self.organizations.append(row._replace(until=turn))
            resumes = turn + timedelta(days=self.random.choice((0, 0, 0, 40)))
            if until is None or resumes < until:
                other = self.above() if parent is not None else None
                other_kind = kind if self.chance(0.7) else self.random.choice(("branch", "general_branch"))
                row = row._replace(since=resumes, parent=other, kind=other_kind, category="staff")
                self.organizations.append(row)
        else:
            self.organizations.append(row)
        self.ids.append(id)
        if kind == "committee" or parent is None:
            self.committees.append(id)

    def who(self) -> str | None:
        """A member, an applicant without membership, or nobody."""
        if self.chance(0.75):
            return self.random.choice(self.members)
        return f"{self.prefix}applicant" if self.chance(0.2) else None

    def ref(self) -> str | None:
        """A reference, the name of a period, or none."""
        if self.chance(0.15):
            return None
        if self.chance(0.2):
            return self.random.choice(
                ("2024", "2025", "2025-Q1", "2025-12", "2025-H2", "2025-W01", "2025-theme")
            )
        return self.random.choice(self.refs)

    def recorded(self, day: date) -> date:
        """Usually the same day, else some days later, or long after."""
        return day + timedelta(days=self.random.choice((0, 0, 0, 1, 10, 11, 30, 60)))

    def event(self) -> None:
        """Something happened; now and then it counts for another day."""
        happened = any_day(self.random)
        if self.chance(0.5):  # lately
            happened = self.as_of - timedelta(days=self.random.randrange(self.random.choice((10, 120, 450))))
        day = happened
        if self.chance(0.25):
            day = happened + timedelta(days=self.random.choice((-200, -60, -31, -10, -1, 1, 20, 60)))
        amount = self.random.choice((None, 0, 1, 1, 2, 3))
        kind = self.random.choice(self.kinds)
        org = self.random.choice(self.ids)
        self.events.add(
            Event(kind, org, self.who(), day, happened, amount, self.ref(), self.recorded(happened))
        )

    def state(self) -> None:
        """Something held."""
        since, until = self.interval()
        if self.chance(0.2):
            since, until = self.random.choice((date(2024, 2, 29), date(2023, 1, 5), date(2022, 12, 31))), None
        kind = self.random.choice((*STATES, *POSTS))
        amount = self.random.choice((None, 0, 1, 2, 3))
        recorded = self.recorded(since) if self.chance(0.8) else any_day(self.random)
        org = self.random.choice(self.ids)
        self.states.add(State(kind, org, self.who(), since, until, amount, self.ref(), recorded))

    def settings(self) -> None:
        """Exemptions and first days of use."""
        for _ in range(self.random.choice((0, 0, 1, 3))):
            since = any_day(self.random)
            until = since + timedelta(days=self.random.choice((4, 16, 46, 183, 600)))
            ref = self.random.choice((*self.norm.duties, "*", "*"))
            org = self.random.choice(self.ids)
            member = self.who() if self.chance(0.5) else None
            recorded = self.recorded(since)
            self.states.add(State("exemption", org, member, since, until, None, ref, recorded))
        for committee in self.committees:
            if self.chance(0.3):
                for _ in range(self.random.choice((1, 1, 2))):
                    since = any_day(self.random, 2024, 2025)
                    ref = self.random.choice(("first", "second", "*"))
                    until = None if self.chance(0.8) else since + timedelta(days=5)
                    self.states.add(
                        State("in_use", committee, None, since, until, None, ref, self.recorded(since))
                    )


def facts(random: Random, norm: Norm, as_of: date, worlds: int) -> Facts:
    """So many worlds in one bundle; their ids differ."""
    prefixes = [f"{number}." for number in range(worlds)] if worlds > 1 else [""]
    writers = [WorldWriter(random, norm, as_of, prefix) for prefix in prefixes]
    for writer in writers:
        writer.write()

    def by_text(rows: set) -> list:
        return sorted(rows, key=str)

    return Facts(
        organizations=[row for writer in writers for row in writer.organizations],
        memberships=[row for writer in writers for row in by_text(writer.memberships)],
        events=[row for writer in writers for row in by_text(writer.events)],
        states=[row for writer in writers for row in by_text(writer.states)],
    )


def example(random: Random, duties: int = 3, worlds: int = 1) -> Example:
    """A norm of so many duties, so many worlds, and a day."""
    forms = [random.choice((*FORMS, "quota", "sequence")) for _ in range(duties)]
    made = norm(random, tuple(sorted(forms)))
    as_of = any_day(random, 2025, 2026)
    since = None
    if random.random() < 0.3:
        since = min(as_of, any_day(random, 2024, 2026))
    found = facts(random, made, as_of, worlds)
    organizations = None
    if random.random() < 0.1:
        organizations = (random.choice(list(found.organizations)).org,)
    chosen = None
    if random.random() < 0.1:
        chosen = (random.choice(list(made.duties)),)
    until = None
    if random.random() < 0.2:
        until = any_day(random, 2024, 2026)
    return Example(made, found, Asked(as_of, since, chosen, organizations, until=until))


#: Hypothesis's own examples; what it finds it makes smaller.
examples = strategies.randoms(use_true_random=False).map(example)
