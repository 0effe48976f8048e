"""The findings of one calendar year, of one organization or person, as known today.

This year's are today's findings; of an earlier year the same audit is asked from its first day to its last. What
only stands or not on a day (standing, streak) belongs to the year of that day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.audit.relations import Asked, Finding
from zhibu.desk import cells, findings, lists
from zhibu.desk.addresses import Addresses
from zhibu.desk.cells import Seen
from zhibu.desk.findings import Kept
from zhibu.desk.overview import OrganizationState, overview, running_now
from zhibu.desk.tasks import in_order
from zhibu.norm.amounts import amount_title, unit_of
from zhibu.norm.model import Norm
from zhibu.norm.order import article_number
from zhibu.site.templatetags.look import STATE_TITLES, Cell
from zhibu.site.wording import period_title


def asked(year: int | None, day: date) -> Asked:
    """What is asked of the audit for a year; as always for this year, or where none was chosen."""
    if year is None or year >= day.year:
        return Asked(day)
    return Asked(day, date(year, 1, 1), until=date(year, 12, 31))


def kept(year: int | None, day: date) -> Kept:
    """The findings that hold those of the year, as of `day`."""
    wanted = asked(year, day)
    return findings.findings(day, wanted.since, wanted.until)


def last_two(day: date) -> tuple[Kept, ...]:
    """The findings of the day, and those of the last year where the former do not reach back to it."""
    now = findings.findings(day)
    return (now, kept(day.year - 1, day)) if Asked(day).first.year == day.year else (now,)


def of_year(norm: Norm, found: Iterable[Finding], year: int, day: date) -> list[Finding]:
    """Of these the findings whose period or anchor lies in the year."""
    momentary = _momentary(norm)
    start = str(year)
    return [
        one
        for one in found
        if one.period.startswith(start) and (one.duty not in momentary or year == day.year)
    ]


def _momentary(norm: Norm) -> frozenset[str]:
    """The duties that only stand or not on a day."""
    return frozenset(duty.id for duty in norm.duties.values() if duty.form in ("standing", "streak"))


def of_no_year(norm: Norm, found: Iterable[Finding]) -> list[str]:
    """What an earlier year leaves out: of today's findings the duties that only stand or not on a day, by title."""
    owed = {one.duty for one in found} & _momentary(norm)
    return [duty.title for duty in in_order(norm) if duty.id in owed]


def within(norm: Norm, seen: Seen, year: int, day: date) -> Seen:
    """The same of what a reader sees, cell by cell."""

    def part(cell: cells.Cell) -> cells.Cell:
        reckon = lambda rows: cells.Cell(cell.key, tuple(of_year(norm, rows, year, day)))  # noqa: E731
        return cell.of(("year", year), reckon)

    return Seen(found for cell in seen.cells if (found := part(cell)).findings)


@dataclass(frozen=True)
class ArticleLine:
    """An article with a cell for each of its duties."""

    pack: str  # its title where it is not the house's own
    number: str
    title: str
    address: str
    cells: list[Cell]
    missed: int  # duties
    doubtful: int  # of them on an unsigned reading, counted apart


def articles(
    norm: Norm, own: Sequence[Finding], org: str, day: date, signed: frozenset[str], at: Addresses
) -> list[ArticleLine]:
    """The articles of which the organization owes anything, in the norm's order. `own`: its findings alone. Pure."""
    states = overview(norm, own, day, {finding.org: org for finding in own})
    titles = {article.id: article.title for article in norm.articles}
    packs = {article.id: article.pack for article in norm.articles}
    house = in_order(norm)[0].pack if norm.duties else ""
    lines: dict[str, list[tuple[Cell, bool]]] = {}
    for duty in in_order(norm):
        state = states[duty.id].organizations.get(org) if duty.id in states else None
        if state is None:
            continue
        doubtful = state.state == "missed" and any(one not in signed for one in duty.readings)
        shown = "unsigned" if doubtful else state.state
        persons = not norm.subjects[duty.subjects].is_organization
        opens = at.duty(duty.id, org) if persons or state.subjects > 1 else at.finding(state.decisive)
        cell = Cell(shown, f"{duty.title}：{STATE_TITLES[shown]}{_many(state)}", opens)
        lines.setdefault(duty.article, []).append((cell, doubtful))
    return [
        ArticleLine(
            "" if packs.get(article) == house else norm.packs[packs[article]].title,
            article_number(article),
            titles.get(article, ""),
            at.findings(org=org, article=article),
            [cell for cell, _ in cells],
            sum(cell.state == "missed" for cell, _ in cells),
            sum(doubtful for _, doubtful in cells),
        )
        for article, cells in lines.items()
    ]


def _many(state: OrganizationState) -> str:
    return f"，{state.missed} 项" if state.missed > 1 else ""


@dataclass(frozen=True)
class DutyLine:
    """One duty of a person over the year: how it stands now, and a cell for each period."""

    title: str
    number: str
    said: str  # what is required and what there is, of the period that runs or ran last
    short: str  # what is short of it, in words
    status: str
    address: str
    cells: list[Cell]


def duties(
    norm: Norm, own: Sequence[Finding], day: date, signed: frozenset[str], at: Addresses
) -> list[DutyLine]:
    """A person's duties of the year, in the norm's order, each period a cell. Pure."""
    lines = []
    for duty in in_order(norm):
        found = sorted((one for one in own if one.duty == duty.id), key=lambda one: (one.due, one.period))
        if not found:
            continue
        missed = [one for one in found if one.status == "missed"]
        doubtful = {duty.id} if any(one not in signed for one in duty.readings) else ()
        now = missed[-1] if missed else running_now(found, day, duty.form == "sequence")[0]
        unit = unit_of(norm, duty.id)
        gap = (now.required or 0) - (now.actual or 0)
        momentary = duty.form in ("standing", "streak")
        period = "" if momentary else period_title(now.period)
        numbers = f"应 {amount_title(now.required, unit)}，已 {amount_title(now.actual, unit)}"
        lines.append(
            DutyLine(
                duty.title,
                article_number(duty.article),
                f"{period} {numbers}".strip()
                if now.required is not None and duty.form != "streak"
                else period,
                f"还差 {amount_title(gap, unit) if unit else f'{gap} 项'}"
                if gap > 0 and duty.form == "quota" and duty.compare == "at_least"
                else "",
                lists.state(now, doubtful),
                at.finding(now),
                [] if momentary or len(found) == 1 else [_cell(one, at, doubtful) for one in found],
            )
        )
    return lines


def _cell(one: Finding, at: Addresses, doubtful: Collection[str]) -> Cell:
    shown = lists.state(one, doubtful)
    return Cell(shown, f"{period_title(one.period)}：{STATE_TITLES[shown]}", at.finding(one))


def counts(own: Iterable[Finding], doubtful: Collection[str]) -> list[tuple[str, int]]:
    """How many findings are in which state; states without any left out."""
    found = [lists.state(one, doubtful) for one in own]
    return [(state, found.count(state)) for state, _ in lists.STATES if state in found]
