"""What falls due on which day, from the findings alone. Pure.

A duty added to a pack appears here without code. What is momentary (standing states, streaks) has no due day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Literal

from zhibu.audit.calendar import due_day
from zhibu.audit.plan import holds, periods_of
from zhibu.audit.relations import Finding
from zhibu.desk.cells import Cell
from zhibu.desk.tasks import is_to_do
from zhibu.norm.model import Duty, Norm

Status = Literal["missed", "open", "ahead"]
#: Periods so short that their due days to come would fill every week.
SHORT = ("week", "teaching_week", "teaching_month")
#: Further ahead nobody plans, and the packs will say something else.
AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class Due:
    """What an organization, or its members, owe by a day: of one duty, however many findings.

    `ahead`: of a period that has not begun. `first`: one of the findings. `count`: how many.
    """

    day: date
    duty: Duty
    org: str
    status: Status
    count: int = 0
    first: Finding | None = None


@dataclass(frozen=True)
class Owed:
    """What a reader's findings say: what is to do by due day, and which duties concern which organization."""

    by_day: dict[date, list[Due]]
    concerned: frozenset[tuple[str, str]]


def owed(norm: Norm, cells: Iterable[Cell]) -> Owed:
    """What is to do by due day, cell by cell: what was reckoned of a cell stays with it until a write changes it."""
    by_day: dict[date, list[Due]] = {}
    concerned = set()
    known: dict[tuple[date, str, str], int] = {}
    for cell in cells:
        duty = norm.duties[cell.key.duty]
        if duty.form not in ("quota", "sequence"):
            continue
        concerned.add((duty.id, cell.key.org))
        for due in cell.of("dues", partial(_of_cell, duty)):
            day, key = by_day.setdefault(due.day, []), (due.day, duty.id, due.org)
            if key in known:  # the organization's own and its members' of one duty are one line
                day[known[key]] = _together(day[known[key]], due)
            else:
                known[key] = len(day)
                day.append(due)
    return Owed(by_day, frozenset(concerned))


def _of_cell(duty: Duty, findings: Sequence[Finding]) -> list[Due]:
    """The due days of one duty and organization; missed where any finding is."""
    grouped: dict[date, list[Finding]] = {}
    for finding in findings:
        if is_to_do(duty, finding):
            grouped.setdefault(finding.due, []).append(finding)
    found = []
    for day, several in grouped.items():
        status: Status = "missed" if any(one.status == "missed" for one in several) else "open"
        first = next(one for one in several if one.status == status)
        found.append(Due(day, duty, first.org, status, len(several), first))
    return found


def _together(one: Due, other: Due) -> Due:
    leading = one if one.status == "missed" else other
    return replace(leading, count=one.count + other.count)


def within(found: Owed, first: date, last: date) -> list[Due]:
    """What is to do by a day from `first` to `last`."""
    return [due for day in sorted(found.by_day) if first <= day <= last for due in found.by_day[day]]


def to_come(
    norm: Norm, concerned: Iterable[tuple[str, str]], today: date, first: date, last: date
) -> Sequence[Due]:
    """The due days from `first` to `last` of periods that begin after `today`: nothing can be recorded for them yet.

    Past `AHEAD` none is told.
    """
    days: dict[str, list[date]] = {}
    found = []
    for duty_id, org in sorted(concerned):
        duty = norm.duties[duty_id]
        if duty_id not in days:
            days[duty_id] = _days(norm, duty, today, first, last)
        found += [Due(day, duty, org, "ahead") for day in days[duty_id]]
    return found


def _days(norm: Norm, duty: Duty, today: date, first: date, last: date) -> list[date]:
    last = min(last, today + AHEAD)
    if duty.form != "quota" or duty.period in SHORT or duty.compare == "at_most" or last <= today:
        return []
    around = periods_of(norm, duty, today, last)
    coming = [one for one in around if one.first > today and not one.no_rule and holds(duty, one.last)]
    days = [due_day(one.last, duty.due) for one in coming]
    return sorted({day for day in days if max(first, today + timedelta(days=1)) <= day <= last})
