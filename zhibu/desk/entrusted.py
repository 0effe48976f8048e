"""Whose work one part of the norm is (党费会计、出纳): who records nothing but kinds that name a verb of their own.

The desk puts the duties that these kinds prove first, and folds the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from zhibu.access import scope, verbs
from zhibu.desk import tasks
from zhibu.desk.openings import VERBS
from zhibu.desk.tasks import Task, When
from zhibu.norm.model import Norm
from zhibu.norm.read import kinds_of


@dataclass(frozen=True)
class Entrusted:
    """What a reader is entrusted with: how it is called, and its duties."""

    title: str
    duties: frozenset[str]


def entrusted(reader: Any, norm: Norm) -> Entrusted | None:
    """The reader's own part of the norm; None for who records in whole registers, or nothing."""
    if any(scope.roots(reader, verb) for verb in VERBS.values()):
        return None
    named = {kind.verb for kind in norm.kinds.values() if kind.verb}
    held = sorted(verb for verb in named if scope.roots(reader, verb))
    kinds = {kind.id for kind in norm.kinds.values() if kind.verb in held}
    duties = frozenset(duty.id for duty in norm.duties.values() if kinds.intersection(kinds_of(duty)))
    if not duties:
        return None
    registers = dict.fromkeys(verb.partition(".")[0] for verb in held)
    return Entrusted("、".join(verbs.REGISTERS.get(one, one) for one in registers), duties)


class Words(Protocol):
    """How the workbench says tasks and names."""

    names: Mapping[str, str]

    def why(self, duty_id: str) -> str: ...
    def doubtful(self, duty_id: str) -> bool: ...
    def duty_address(self, duty_id: str) -> str: ...
    def opens(self, task: Task) -> tuple[str, tuple[str, str]]: ...
    def said(self, task: Task) -> str: ...


@dataclass(frozen=True)
class AtPlace:
    """What one organization has to do of a duty, with the one button that does it."""

    name: str
    said: str  # with the person's name where it is one person's
    address: str
    button: tuple[str, str]  # address, label


@dataclass(frozen=True)
class Head:
    """A duty with the organizations that have still to do it, in the order of the roll."""

    due: date
    title: str
    why: str
    address: str
    doubtful: bool
    momentary: bool  # lacking now, whatever the day
    places: list[AtPlace]


@dataclass(frozen=True)
class Stretch:
    """The duties of one stretch of time; what is far off is folded."""

    key: When
    title: str
    lines: list[Head]
    near: bool


def by_duty(words: Words, found: Mapping[When, Sequence[Task]], roll: Sequence[str]) -> list[Stretch]:
    """The tasks of many organizations, of each stretch duty by duty. `roll`: the organizations in their order."""
    place = {id_: number for number, id_ in enumerate(roll)}
    made = []
    for when, title in tasks.TITLES.items():
        duties: dict[str, list[Task]] = {}
        for task in found.get(when, ()):
            duties.setdefault(task.duty.id, []).append(task)
        heads = []
        for duty, several in duties.items():
            first = several[0]
            several.sort(key=lambda task: (place.get(task.org, len(place)), task.org))
            lines = [_at_place(words, task) for task in several]
            address = words.duty_address(duty)
            why, doubtful = words.why(duty), words.doubtful(duty)
            heads.append(Head(first.due, first.duty.title, why, address, doubtful, first.momentary, lines))
        if heads:
            made.append(Stretch(when, title, heads, when in ("overdue", "week", "month")))
    return made


def _at_place(words: Words, task: Task) -> AtPlace:
    said, (address, button) = words.said(task), words.opens(task)
    person = words.names.get(task.first.subject, "") if task.single and task.people else ""
    name = words.names.get(task.org, task.org)
    return AtPlace(name, f"{person}：{said}" if person else said, address, button)
