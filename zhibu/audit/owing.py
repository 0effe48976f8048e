"""Who owes what (责任主体), from what is staged of the tree, memberships and states.

A committee's first day of use decides from when; members whose memberships follow one on the other are turned
in SQL (`staging.SELECTS["belongs_by_id"]`), all others here by the rules of `belonging.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from zhibu.audit import belonging
from zhibu.audit.belonging import Belongs, Interval, Membership, Named
from zhibu.audit.engines import Engine
from zhibu.audit.plan import Plan
from zhibu.audit.tree import Tree
from zhibu.norm.model import SubjectSet


class Owing:
    """The rows of `pack_uses`, `roster_categories`, `roster_uses` and `belongs_rows` of one part."""

    def __init__(self, engine: Engine, plan: Plan, tree: Tree, as_of: int) -> None:
        self.engine, self.plan, self.tree, self.as_of = engine, plan, tree, as_of
        self.uses = self._first_days_of_use()
        self._known_uses: dict[tuple[int, str], int | None] = {}

    def pack_uses(self) -> list[tuple[int, str, int]]:
        """From which day a committee owes what is in a pack; no row: never."""
        return [
            (number, pack, use)
            for number in self.tree.committees.values()
            for pack in self.plan.norm.packs
            if (use := self._use(number, pack)) is not None
        ]

    def roster_categories(self) -> list[tuple[int, str]]:
        """The categories of members in each roster of members."""
        return [
            (roster, category)
            for roster, _, members in self._member_rosters()
            for category in (("staff", "student", "retiree") if "*" in members else members)
        ]

    def roster_uses(self) -> list[tuple[int, int, int]]:
        """From which day a committee's members are in each roster of members."""
        return [
            (roster, number, use)
            for roster, pack, _ in self._member_rosters()
            for number in self.tree.committees.values()
            if (use := self._use(number, pack)) is not None
        ]

    def _member_rosters(self) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        for (set_id, pack), roster in self.plan.rosters.items():
            members = self.plan.norm.subjects[set_id].members
            if members:
                yield roster, pack, members

    def _first_days_of_use(self) -> dict[int, dict[str, int]]:
        """For each committee that has known `in_use` states: the earliest day by reference."""
        found: dict[int, dict[str, int]] = {}
        if "in_use" in self.plan.kinds:
            for committee, ref, since in self.engine.rows(
                f"SELECT committee, ref, since FROM known_states WHERE kind = {self.plan.kinds['in_use']}"
                f" AND recorded <= {self.as_of}"
            ):
                days = found.setdefault(committee, {})
                days[ref] = min(since, days.get(ref, since))
        return found

    def _use(self, committee: int, pack: str) -> int | None:
        """The first day on which a committee owes anything of a pack; None: never."""
        if committee not in self.uses:
            return 0
        key = committee, pack
        if key not in self._known_uses:
            days = [day for ref, day in self.uses[committee].items() if ref in (pack, "*")]
            self._known_uses[key] = min(days, default=None)
        return self._known_uses[key]

    def rows(self) -> Iterator[Belongs]:
        """The rows of all whose memberships overlap or leave gaps, of organizations, and of holders of posts."""
        rosters = [
            (self.plan.norm.subjects[s], pack, number) for (s, pack), number in self.plan.rosters.items()
        ]
        holding = [each for each in rosters if each[0].holders]
        for subjects, pack, roster in rosters:
            if subjects.organizations:
                yield from self._organizations(subjects, pack, roster)
        several = self._memberships_of("breaks > 0")
        for (committee, member), memberships in several.items():
            known: dict[tuple[str, ...], tuple[list[Named], list[Interval]]] = {}
            for subjects, pack, roster in rosters:
                use = self._use(committee, pack)
                if subjects.members and use is not None:
                    if subjects.members not in known:
                        known[subjects.members] = belonging.of_memberships(memberships, subjects.members)
                    last, first = known[subjects.members]
                    yield from belonging.rows(roster, 1, committee, member, last, first, use)
        if holding:
            yield from self._holders(holding)

    def _organizations(self, subjects: SubjectSet, pack: str, roster: int) -> Iterator[Belongs]:
        for org in self.tree.rows:
            by_committee: dict[str, list[tuple[int, int]]] = {}
            for since, until, committee, row in self.tree.standing(org):
                if row.kind in subjects.organizations:
                    by_committee.setdefault(committee, []).append((since, until))
            for committee, runs in by_committee.items():
                number = self.tree.committees[committee]
                use = self._use(number, pack)
                if use is not None:
                    days = belonging.joined(runs)
                    last = [(since, until, org) for since, until in days]
                    yield from belonging.rows(roster, 0, number, org, last, days, use)

    def _memberships_of(self, condition: str) -> dict[tuple[int, str], list[Membership]]:
        found: dict[tuple[int, str], list[Membership]] = {}
        for committee, member, org, category, since, until in self.engine.rows(
            "SELECT committee, member, org, category, since, until FROM member_homes WHERE " + condition
        ):
            found.setdefault((committee, member), []).append(Membership(org, category, since, until))
        return found

    def _holders(self, rosters: list[tuple[SubjectSet, str, int]]) -> Iterator[Belongs]:
        kinds = self.plan.kinds
        wanted = sorted({kinds[kind] for subjects, _, _ in rosters for kind in subjects.holders})
        states = list(
            self.engine.rows(
                "SELECT kind, committee, org, member, since, until FROM known_states WHERE kind IN"
                f" ({', '.join(map(str, wanted))}) AND recorded <= {self.as_of}"
            )
        )
        members = self._memberships_of(
            "member IN (SELECT member FROM known_states WHERE member IS NOT NULL AND kind IN"
            f" ({', '.join(map(str, wanted))}))"
        )
        for subjects, pack, roster in rosters:
            listed = {kinds[kind] for kind in subjects.holders}
            as_organization = subjects.taken_as == "organization"
            held: dict[tuple[int, str], list[tuple[int, int, str]]] = {}
            for kind, committee, org, member, since, until in states:
                subject = org if as_organization else member
                if kind in listed and subject is not None and since < until:
                    held.setdefault((committee, subject), []).append((since, until, org))
            for (committee, subject), named in held.items():
                use = self._use(committee, pack)
                if use is None:
                    continue
                runs = belonging.joined((since, until) for since, until, _ in named)
                if as_organization:
                    first = belonging.joined(
                        (since, until)
                        for since, until, top, _ in self.tree.standing(subject)
                        if self.tree.committees[top] == committee
                    )
                    last = [(since, until, subject) for since, until in belonging.common(first, runs)]
                elif subjects.member_or_not:
                    last, first = belonging.of_outsider(named)
                else:
                    last, first = belonging.of_holder(members.get((committee, subject), []), runs)
                by_member = int(not as_organization)
                yield from belonging.rows(roster, by_member, committee, subject, last, first, use)
