"""The four relations that the audit reads, and the row that it gives (docs/meaning.md).

Dates are `datetime.date`; `amount` an integer or None; everything else text or None.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

Status = Literal["exempt", "no rule", "met", "late", "open", "missed"]

#: The status words of the pages, in the order of the legend.
STATUS_TITLES: dict[Status, str] = {
    "met": "已完成",
    "late": "补办",
    "open": "进行中",
    "missed": "未完成",
    "exempt": "经批准免除",
    "no rule": "未定标准",
}


class Organization(NamedTuple):
    """A row of `organizations`: the tree, with the days [since, until) on which it stood so."""

    org: str
    parent: str | None
    kind: str
    category: str | None
    name: str
    since: date
    until: date | None


class Membership(NamedTuple):
    """A row of `memberships`: who belongs where, when."""

    member: str
    org: str
    status: str
    category: str
    since: date
    until: date | None


class Event(NamedTuple):
    """A row of `events`: something happened."""

    kind: str
    org: str
    member: str | None
    day: date
    happened: date
    amount: int | None
    ref: str | None
    recorded: date


class State(NamedTuple):
    """A row of `states`: something held for a time, [since, until)."""

    kind: str
    org: str
    member: str | None
    since: date
    until: date | None
    amount: int | None
    ref: str | None
    recorded: date


@dataclass(frozen=True)
class Facts:
    """The four relations in memory. Order of rows has no meaning."""

    organizations: Iterable[Organization] = ()
    memberships: Iterable[Membership] = ()
    events: Iterable[Event] = ()
    states: Iterable[State] = ()


@dataclass(frozen=True)
class Asked:
    """What is asked of the audit.

    `since` None = January 1 of the year of `as_of`, before April 1 of the year before. `until` None = `as_of`; before
    it nothing that stands or not on `as_of` is in scope.
    """

    as_of: date
    since: date | None = None
    duties: tuple[str, ...] | None = field(default=None)  # None = all duties of the packs
    organizations: tuple[str, ...] | None = field(default=None)  # None = all; else these with their subtrees
    subjects: tuple[str, ...] | None = field(default=None)  # None = all; else only the findings of these
    whole: tuple[str, ...] = ()  # sequences anchored on events whose findings are wanted of every subject
    until: date | None = None

    @property
    def first(self) -> date:
        """The first day in scope."""
        if self.since is not None:
            return self.since
        return date(self.as_of.year - (self.as_of < date(self.as_of.year, 4, 1)), 1, 1)

    @property
    def last(self) -> date:
        """The last day in scope: periods begin and anchors happen by it."""
        return self.as_of if self.until is None else min(self.until, self.as_of)


class Finding(NamedTuple):
    """A row of the result. `required` and `actual` are null with `no rule` where they cannot be told."""

    duty: str
    article: str
    subject: str
    org: str
    period: str
    required: int | None
    actual: int | None
    status: Status
    due: date
    ref: str | None


def order(finding: Finding) -> tuple[object, ...]:
    """Sort key of findings: duty, subject, period, ref, then the other columns, nulls first."""
    ref, required, actual = finding.ref, finding.required, finding.actual
    return (
        finding.duty, finding.subject, finding.period, ref is not None, ref or "",
        finding.article, finding.org, required is not None, required or 0, actual is not None, actual or 0,
        finding.status, finding.due,
    )  # fmt: skip
