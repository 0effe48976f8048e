"""Quotas (定额) in plain loops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tests.oracle.calendar import Period, due_day, holds, periods
from tests.oracle.values import fits, grace, items, lacks, measured, value
from tests.oracle.world import Subject, World, in_force
from zhibu.audit.relations import Asked, Finding, Status
from zhibu.norm.model import Duty


@dataclass(frozen=True)
class Owed:
    """One finding of a quota with what an anchor needs to know of it."""

    finding: Finding
    subject: Subject
    period: Period


def quota(world: World, duty: Duty, asked: Asked) -> list[Finding]:
    """The findings of a quota in scope."""
    found = quota_between(world, duty, asked.first.year - 3)
    return [
        owed.finding for owed in found if owed.finding.due >= asked.first and owed.period.first <= asked.last
    ]


def quota_between(world: World, duty: Duty, first_year: int) -> list[Owed]:
    """What is owed in periods from that year on that have begun by `as_of`."""
    found = []
    calendar = world.norm.calendar_of(duty)
    assert duty.period is not None
    for period in periods(calendar, duty.period, first_year, world.as_of.year + 1):
        if period.first > world.as_of or not holds(duty, period.last):
            continue
        for subject in world.subjects(world.norm.subjects[duty.subjects], period.first, period.last):
            begun = world.first_use(subject.committee, duty.pack)
            if begun is not None and period.first >= begun:
                found.append(Owed(quota_finding(world, duty, period, subject), subject, period))
    return found


def quota_finding(world: World, duty: Duty, period: Period, subject: Subject) -> Finding:
    """One subject, one period."""
    norm, last = world.norm, period.last
    due = due_day(duty.due, last)
    settles = due + grace(norm, duty, last)
    over = due < world.as_of
    kinds = duty.kinds if duty.bound.all_of is None else items(norm, duty, last)

    rows = [event for event in world.events_of(subject, kinds) if event.day in period]
    if duty.least is not None:
        least = value(norm, duty.least, last)
        rows = [row for row in rows if least is not None and row.amount is not None and row.amount >= least]
    in_time = [row for row in rows if row.happened <= due and row.recorded <= settles]
    total, total_in_time = measured(duty.measure, rows), measured(duty.measure, in_time)

    bound, still_grows = quota_bound(world, duty, period, subject)
    if not period.ruled or lacks(norm, duty.least, last):
        bound = None

    status: Status
    if exempt_for_half(world, duty, period, subject):
        status = "exempt"
    elif bound is None:
        status = "no rule"
    elif still_grows and not over:
        status = "open"
    elif duty.compare == "at_most":
        status = "missed" if total > bound else "met" if over else "open"
    elif duty.compare == "exactly" and total > bound:
        status = "missed"
    elif fits(duty.compare, total, bound):
        status = "met" if fits(duty.compare, total_in_time, bound) else "late"
    else:
        status = "missed" if over else "open"
    return Finding(
        duty.id, duty.article, subject.id, subject.org, period.name, bound, total, status, due, None
    )


def quota_bound(world: World, duty: Duty, period: Period, subject: Subject) -> tuple[int | None, bool]:
    """The bound, and whether it is summed from events (so that it may still grow)."""
    if duty.bound.all_of is not None:
        return len(items(world.norm, duty, period.last)) or None, False
    if not duty.bound.sum_of:
        return value(world.norm, duty.bound.parameter, period.last), False
    events = [event for event in world.events_of(subject, duty.bound.sum_of) if event.day in period]
    states = world.states_of(subject, duty.bound.sum_of, period.last)
    from_events = any(world.norm.kinds[kind].type == "event" for kind in duty.bound.sum_of)
    return sum(row.amount or 0 for row in [*events, *states]), from_events


def exempt_for_half(world: World, duty: Duty, period: Period, subject: Subject) -> bool:
    """True if one exemption is in force on at least half of the period's days."""
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    return any(
        2 * sum(in_force(state, day) for day in days) >= period.days
        for state in world.exemptions(subject, duty.id)
    )
