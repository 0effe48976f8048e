"""What was looked at: the rows `considered` of the four files and the staged facts, by what they belong to.

Each is read once for all findings that are explained together, and kept by the key of a finding.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from zhibu.audit.evidence import Part
from zhibu.audit.plan import FOREVER, Moment, Plan, Slot, Standing, Streak
from zhibu.audit.relations import Finding
from zhibu.audit.run import statement
from zhibu.audit.stage import Stage
from zhibu.norm.model import Duty


class Looked(NamedTuple):
    """A fact with running days. Of a state, `happened` is its first day and `until` its end (or lapse)."""

    part: Part
    kind: int
    is_state: int
    org: str
    member: str | None
    day: int
    happened: int
    until: int | None
    amount: int | None
    ref: str | None
    recorded: int | None
    verdict: str
    timely: int = 1


class Anchor(NamedTuple):
    """The anchor of a sequence."""

    number: int
    committee: int
    org: str
    member: str | None
    ref: str | None
    amount: int | None


class ByDay:
    """Facts in the order of their days, by what they belong to."""

    def __init__(self, keyed: Iterable[tuple[tuple[object, ...], Looked]]) -> None:
        self.facts: dict[tuple[object, ...], list[Looked]] = defaultdict(list)
        for key, fact in keyed:
            self.facts[key].append(fact)
        for facts in self.facts.values():
            facts.sort(key=_day)

    def between(self, key: tuple[object, ...], first: int, last: int) -> list[Looked]:
        """The facts of a key whose day lies from `first` to `last`, both included."""
        facts = self.facts.get(key, [])
        return facts[bisect_left(facts, first, key=_day) : bisect_right(facts, last, key=_day)]


def _day(fact: Looked) -> int:
    return fact.day


class Considered:
    """The staged tables of one part of the facts, as explanations read them."""

    def __init__(self, stage: Stage, made: Plan) -> None:
        self.stage, self.made = stage, made
        self.slots: dict[tuple[str, str], Slot] = {(each.duty, each.period): each for each in made.slots}
        self.standings: dict[str, Standing] = {each.duty: each for each in made.standings}
        self.streaks: dict[str, Streak] = {each.duty: each for each in made.streaks}

    def moment(self, duty: str, happened: int) -> Moment:
        """The values of a sequence duty on the day of an anchor."""
        return next(
            each
            for each in self.made.moments
            if each.duty == duty and each.first_day <= happened <= each.last_day
        )

    @cached_property
    def counted_kinds(self) -> dict[int, list[str]]:
        """The kinds that can count for each slot."""
        found = defaultdict(list)
        for kind, slot, part in self.made.slot_kinds:
            if part == "counted":
                found[slot].append(self.stage.numbers[kind])
        return found

    @cached_property
    def standing_kinds(self) -> dict[str, dict[str, list[str]]]:
        """The kinds that a standing duty looks at, by duty and part."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for kind, duty, part, _, _ in self.made.standing_kinds:
            found[duty][part].append(self.stage.numbers[kind])
        return found

    @cached_property
    def streak_periods(self) -> dict[str, dict[int, tuple[str, int, str, int, int, int, int]]]:
        """The periods of a streak by duty and number."""
        found: dict[str, dict[int, tuple[str, int, str, int, int, int, int]]] = defaultdict(dict)
        for row in self.made.streak_periods:
            found[row[0]][row[1]] = row
        return found

    # ---- the rows of the four files ----

    @cached_property
    def quotas(self) -> dict[tuple[int, int], list[Looked]]:
        """By slot and subject. A state's days are those in which it held."""
        columns = "part, kind, is_state, org, member, day, happened, amount, ref, recorded, verdict, timely"
        found = defaultdict(list)
        for slot, subject, *row in self._rows("quota", f"slot, subject, {columns}"):
            part, kind, is_state, org, member, day, happened, amount, ref, recorded, verdict, timely = row
            since, until = (day, happened) if is_state else (happened, None)
            found[slot, subject].append(
                Looked(
                    part,
                    kind,
                    is_state,
                    org,
                    member,
                    day,
                    since,
                    until,
                    amount,
                    ref,
                    recorded,
                    verdict,
                    timely,
                )
            )
        return found

    @cached_property
    def standing(self) -> dict[tuple[str, int], list[Looked]]:
        """By duty and subject."""
        columns = "part, kind, org, member, since, until, lapses, amount, ref, recorded, verdict"
        found = defaultdict(list)
        for duty, subject, *row in self._rows("standing", f"duty, subject, {columns}"):
            part, kind, org, member, since, until, lapses, amount, ref, recorded, verdict = row
            ends = _ends(until, lapses)
            found[duty, subject].append(
                Looked(part, kind, 1, org, member, since, since, ends, amount, ref, recorded, verdict)
            )
        return found

    @cached_property
    def matches(self) -> dict[int, list[tuple[int, Looked]]]:
        """By anchor: the group of kinds, and the fact."""
        columns = "kind, is_state, org, member, since, until, lapses, amount, ref, recorded, verdict, timely"
        found = defaultdict(list)
        for anchor, group, *row in self._rows("sequence", f"anchor, grp, {columns}"):
            kind, is_state, org, member, since, until, lapses, amount, ref, recorded, verdict, timely = row
            ends = _ends(until, lapses)
            fact = Looked(
                "match",
                kind,
                is_state,
                org,
                member,
                since,
                since,
                ends,
                amount,
                ref,
                recorded,
                verdict,
                timely,
            )
            found[anchor].append((group, fact))
        return found

    @cached_property
    def periods(self) -> dict[tuple[str, int], list[tuple[int, int, str]]]:
        """By duty and subject of a streak: the number of the period, its events, its verdict."""
        found = defaultdict(list)
        for duty, subject, *row in self._rows("streak", "duty, subject, number, events, verdict"):
            found[duty, subject].append(tuple(row))
        for rows in found.values():
            rows.sort()
        return found

    def _rows(self, form: str, columns: str) -> Iterator[tuple[Any, ...]]:
        """Rows of `considered` of a form's file: the same statement with another last SELECT."""
        head = statement(form).rpartition("\nSELECT\n")[0]
        return self.stage.engine.rows(f"{head}\nSELECT {columns} FROM considered")

    # ---- whose finding it is ----

    def subject(self, finding: Finding, by_member: int, roster: int, first: int, last: int) -> int:
        """The number of the subject that owes for the period (its id may stand under two committees)."""
        return min(
            number
            for number, since, until, first_from, first_until in self._belongings[
                by_member, roster, finding.subject, finding.org
            ]
            if since <= last < until and first_from <= first < first_until
        )

    @cached_property
    def _belongings(self) -> dict[tuple[int, int, str, str], list[tuple[int, ...]]]:
        found = defaultdict(list)
        for by_member, roster, subject, org, *days in self.stage.engine.rows(
            "SELECT s.by_member, b.roster, s.id, b.org, s.subject, b.since, b.until, b.first_from, b.first_until"
            " FROM subjects AS s INNER JOIN belongings AS b ON s.subject = b.subject"
        ):
            found[by_member, roster, subject, org].append(tuple(days))
        return found

    def anchor(self, duty: Duty, finding: Finding, happened: int) -> Anchor:
        """The anchor that a finding of a sequence is about."""
        return self._anchors[duty.id, finding.subject, finding.org, finding.ref, happened]

    @cached_property
    def _anchors(self) -> dict[tuple[object, ...], Anchor]:
        found: dict[tuple[object, ...], Anchor] = {}
        for duty, subject, happened, *row in self.stage.engine.rows(
            "SELECT duty, subject_id, happened, anchor, committee, org, member, ref, amount FROM anchors"
            " ORDER BY anchor"
        ):
            anchor = Anchor._make(row)
            found.setdefault((duty, subject, anchor.org, anchor.ref, happened), anchor)
        return found

    # ---- facts that no file looked at ----

    @cached_property
    def events(self) -> ByDay:
        """Events by member (1) or organization (0), the subject's number, and kind."""
        return ByDay(
            ((by_member, subject, fact.kind), fact)
            for fact, *subjects in self._events
            for by_member, subject in enumerate(subjects)
            if subject is not None
        )

    @cached_property
    def events_of_members(self) -> ByDay:
        """Events by member's id and kind, of whatever committee."""
        return ByDay(((fact.member, fact.kind), fact) for fact, *_ in self._events if fact.member is not None)

    @cached_property
    def _events(self) -> list[tuple[Looked, int | None, int | None]]:
        return [
            (Looked._make(("counted", *fact)), of_org, of_member)
            for *fact, of_org, of_member in self.stage.engine.rows(
                "SELECT kind, 0, org, member, day, happened, NULL, amount, ref, recorded, '', 1,"
                " org_subject, member_subject FROM fact_events"
            )
        ]

    @cached_property
    def states(self) -> ByDay:
        """Known states by member (1) or organization (0), the subject's number, and kind."""
        as_of = self.stage.as_of
        return ByDay(
            ((by_member, subject, fact[0]), Looked._make(("counted", *fact)))
            for *fact, of_org, of_member in self.stage.engine.rows(
                "SELECT kind, 1, org, member, since, since, until, amount, ref, recorded, '', 1,"
                f" org_subject, member_subject FROM fact_states WHERE recorded <= {as_of}"
            )
            for by_member, subject in enumerate((of_org, of_member))
            if subject is not None
        )

    @cached_property
    def outside_branches(self) -> ByDay:
        """Memberships that put their member into no branch, by member."""
        kind = self.made.kinds.get("membership", 0)
        return ByDay(
            ((member,), Looked("counted", kind, 1, org, member, since, since, until, None, None, None, ""))
            for member, org, since, until in self.stage.engine.rows(
                "SELECT member, org, since, until FROM member_homes WHERE own_kind <> 'branch'"
            )
        )

    @cached_property
    def evidence(self) -> ByDay:
        """What sequences match with, by committee, member (1) or organization (0), its id, and kind."""
        rows = (
            (
                committee,
                Looked("match", kind, is_state, org, member, since, since, until, amount, ref, recorded, ""),
            )
            for committee, is_state, kind, org, member, ref, since, until, amount, recorded in self.stage.engine.rows(
                "SELECT committee, is_state, kind, org, member, ref, since, until, amount, recorded FROM evidence"
                f" WHERE recorded <= {self.stage.as_of}"
            )
        )
        return ByDay(
            ((committee, by_member, subject, fact.kind), fact)
            for committee, fact in rows
            for by_member, subject in enumerate((fact.org, fact.member))
            if subject is not None
        )

    @cached_property
    def exemptions(self) -> dict[str, list[Looked]]:
        """Known exemptions by subject."""
        found = defaultdict(list)
        kind = self.made.kinds.get("exemption", 0)
        for org, member, since, until, ref, recorded in self.stage.engine.rows(
            f"SELECT org, member, since, until, ref, recorded FROM known_states WHERE kind = {kind}"
            f" AND recorded <= {self.stage.as_of}"
        ):
            found[member or org].append(
                Looked("counted", kind, 1, org, member, since, since, until, None, ref, recorded, "counts")
            )
        return found


def _ends(until: int, lapses: int | None) -> int:
    """The end of a state: the anniversary where it has no end of its own."""
    return lapses if until == FOREVER and lapses is not None else until
