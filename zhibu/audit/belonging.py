"""Who owes (责任主体): for each roster the days on which a subject belongs (docs/meaning.md 9, 12, 13, 32).

A row says: a period whose last day lies in [since, until) and whose first day lies in [first_from,
first_until) is owed by the subject, and `org` answers. So a period finds at most one row of a subject, by
comparing four numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

Interval = tuple[int, int]
Named = tuple[int, int, str]  # since, until, org


class Belongs(NamedTuple):
    """One row of the table `belongings`, before subjects are numbered."""

    roster: int
    by_member: int
    committee: int
    id: str
    org: str
    since: int
    until: int
    first_from: int
    first_until: int


class Membership(NamedTuple):
    """A membership under one committee, in running days."""

    org: str
    category: str
    since: int
    until: int


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The union of intervals as separate runs in order."""
    runs: list[Interval] = []
    for since, until in sorted(intervals):
        if since >= until:
            continue
        if runs and since <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(until, runs[-1][1]))
        else:
            runs.append((since, until))
    return runs


def common(one: Iterable[Interval], other: Iterable[Interval]) -> list[Interval]:
    """The days in both."""
    others = list(other)
    found = [(max(a, c), min(b, d)) for a, b in one for c, d in others]
    return joined(found)


def smallest(named: Iterable[Named], within: Iterable[Interval] | None = None) -> list[Named]:
    """On each day the smallest organization named, if given only within; equal neighbours joined."""
    rows = sorted(row for row in named if row[0] < row[1])
    if within is None and all(one[1] <= other[0] for one, other in pairwise(rows)):
        return _joined_names(rows)  # nearly always: a transfer ends one and begins the next
    allowed = None if within is None else list(within)
    edges = {edge for row in rows for edge in row[:2]}
    edges.update(edge for run in allowed or () for edge in run)
    found: list[Named] = []
    for since, until in pairwise(sorted(edges)):
        if allowed is not None and not any(a <= since < b for a, b in allowed):
            continue
        orgs = [org for a, b, org in rows if a <= since < b]
        if orgs:
            found.append((since, until, min(orgs)))
    return _joined_names(found)


def _joined_names(rows: Iterable[Named]) -> list[Named]:
    """Rows in order with equal neighbours joined."""
    found: list[Named] = []
    for since, until, org in rows:
        if found and found[-1][1] == since and found[-1][2] == org:
            found[-1] = (found[-1][0], until, org)
        else:
            found.append((since, until, org))
    return found


def rows(
    roster: int,
    by_member: int,
    committee: int,
    subject: str,
    last: Iterable[Named],
    first: Iterable[Interval],
    use: int,
) -> Iterator[Belongs]:
    """The rows of one subject. `use`: its committee's first day of use (启用日期) of the roster's pack."""
    runs = list(first)
    for since, until, org in last:
        for first_from, first_until in runs:
            first_from = max(first_from, use)
            if first_from < min(until, first_until):
                yield Belongs(
                    roster, by_member, committee, subject, org, since, until, first_from, first_until
                )


def of_memberships(
    memberships: list[Membership], categories: tuple[str, ...]
) -> tuple[list[Named], list[Interval]]:
    """Last days and first days of a member of one committee for a set of categories (`*` all)."""
    named = [(m.since, m.until, m.org) for m in memberships if "*" in categories or m.category in categories]
    return smallest(named), joined((m.since, m.until) for m in memberships)


def of_holder(memberships: list[Membership], states: list[Interval]) -> tuple[list[Named], list[Interval]]:
    """Last days and first days of a member who holds a listed state."""
    everywhere = [(m.since, m.until, m.org) for m in memberships]
    return smallest(everywhere, joined(states)), joined((m.since, m.until) for m in memberships)


def of_outsider(states: list[Named]) -> tuple[list[Named], list[Interval]]:
    """The same for *member or not*: the state is the belonging."""
    return smallest(states), joined((since, until) for since, until, _ in states)
