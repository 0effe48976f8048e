"""Facts that no file looked at, but that a reader will ask about: of the same kinds on other days, of kindred
kinds on the right ones, or of another reference."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

from zhibu.audit.around import AROUND, kindred
from zhibu.audit.considered import Anchor, Considered, Looked
from zhibu.audit.relations import Finding


class Nearby:
    """Looks around findings in the staged facts."""

    def __init__(self, considered: Considered) -> None:
        self.considered = considered
        self.made = considered.made
        self.as_of = considered.stage.as_of
        self.kindred = lru_cache(maxsize=None)(partial(kindred, self.made.norm))

    def events(
        self, finding: Finding, by_member: int, subject: int, kinds: frozenset[str], first: int, last: int
    ) -> Iterator[Looked]:
        """Events of the subject: of these kinds on other days, of kindred kinds on the period's days."""
        facts, numbers = self.considered.events, self.made.kinds
        for kind in sorted(kinds):
            key = (by_member, subject, numbers[kind])
            for before, after in ((first - AROUND, first - 1), (last + 1, last + AROUND)):
                for fact in facts.between(key, before, after):
                    if (fact.recorded or 0) <= self.as_of:
                        yield fact._replace(verdict="other period")
            if by_member:
                own = facts.between(key, first, last)
                everywhere = self.considered.events_of_members
                for fact in everywhere.between((finding.subject, numbers[kind]), first, last):
                    if fact not in own:
                        yield fact._replace(verdict="other committee")
        for kind in self.kindred(kinds):
            for fact in facts.between((by_member, subject, numbers[kind]), first, last):
                yield fact._replace(verdict="other kind")

    def states(
        self, finding: Finding, by_member: int, subject: int, kinds: frozenset[str]
    ) -> Iterator[Looked]:
        """States of kindred kinds of the subject, in force on the day asked; memberships outside branches."""
        if "membership" in kinds:
            for fact in self.considered.outside_branches.between((finding.subject,), 1, self.as_of):
                if fact.until is None or fact.until > self.as_of:
                    yield fact._replace(verdict="no branch")
        for kind in self.kindred(kinds):
            key = (by_member, subject, self.made.kinds[kind])
            for fact in self.considered.states.between(key, 1, self.as_of):
                if fact.until is None or fact.until > self.as_of:
                    yield fact._replace(verdict="other kind")

    def breaking(
        self, by_member: int, subject: int, kinds: frozenset[str], first: int, last: int
    ) -> Iterator[Looked]:
        """Events that keep a streak from going on."""
        for kind in sorted(kinds):
            for fact in self.considered.events.between(
                (by_member, subject, self.made.kinds[kind]), first, last
            ):
                known = fact.happened <= self.as_of and (fact.recorded or 0) <= self.as_of
                yield fact._replace(verdict="breaks the run" if known else "unknown")

    def excuses(
        self, by_member: int, subject: int, kinds: frozenset[str], first: int, last: int
    ) -> Iterator[Looked]:
        """States by which periods of a streak are skipped."""
        for kind in sorted(kinds):
            for fact in self.considered.states.between((by_member, subject, self.made.kinds[kind]), 1, last):
                if fact.until is None or fact.until > first:
                    yield fact._replace(verdict="excuses")

    def evidence(self, anchor: Anchor, kinds: frozenset[str], happened: int) -> Iterator[Looked]:
        """Facts of the kinds asked for, of the anchor's subject, that belong to something else."""
        by_member, subject = (1, anchor.member) if anchor.member is not None else (0, anchor.org)
        for kind in sorted(kinds):
            key = (anchor.committee, by_member, subject, self.made.kinds[kind])
            for fact in self.considered.evidence.between(key, happened - AROUND, happened + AROUND):
                yield fact._replace(verdict="other reference")
