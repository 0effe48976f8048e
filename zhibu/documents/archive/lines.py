"""Findings with the facts that counted, as they lie on disk between the steps of the making: one line each.

They are computed once for the whole box, duty by duty, and laid out by the organization in whose folder they go.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from zhibu.audit.evidence import Evidence, Explanation
from zhibu.audit.relations import Finding

#: So many lines are held before they are written out.
HELD = 2_000


@dataclass(frozen=True)
class Line:
    """A finding, and the facts that gave it: what counted, what the bound was summed from, what exempts."""

    finding: Finding
    facts: tuple[Evidence, ...]


def line_of(told: Explanation) -> Line:
    """What a box keeps of an explanation."""
    return Line(
        told.finding, (*told.counted, *told.bound, *told.numerator, *told.denominator, *told.exemption)
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _packed(line: Line) -> list[Any]:
    finding = line.finding
    facts = [
        [
            fact.part, fact.kind, fact.title, fact.is_state, fact.org, fact.member, _day(fact.day),
            _day(fact.happened), _day(fact.until), fact.amount, fact.ref, _day(fact.recorded),
            fact.verdict, fact.note,
        ]
        for fact in line.facts
    ]  # fmt: skip
    return [[*finding[:8], _day(finding.due), finding.ref], facts]


#: Where the days stand among the columns of a fact: day, happened, until, recorded.
_DAYS = (6, 7, 8, 11)


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _unpacked(given: list[Any]) -> Line:
    finding, facts = given
    finding[8] = _read_day(finding[8])
    for fact in facts:
        for place in _DAYS:
            fact[place] = _read_day(fact[place])
    return Line(Finding(*finding), tuple(Evidence(*fact) for fact in facts))


def write(folder: Path, found: Iterable[tuple[str, Line]]) -> int:
    """Lay the lines out, a file for each name, in place of what lies there. How many there were."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    held: dict[str, list[str]] = defaultdict(list)
    number = 0

    def flush() -> None:
        for name, texts in held.items():
            with (folder / f"{name}.jsonl").open("a", encoding="utf-8") as out:
                out.writelines(texts)
        held.clear()

    for number, (name, line) in enumerate(found, 1):
        held[name].append(json.dumps(_packed(line), ensure_ascii=False) + "\n")
        if number % HELD == 0:
            flush()
    flush()
    return number


def read(folder: Path, name: str) -> Iterator[Line]:
    """The lines of one name, in the order in which they were written."""
    path = folder / f"{name}.jsonl"
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for text in lines:
            yield _unpacked(json.loads(text))
