"""The naive view of the facts: who stands where on a day, whose committee a row is, who belongs to a set."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from tests.oracle.calendar import years_later
from zhibu.audit.relations import Asked, Event, Facts, Membership, Organization, State
from zhibu.norm.model import Norm, SubjectSet

ONE_DAY = timedelta(days=1)
EVER = date.min


@dataclass(frozen=True)
class Subject:
    """Who owes: an organization (member None) or a member, under one committee; `org` answers."""

    committee: str
    org: str
    member: str | None

    @property
    def id(self) -> str:
        """The subject column of its findings."""
        return self.org if self.member is None else self.member


def in_force(row: State | Membership | Organization, day: date) -> bool:
    """True if the half-open interval of the row holds `day`."""
    return row.since <= day and (row.until is None or day < row.until)


def ends(state: State, years: int | None) -> date | None:
    """The end of a state: its `until`, else the anniversary where the duty says how long it lasts."""
    if state.until is not None or years is None:
        return state.until
    return years_later(state.since, years)


class World:
    """The facts as known on `as_of`, one committee at a time."""

    def __init__(self, norm: Norm, facts: Facts, asked: Asked) -> None:
        self.norm = norm
        self.as_of = asked.as_of
        self.organizations = list(facts.organizations)
        self.memberships = list(facts.memberships)
        self.rows_of: dict[str, list[Organization]] = defaultdict(list)
        for row in self.organizations:
            self.rows_of[row.org].append(row)
        self.row_on = cache(self._row_on)
        self.committee_on = cache(self._committee_on)

        self.events: dict[tuple[str, str], list[Event]] = defaultdict(list)  # committee, kind
        for event in facts.events:
            if event.happened <= self.as_of and event.recorded <= self.as_of:
                self.events[self.committee_on(event.org, event.happened), event.kind].append(event)

        self.states: dict[tuple[str, str], list[State]] = defaultdict(list)  # committee, kind
        for state in [*facts.states, *self.derived_states()]:
            if state.recorded <= self.as_of:
                self.states[self.committee_of_state(state), state.kind].append(state)

        days = [row.since for row in (*self.organizations, *self.memberships)]
        states = [state.since for rows in self.states.values() for state in rows]
        self.first_day = min([*days, *[day for day in states if day != EVER]], default=self.as_of)

    # the tree

    def _row_on(self, org: str, day: date) -> Organization:
        """The organization as it stood on the day; else its latest row before, else its earliest after."""
        rows = sorted(self.rows_of[org], key=lambda row: row.since)
        standing = [row for row in rows if in_force(row, day)]
        if standing:
            return standing[0]
        before = [row for row in rows if row.since <= day]
        return before[-1] if before else rows[0]

    def _committee_on(self, org: str, day: date) -> str:
        """The nearest committee above the organization on the day, itself included; else the top."""
        row = self.row_on(org, day)
        while row.kind != "committee" and row.parent is not None:
            row = self.row_on(row.parent, day)
        return row.org

    def committee_of_state(self, state: State) -> str:
        """Its organization's committee on the last day that it is in force up to `as_of`."""
        last = self.as_of
        if state.until is not None:
            last = min(last, state.until - ONE_DAY)
        return self.committee_on(state.org, max(last, state.since))

    def stands(self, org: str, day: date) -> Organization | None:
        """The row of an organization that stands on the day; None if none does."""
        return next((row for row in self.rows_of[org] if in_force(row, day)), None)

    def below(self, org: str, tops: tuple[str, ...], day: date) -> bool:
        """True if the organization is one of `tops` or lies below one of them."""
        row = self.row_on(org, day)
        while row.org not in tops and row.parent is not None:
            row = self.row_on(row.parent, day)
        return row.org in tops

    # derived states

    def derived_states(self) -> list[State]:
        """The states that follow from the tree and the memberships; recorded since ever."""
        found: list[State] = []
        turns = sorted({day for row in self.organizations for day in (row.since, row.until) if day})
        for row in self.organizations:
            if row.kind != "branch":
                continue
            if row.parent is not None:
                found.append(
                    State("affiliation", row.org, None, row.since, row.until, None, row.parent, EVER)
                )
            for since, until in pieces(row.since, row.until, turns):
                top = self.row_on(self.committee_on(row.org, since), since)
                if top.kind != "committee":
                    continue
                found.append(State("branch", top.org, None, since, until, None, row.org, EVER))
                if row.category is not None:
                    kind = f"branch.{row.category}"
                    found.append(State(kind, top.org, None, since, until, None, row.org, EVER))
        for membership in self.memberships:
            for since, until in pieces(membership.since, membership.until, turns):
                if self.row_on(membership.org, since).kind == "branch":
                    found.append(
                        State("membership", membership.org, membership.member, since, until, None, None, EVER)
                    )
        return found

    # facts of a subject

    def events_of(self, subject: Subject, kinds: tuple[str, ...]) -> list[Event]:
        """Known events of these kinds that are the subject's."""
        rows = [event for kind in kinds for event in self.events[subject.committee, kind]]
        if subject.member is None:
            return [event for event in rows if event.org == subject.org]
        return [event for event in rows if event.member == subject.member]

    def states_of(
        self, subject: Subject, kinds: tuple[str, ...], day: date, years: int | None = None
    ) -> list[State]:
        """Known states of these kinds that are the subject's and in force on the day."""
        rows = [state for kind in kinds for state in self.states[subject.committee, kind]]
        if subject.member is None:
            rows = [state for state in rows if state.org == subject.org]
        else:
            rows = [state for state in rows if state.member == subject.member]
        return [state for state in rows if in_force(state._replace(until=ends(state, years)), day)]

    def exemptions(self, subject: Subject, duty: str) -> list[State]:
        """The known exemptions of the subject itself from the duty, whenever in force."""
        found = []
        for state in self.states[subject.committee, "exemption"]:
            own = state.org == subject.org and state.member is None
            if subject.member is not None:
                own = state.member == subject.member
            covers = state.ref == duty or (state.ref == "*" and not duty.startswith("dues."))
            if own and covers:
                found.append(state)
        return found

    def exempt_on(self, subject: Subject, duty: str, day: date) -> bool:
        """True if an exemption is in force on the day."""
        return any(in_force(state, day) for state in self.exemptions(subject, duty))

    def first_use(self, committee: str, pack: str) -> date | None:
        """The committee's first day of use of a pack; None = it follows others only; EVER = none recorded."""
        rows = [state for state in self.states[committee, "in_use"] if state.org == committee]
        if not rows:
            return EVER
        return min((state.since for state in rows if state.ref in (pack, "*")), default=None)

    # subjects

    def subjects(self, group: SubjectSet, first: date, last: date) -> list[Subject]:
        """Who belongs to the set on the first and on the last day, and what it is on the last."""
        if group.organizations:
            return self._organizations(group.organizations, first, last)
        if group.members:
            return self._members(group.members, first, last)
        if group.taken_as == "organization":
            return self._holding_organizations(group.holders, first, last)
        if group.member_or_not:
            return self._holders_member_or_not(group.holders, first, last)
        return self._holding_members(group.holders, first, last)

    def _organizations(self, kinds: tuple[str, ...], first: date, last: date) -> list[Subject]:
        found = []
        for org in self.rows_of:
            rows = (self.stands(org, first), self.stands(org, last))
            if any(row is None or row.kind not in kinds for row in rows):
                continue
            if self.committee_on(org, first) == self.committee_on(org, last):
                found.append(Subject(self.committee_on(org, last), org, None))
        return found

    def belongings(self, day: date) -> dict[tuple[str, str], list[Membership]]:
        """Memberships in force on the day by committee and member."""
        found: dict[tuple[str, str], list[Membership]] = defaultdict(list)
        for row in self.memberships:
            if in_force(row, day):
                found[self.committee_on(row.org, day), row.member].append(row)
        return found

    def _members(self, categories: tuple[str, ...], first: date, last: date) -> list[Subject]:
        found = []
        at_first = self.belongings(first)
        for (committee, member), rows in self.belongings(last).items():
            there = [row.org for row in rows if categories == ("*",) or row.category in categories]
            if there and (committee, member) in at_first:
                found.append(Subject(committee, min(there), member))
        return found

    def _holding_members(self, kinds: tuple[str, ...], first: date, last: date) -> list[Subject]:
        found = []
        at_first = self.belongings(first)
        for (committee, member), rows in self.belongings(last).items():
            subject = Subject(committee, min(row.org for row in rows), member)
            if (committee, member) in at_first and self.states_of(subject, kinds, last):
                found.append(subject)
        return found

    def _holders(self, kinds: tuple[str, ...], day: date) -> list[tuple[str, State]]:
        """Committee and state of all known states of these kinds in force on the day."""
        return [
            (committee, state)
            for (committee, kind), states in list(self.states.items())
            for state in states
            if kind in kinds and in_force(state, day)
        ]

    def _holding_organizations(self, kinds: tuple[str, ...], first: date, last: date) -> list[Subject]:
        found = set()
        for committee, state in self._holders(kinds, last):
            org = state.org
            if not (self.stands(org, first) and self.stands(org, last)):
                continue
            if self.committee_on(org, first) == self.committee_on(org, last) == committee:
                found.add(Subject(committee, org, None))
        return list(found)

    def _holders_member_or_not(self, kinds: tuple[str, ...], first: date, last: date) -> list[Subject]:
        at_first = {(committee, state.member) for committee, state in self._holders(kinds, first)}
        orgs: dict[tuple[str, str], set[str]] = defaultdict(set)
        for committee, state in self._holders(kinds, last):
            if state.member is not None and (committee, state.member) in at_first:
                orgs[committee, state.member].add(state.org)
        return [Subject(committee, min(found), member) for (committee, member), found in orgs.items()]


def pieces(since: date, until: date | None, turns: list[date]) -> list[tuple[date, date | None]]:
    """The interval cut at every day on which any organization changes."""
    if until is not None and until <= since:
        return []
    cuts = [day for day in turns if since < day and (until is None or day < until)]
    return list(zip([since, *cuts], [*cuts, until], strict=True))
