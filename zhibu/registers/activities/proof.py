"""What an activity proves and what it still lacks, read from the duties of the norm given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.norm.model import Duty, Norm
from zhibu.norm.order import cited, duties_in_order
from zhibu.registers.activities import kinds
from zhibu.registers.activities.rules import FOUR_DAYS


@dataclass(frozen=True)
class Proved:
    """A duty that the activity counts for."""

    article: str  # as it is cited
    title: str
    note: str = ""


@dataclass(frozen=True)
class Missing:
    """Something that a duty asks for beside the activity and that is not there yet."""

    kind: str
    title: str
    article: str
    paper: str  # the paper of an activity that proves it; empty: it is recorded as evidence
    due: date | None  # None: no limit
    before: bool  # was to be there before the activity


def facts_of(themes: Iterable[str], papers: Iterable[str], earns: bool) -> set[str]:
    """The kinds of facts that an activity of these themes with these papers gives."""
    found = {theme for theme in themes if theme != kinds.TRAINING}
    have = set(papers)
    found |= {fact for paper, fact in kinds.PAPER_KINDS.items() if paper in have}
    found |= {fact for paper, fact, of in kinds.SPECIAL_PAPERS if paper in have and found.intersection(of)}
    found |= {fact for theme, fact in kinds.ATTENDED.items() if theme in found}
    if earns:
        found.add(kinds.TRAINING)
    return found


def proved(norm: Norm, facts: Collection[str], notes: Mapping[str, str]) -> list[Proved]:
    """The quotas that the facts count for, in the order of the articles; `notes` says how much, by kind."""
    found: list[Proved] = []
    for duty in duties_in_order(norm):
        if duty.form != "quota":
            continue
        counting = [kind for kind in duty.kinds if kind in facts]
        if counting:
            note = next((notes[kind] for kind in counting if kind in notes), "")
            found.append(Proved(cited(norm, [duty.article]), duty.title, note))
    return found


def missing(norm: Norm, facts: Collection[str], day: date, evidence: Collection[str]) -> list[Missing]:
    """What the sequences anchored on the activity ask for and neither it nor the evidence about it has."""
    have = {*facts, *evidence}
    found: dict[str, Missing] = {}
    for duty in duties_in_order(norm):
        if duty.form != "sequence" or "ref" not in duty.match or not have.intersection(duty.anchors):
            continue
        for group in duty.require:
            if have.intersection(group):
                continue
            kind = group[0]
            listed = norm.kinds.get(kind)
            if listed is None or kind in found:
                continue
            found[kind] = Missing(
                kind=kind,
                title=listed.title,
                article=cited(norm, [duty.article]),
                paper=_paper_of(kind),
                due=_due(norm, duty, day),
                before=duty.direction == "before",
            )
    return list(found.values())


def lacks_evaluation(facts: Collection[str]) -> bool:
    """True for a study activity without its evaluation (总结评价)."""
    for _, fact, of in kinds.SPECIAL_PAPERS:
        if fact == kinds.EVALUATION:
            return bool({*of}.intersection(facts)) and fact not in facts
    return False


def notes_of(norm: Norm, slots: int, minutes: int) -> dict[str, str]:
    """How much each kind counts: half days of study, hours for each present."""
    hours = f"{minutes // 60}" + (f".{minutes % 60 * 10 // 60}" if minutes % 60 else "")
    return {
        **dict.fromkeys(kinds.in_slots(norm), f"{slots} 个半天" if slots else "不足半天，不计"),
        kinds.TRAINING: f"每人 {hours} 学时",
        **dict.fromkeys(FOUR_DAYS, "1 次"),
    }


def _paper_of(kind: str) -> str:
    plain = {fact: paper for paper, fact in kinds.PAPER_KINDS.items()}
    special = {fact: paper for paper, fact, _ in kinds.SPECIAL_PAPERS}
    return {**special, **plain}.get(kind, "")


def _due(norm: Norm, duty: Duty, day: date) -> date | None:
    """The day by which the duty's kinds are due for an anchor on `day`; None without a limit."""
    name = duty.lead if duty.direction == "before" else duty.within
    if name is None:
        return day if duty.direction == "before" else None
    parameter = norm.parameters.get(name)
    value = parameter.on(day) if parameter else None
    days = value if isinstance(value, int) else 0
    return day - timedelta(days=days) if duty.direction == "before" else day + timedelta(days=days)
