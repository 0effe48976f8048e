"""Arithmetic of the tree: which interval rows may stand beside each other, who stands above whom. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date

Span = tuple[date, date | None]

#: Which kinds may stand directly below which (None = at the top).
BELOW: Mapping[str | None, tuple[str, ...]] = {
    None: ("committee",),
    "committee": ("committee", "general_branch", "branch"),
    "general_branch": ("branch",),
    "branch": ("group",),
    "group": (),
}

#: At which kinds of organization a post is held.
POST_PLACES: Mapping[str, tuple[str, ...]] = {
    "secretary": ("committee",),
    "deputy_secretary": ("committee",),
    "deputy_secretary.fulltime": ("committee",),
    "committee_member": ("committee",),
    "president": ("committee",),
    "college_leader": ("committee",),
    "cadre": ("committee",),
    "party_staff.fulltime": ("committee",),
    "branch_secretary": ("branch", "general_branch"),
    "branch_deputy_secretary": ("branch", "general_branch"),
    "branch_committee_member": ("branch", "general_branch"),
    "group_leader": ("group",),
}

#: Kinds that have terms of office (届期).
HAVE_TERMS = ("committee", "general_branch", "branch")


def may_stand_below(kind: str, parent_kind: str | None) -> bool:
    """True when an organization of `kind` may stand directly below one of `parent_kind`."""
    return kind in BELOW[parent_kind]


def overlaps(one: Span, other: Span) -> bool:
    """True when two intervals [since, until) share a day."""
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def any_overlap(new: Span, others: Iterable[Span]) -> bool:
    """True when `new` shares a day with any of the others."""
    return any(overlaps(new, other) for other in others)


def would_close_a_circle(organization: str, parent: str | None, parents: Mapping[str, str | None]) -> bool:
    """True when `organization` stands above `parent` (or is it): then it cannot move below it.
    `parents`: child → parent.
    """
    seen: set[str] = set()
    while parent is not None and parent not in seen:
        if parent == organization:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False


def next_anniversary(since: date, years: int) -> date:
    """The same day `years` later; February 29 gives the 28th in other years."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return since.replace(year=since.year + years, day=28)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the month's last day where the month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def size_warnings(
    *,
    full: int,
    members: int,
    has_committee: bool,
    least: int | None,
    most: int | None,
    committee_from: int | None,
) -> list[str]:
    """What regulation says to a branch of this size; nothing where a bound is None or nobody is entered yet.

    `full`: its full members (正式党员); `members`: all; `has_committee`: whether any seat of its committee is held.
    """
    said: list[str] = []
    if least is not None and members and full < least:
        said.append(f"正式党员 {full} 人，不足 {least} 人，一般应与其他支部联合设立")
    if most is not None and members > most:
        said.append(f"党员 {members} 人，一般不超过 {most} 人，可以分设支部或设党总支")
    if committee_from is not None and full >= committee_from and not has_committee:
        said.append(f"正式党员满 {committee_from} 人应选举支部委员会，还没有登记支部委员")
    return said
