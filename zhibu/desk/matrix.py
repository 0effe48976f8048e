"""The heat map (检查): branches down, duties across under their articles. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from zhibu.audit.relations import STATUS_TITLES, Finding
from zhibu.desk.addresses import Addresses
from zhibu.desk.cells import Seen
from zhibu.desk.document import Place
from zhibu.desk.overview import overview
from zhibu.desk.tasks import in_order
from zhibu.norm.model import Duty, Norm
from zhibu.norm.order import article_number
from zhibu.site.templatetags.look import STATE_TITLES
from zhibu.site.templatetags.look import Cell as Square

Span = Literal["month", "quarter", "year"]
SPANS: dict[Span, str] = {"month": "本月", "quarter": "本季", "year": "本年"}


def days_of(span: Span, day: date) -> tuple[date, date]:
    """The first and last day of the month, quarter or year that holds `day`."""
    if span == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    first = day.month if span == "month" else (day.month - 1) // 3 * 3 + 1
    last = first if span == "month" else first + 2
    after = date(day.year + last // 12, last % 12 + 1, 1)
    return date(day.year, first, 1), after - timedelta(days=1)


def due_within(seen: Seen, first: date, last: date) -> Seen:
    """What falls due in these days."""

    narrowed = (
        cell.narrowed(("due", first, last), lambda one: first <= one.due <= last) for cell in seen.cells
    )
    return Seen(cell for cell in narrowed if cell.findings)


@dataclass(frozen=True)
class Head:
    """An article over its duties."""

    number: str
    title: str
    duties: list[tuple[str, str]]  # title, address


@dataclass(frozen=True)
class Line:
    """One organization across the duties."""

    name: str
    address: str
    cells: list[Square | None]
    missed: int  # duties missed
    doubtful: int  # of them on an unsigned reading, counted apart


@dataclass(frozen=True)
class Matrix:
    """The whole: heads, lines in the order of the roll, and how many cells are in which state."""

    heads: list[Head]
    lines: list[Line]
    counts: list[tuple[str, int]]


def matrix(
    norm: Norm,
    findings: Iterable[Finding] | Seen,
    places: Sequence[Place],
    day: date,
    doubtful: Collection[str],
    home: Mapping[str, str],
    at: Addresses,
) -> Matrix:
    """Every place against every duty that any of them owes. A cell's address is DUTY~PLACE, for the panel to open.

    `doubtful`: duties on an unsigned reading.
    """
    states = overview(norm, findings, day, home)
    named = {place.id for place in places}
    duties = [
        duty for duty in in_order(norm) if duty.id in states and named & set(states[duty.id].organizations)
    ]
    counts: Counter[str] = Counter()
    lines = []
    for place in places:
        cells: list[Square | None] = []
        for duty in duties:
            state = states[duty.id].organizations.get(place.id)
            if state is None:
                cells.append(None)
                continue
            shown = "unsigned" if state.state == "missed" and duty.id in doubtful else state.state
            counts[shown] += 1
            many = f"，{state.missed} 项" if state.missed > 1 else ""
            label = f"{place.name} · {duty.title}：{STATE_TITLES[shown]}{many}"
            cells.append(Square(shown, label, f"{duty.id}~{place.id}"))
        shown_states = [cell.state for cell in cells if cell]
        if shown_states:
            lines.append(
                Line(
                    place.name,
                    at.findings(org=place.id),
                    cells,
                    shown_states.count("missed"),
                    shown_states.count("unsigned"),
                )
            )
    heads = _heads(norm, duties, at)
    return Matrix(
        heads, lines, [(state, counts[state]) for state in (*STATUS_TITLES, "unsigned") if counts[state]]
    )


def _heads(norm: Norm, duties: Sequence[Duty], at: Addresses) -> list[Head]:
    titles = {article.id: article.title for article in norm.articles}
    heads: list[Head] = []
    last = None
    for duty in duties:
        if duty.article != last:
            heads.append(Head(article_number(duty.article), titles.get(duty.article, ""), []))
            last = duty.article
        heads[-1].duties.append((duty.title, at.duty(duty.id)))
    return heads
