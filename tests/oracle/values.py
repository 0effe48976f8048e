"""Values of parameters and measures, for the second evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from zhibu.audit.relations import Event, State
from zhibu.norm.model import Compare, Duty, Measure, Norm

DEFAULT_GRACE = 10


def value(norm: Norm, parameter: str | None, day: date) -> int | None:
    """The number that a parameter has on the day; None if the duty names none or it has none."""
    found = None if parameter is None else norm.parameters[parameter].on(day)
    return found if isinstance(found, int) else None


def lacks(norm: Norm, parameter: str | None, day: date) -> bool:
    """True if the duty names a parameter and it has no value on the day."""
    return parameter is not None and norm.parameters[parameter].on(day) is None


def grace(norm: Norm, duty: Duty, day: date) -> timedelta:
    """How long after the due day it may be recorded."""
    found = value(norm, duty.grace, day)
    return timedelta(days=DEFAULT_GRACE if found is None else found)


def items(norm: Norm, duty: Duty, day: date) -> tuple[str, ...]:
    """The items of the duty's checklist on the day; none if it has no value."""
    assert duty.bound.all_of is not None
    found = norm.parameters[duty.bound.all_of].on(day)
    return found if isinstance(found, tuple) else ()


def measured(measure: Measure, rows: Sequence[Event | State]) -> int:
    """What the rows come to."""
    if measure == "count":
        return len(rows)
    if measure == "days":
        return len({row.day if isinstance(row, Event) else row.since for row in rows})
    if measure == "kinds":
        return len({row.kind for row in rows})
    return sum(row.amount or 0 for row in rows)


def fits(compare: Compare, total: int, bound: int) -> bool:
    """Whether the total is as the bound asks."""
    if compare == "at_least":
        return total >= bound
    if compare == "at_most":
        return total <= bound
    return total == bound
