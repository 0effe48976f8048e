"""Standing duties (常态) and streaks (连续) in plain loops: both are asked of `as_of`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.oracle.calendar import Period, holds, periods
from tests.oracle.values import fits, items, lacks, measured, value
from tests.oracle.world import Subject, World
from zhibu.audit.relations import Asked, Finding, Status
from zhibu.norm.model import Duty


def standing(world: World, duty: Duty, asked: Asked) -> list[Finding]:
    """What must stand on `as_of`."""
    norm, today = world.norm, world.as_of
    found = []
    for subject in owing_today(world, duty, asked):
        years = value(norm, duty.lasts, today)
        bound = value(norm, duty.bound.parameter, today)
        actual: int | None
        if duty.ratio is not None:
            above, below = (
                measured(term.measure, world.states_of(subject, term.kinds, today, years))
                for term in duty.ratio
            )
            actual = None if below == 0 else above * 10_000 // below
            met = below != 0 and bound is not None and fits(duty.compare, above * 10_000, bound * below)
        else:
            kinds = duty.kinds
            if duty.bound.all_of is not None:
                kinds = items(norm, duty, today)
                bound = len(kinds) or None
            elif duty.bound.sum_of:
                rows = world.states_of(subject, duty.bound.sum_of, today)
                bound = measured("sum", rows)
            actual = measured(duty.measure, world.states_of(subject, kinds, today, years))
            met = bound is not None and fits(duty.compare, actual, bound)
        if lacks(norm, duty.lasts, today):
            bound = None
        ruled = bound is not None
        exempt = world.exempt_on(subject, duty.id, today)
        if not ruled and duty.ratio is not None:
            actual = None
        found.append(today_finding(world, duty, subject, bound, actual, exempt, met))
    return found


def owing_today(world: World, duty: Duty, asked: Asked) -> Iterator[Subject]:
    """Who owes on `as_of` what has no period; nobody where `as_of` lies behind the last day in scope."""
    if asked.last < world.as_of or not holds(duty, world.as_of):
        return
    for subject in world.subjects(world.norm.subjects[duty.subjects], world.as_of, world.as_of):
        begun = world.first_use(subject.committee, duty.pack)
        if begun is not None and world.as_of >= begun:
            yield subject


def today_finding(
    world: World,
    duty: Duty,
    subject: Subject,
    bound: int | None,
    actual: int | None,
    exempt: bool,
    met: bool,
) -> Finding:
    """A finding whose period and due day are `as_of`."""
    status: Status = "met" if met else "missed"
    if exempt:
        status = "exempt"
    elif bound is None:
        status = "no rule"
    today = world.as_of
    return Finding(
        duty.id,
        duty.article,
        subject.id,
        subject.org,
        today.isoformat(),
        bound,
        actual,
        status,
        today,
        None,
    )


def streak(world: World, duty: Duty, asked: Asked) -> list[Finding]:
    """The longest run of closed periods without an event."""
    found = []
    limit = value(world.norm, duty.limit, world.as_of)
    for subject in owing_today(world, duty, asked):
        considered = streak_periods(world, duty, subject, asked.first, limit)
        longest = run = 0
        for period in considered:
            events = [event for event in world.events_of(subject, duty.kinds) if event.day in period]
            run = 0 if events else run + 1
            longest = max(longest, run)
        exempt = world.exempt_on(subject, duty.id, world.as_of)
        met = limit is not None and longest < limit
        found.append(today_finding(world, duty, subject, limit, longest, exempt, met))
    return found


def streak_periods(
    world: World, duty: Duty, subject: Subject, since: date, limit: int | None
) -> list[Period]:
    """Closed periods not skipped: the last `limit` − 1 before the one that holds `since`, and all from it."""
    begun = world.first_use(subject.committee, duty.pack)
    assert begun is not None
    assert duty.period is not None
    calendar = world.norm.calendar_of(duty)
    first_year = min(world.first_day, since).year - 1
    before, after = [], []
    for period in periods(calendar, duty.period, first_year, world.as_of.year):
        closed = period.last < world.as_of
        if not closed or period.first < begun or not holds(duty, period.last):
            continue
        owing = world.subjects(world.norm.subjects[duty.subjects], period.first, period.last)
        if not any((one.committee, one.id) == (subject.committee, subject.id) for one in owing):
            continue
        if world.states_of(subject, duty.excused, period.first):
            continue
        if period.last < since:
            before.append(period)
        else:
            after.append(period)
    back = 0 if limit is None else max(limit - 1, 0)
    return before[len(before) - min(back, len(before)) :] + after
