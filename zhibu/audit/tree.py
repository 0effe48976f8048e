"""The tree of organizations over time: the committee (党委) of each on each day, where it stands.

Pure; days are running integers. docs/meaning.md 6, 10, 31, 39.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from zhibu.audit.plan import FOREVER


class TreeRefused(ValueError):
    """The rows of organizations make no tree: a cycle."""


class Row(NamedTuple):
    """A row of organizations in running days."""

    org: str
    parent: str | None
    kind: str
    category: str | None
    since: int
    until: int


class Home(NamedTuple):
    """Days [since, until) on which an organization, standing or not, is of one kind under one committee."""

    since: int
    until: int
    committee: str
    kind: str
    committee_kind: str


class Tree:
    """All organizations of one part of the facts."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: dict[str, list[Row]] = {}
        for row in sorted(rows, key=lambda each: (each.org, each.since, each.until)):
            self.rows.setdefault(row.org, []).append(row)
        self._homes: dict[str, list[Home]] = {}
        for org in self.rows:
            self._home(org, ())
        committees = sorted({home.committee for homes in self._homes.values() for home in homes})
        self.committees = {committee: number for number, committee in enumerate(committees, start=1)}

    def homes(self, org: str) -> list[Home]:
        """The organization's homes, from the beginning of days to FOREVER without gaps."""
        return self._homes[org]

    def row_on(self, org: str, day: int) -> Row:
        """Its row on that day, else its latest before it, else its earliest."""
        earlier = [row for row in self.rows[org] if row.since <= day]
        return earlier[-1] if earlier else self.rows[org][0]

    def below(self, wanted: Iterable[str], day: int) -> set[str]:
        """The organizations wanted and all that lie below one of them on that day."""
        found = set(wanted) & set(self.rows)
        children: dict[str, list[str]] = {}
        for org in self.rows:
            parent = self.row_on(org, day).parent
            if parent is not None:
                children.setdefault(parent, []).append(org)
        waiting = list(found)
        while waiting:
            for child in children.get(waiting.pop(), ()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return found

    def standing(self, org: str) -> list[tuple[int, int, str, Row]]:
        """The days on which it stands, cut where its committee changes: since, until, committee, row."""
        found = []
        for row in self.rows[org]:
            for home in self._homes[org]:
                since, until = max(row.since, home.since), min(row.until, home.until)
                if since < until:
                    found.append((since, until, home.committee, row))
        return found

    def _home(self, org: str, above: tuple[str, ...]) -> list[Home]:
        if org in self._homes:
            return self._homes[org]
        if org in above:
            raise TreeRefused(" → ".join((*above, org)))
        rows = self.rows[org]
        found: list[Home] = []
        for number, row in enumerate(rows):
            since = 0 if number == 0 else row.since
            until = rows[number + 1].since if number + 1 < len(rows) else FOREVER
            if since >= until:
                continue
            if row.kind == "committee" or row.parent is None or row.parent not in self.rows:
                found.append(Home(since, until, org, row.kind, row.kind))
                continue
            for home in self._home(row.parent, (*above, org)):
                first, last = max(since, home.since), min(until, home.until)
                if first < last:
                    found.append(Home(first, last, home.committee, row.kind, home.committee_kind))
        self._homes[org] = _merged(found)
        return self._homes[org]


def _merged(homes: list[Home]) -> list[Home]:
    """The same homes with equal neighbours joined."""
    joined: list[Home] = []
    for home in homes:
        if joined and joined[-1].until == home.since and joined[-1][2:] == home[2:]:
            joined[-1] = joined[-1]._replace(until=home.until)
        else:
            joined.append(home)
    return joined


class Derived(NamedTuple):
    """A state that follows from the tree: `branch`, `branch.CATEGORY`, `affiliation`."""

    kind: str
    org: str
    committee: str
    since: int
    until: int
    ref: str


def derived_states(tree: Tree) -> Iterable[Derived]:
    """The states that the audit derives itself from organizations."""
    for org, rows in tree.rows.items():
        if not any(row.kind == "branch" for row in rows):
            continue
        for since, until, committee, row in tree.standing(org):
            if row.kind != "branch":
                continue
            if row.parent is not None:
                yield Derived("affiliation", org, committee, since, until, row.parent)
            home = next(each for each in tree.homes(org) if each.since <= since < each.until)
            if home.committee_kind == "committee":
                yield Derived("branch", committee, committee, since, until, org)
                if row.category is not None:
                    yield Derived(f"branch.{row.category}", committee, committee, since, until, org)
