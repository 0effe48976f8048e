"""What there is to do (待办): from the findings one line for each duty, organization and period; beside them
errands, which others asked of the reader. Pure.

A duty added to a pack appears here without code. What is missed stays until it is made up; what is open and
not yet reached is to do by its due day; what only must not be exceeded asks for nothing while it is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from zhibu.audit.relations import Finding
from zhibu.norm.amounts import amount_title, unit_of
from zhibu.norm.model import Duty, Norm
from zhibu.norm.order import duties_in_order
from zhibu.site.wording import near_day, period_title

When = Literal["overdue", "week", "month", "year", "later"]
#: The groups of the workbench, in order.
TITLES: dict[When, str] = {
    "overdue": "已过期",
    "week": "本周",
    "month": "本月",
    "year": "年底前",
    "later": "明年",
}


@dataclass(frozen=True)
class Task:
    """One line: a duty of an organization, in one period or in all that are missed.

    `first`: the finding that a click opens (of missed ones the latest). `count`: how many findings; `people`:
    how many members where members owe it, else 0.
    """

    when: When
    duty: Duty
    org: str
    due: date
    first: Finding
    count: int
    people: int

    @property
    def single(self) -> bool:
        """One finding alone: it can be explained and mended from here."""
        return self.count == 1

    @property
    def momentary(self) -> bool:
        """What stands or not today has no day of its own."""
        return self.duty.form in ("standing", "streak")


def tasks(norm: Norm, findings: Iterable[Finding], day: date) -> dict[When, list[Task]]:
    """The tasks in groups, each by due day, article and organization; groups without any are left out."""
    grouped: dict[tuple[When, str, str, date | None], list[Finding]] = defaultdict(list)
    for finding in findings:
        when = _when(norm.duties[finding.duty], finding, day)
        if when is not None:
            grouped[when, finding.duty, finding.org, None if when == "overdue" else finding.due].append(
                finding
            )
    made: dict[When, list[Task]] = {title: [] for title in TITLES}
    for (when, duty_id, org, _), found in grouped.items():
        latest = max(found, key=lambda one: (one.due, one.period, one.subject))
        persons = not norm.subjects[norm.duties[duty_id].subjects].is_organization
        people = len({one.subject for one in found}) if persons else 0
        made[when].append(Task(when, norm.duties[duty_id], org, latest.due, latest, len(found), people))
    place = {duty.id: number for number, duty in enumerate(in_order(norm))}
    for when, lines in made.items():
        # The latest miss first, the next due day first.
        sign = -1 if when == "overdue" else 1
        lines.sort(key=lambda one: (sign * one.due.toordinal(), place[one.duty.id], one.org))
    return {when: lines for when, lines in made.items() if lines}


def in_order(norm: Norm) -> list[Duty]:
    """The duties in the order of the document: the house's own pack first, then article by article."""
    return duties_in_order(norm)


def is_to_do(duty: Duty, finding: Finding) -> bool:
    """Missed, or open and not yet reached."""
    if finding.status == "missed":
        return True
    if finding.status != "open" or duty.compare == "at_most" and duty.form != "sequence":
        return False
    # A bound that is still growing may be reached for now.
    return duty.form != "quota" or (finding.required or 0) > (finding.actual or 0)


def exceeded(duty: Duty, finding: Finding) -> bool:
    """More than there may be."""
    return duty.form in ("quota", "standing") and duty.compare != "at_least" and _gap(finding) < 0


def mended_by(duty: Duty, finding: Finding) -> tuple[str, ...]:
    """The kinds of which a record would do it; of what is exceeded those that raise the bound, if any."""
    if exceeded(duty, finding):
        return duty.bound.sum_of
    return duty.kinds or tuple(kind for group in duty.require for kind in group)


def _gap(finding: Finding) -> int:
    return (finding.required or 0) - (finding.actual or 0)


def _when(duty: Duty, finding: Finding, day: date) -> When | None:
    if finding.status == "missed":
        return "overdue"
    if not is_to_do(duty, finding):
        return None
    return stretch(finding.due, day)


def stretch(due: date, day: date) -> When:
    """The group of what is due on a day and still to do."""
    sunday = day + timedelta(days=7 - day.isoweekday())
    if due <= sunday:
        return "week"
    if (due.year, due.month) == (day.year, day.month):
        return "month"
    return "year" if due.year == day.year else "later"


@dataclass(frozen=True)
class Errand:
    """Something that others asked of the reader: no finding, and done where its button leads."""

    due: date | None  # None: no day was set
    title: str
    said: str
    why: str  # who asked
    address: str
    button: tuple[str, str]  # address, label


def errands(found: Iterable[Errand], day: date) -> dict[When, list[Errand]]:
    """Errands in the groups of the workbench; without a day they are for this week."""
    grouped: dict[When, list[Errand]] = {}
    for one in found:
        when: When = "week" if one.due is None else "overdue" if one.due < day else stretch(one.due, day)
        grouped.setdefault(when, []).append(one)
    return grouped


def said(norm: Norm, task: Task, day: date) -> str:
    """What is lacking, in words: 3 周、12 人、还差 1 个半天."""
    finding, unit = task.first, unit_of(norm, task.duty.id)
    this_year = f"{day.year}年"
    period = "" if task.momentary else period_title(finding.period)
    period = period.removeprefix(this_year) or "全年"
    if task.people and not task.single:
        many = f"{task.people} 人" if task.count == task.people else f"{task.people} 人 {task.count} 项"
        return f"{many}未完成" if task.when == "overdue" else f"{period}：还有 {many}"
    if not task.single:
        return f"{task.count} 次未完成，最近一次 {period}"
    if task.duty.form == "sequence":
        return f"{near_day(date.fromisoformat(finding.period), day)}的还缺"
    if task.duty.form == "streak":
        return f"已连续 {finding.actual} 期没有"
    lacking = _gap(finding)
    parts = [] if task.duty.form == "standing" else [period]
    if task.duty.ratio is not None:
        parts.append(
            f"现为 {amount_title(finding.actual, unit)}，应为 {amount_title(finding.required, unit)}"
        )
    elif lacking > 0:
        parts.append(f"还差 {amount_title(lacking, unit)}" if unit else f"还差 {lacking} 项")
    else:
        parts.append(f"多出 {amount_title(-lacking, unit) if unit else f'{-lacking} 项'}")
    return "，".join(parts)


@dataclass(frozen=True)
class Tally:
    """How far one duty is this year: how many of its periods or persons are done."""

    duty: Duty
    done: int
    late: int
    missed: int
    total: int

    @property
    def reached(self) -> int:
        """Done, late or not."""
        return self.done + self.late


def tallies(norm: Norm, findings: Iterable[Finding]) -> list[Tally]:
    """For each duty of which anything is decided: met, late and missed of all that is decided; in the norm's order."""
    counts: Mapping[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for finding in findings:
        if finding.status in ("met", "late", "missed"):
            counts[finding.duty][finding.status] += 1
    return [
        Tally(duty, found["met"], found["late"], found["missed"], sum(found.values()))
        for duty in in_order(norm)
        if (found := counts.get(duty.id))
    ]
