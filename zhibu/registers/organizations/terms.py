"""When a term of office (届期) ends: as long as the norm says, unless another end was approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.norm.model import Norm
from zhibu.registers.organizations import rules
from zhibu.registers.organizations.models import Term


@dataclass(frozen=True)
class TermLine:
    """A term with its end; `end` None where the norm says no length."""

    term: Term
    end: date | None
    left: int | None  # days from the day asked to the end; negative when it is over
    current: bool


def length(norm: Norm, kind: str, day: date) -> int | None:
    """How many years a term of such an organization lasts, by the standing duty that asks for one."""
    for duty in norm.duties.values():
        owed_by = norm.subjects[duty.subjects].organizations if duty.subjects else ()
        if duty.form == "standing" and duty.kinds == ("term",) and duty.lasts and kind in owed_by:
            value = norm.parameters[duty.lasts].on(day)
            if isinstance(value, int):
                return value
    return None


def lines(norm: Norm, kind: str, terms: list[Term], day: date) -> list[TermLine]:
    """The terms given (the latest first) with their ends; the current one is the last begun by the day."""
    current = next((term for term in terms if term.since <= day), None)
    found = []
    for term in terms:
        years = length(norm, kind, term.since)
        end = term.until or (rules.next_anniversary(term.since, years) if years else None)
        found.append(TermLine(term, end, (end - day).days if end else None, term is current))
    return found
