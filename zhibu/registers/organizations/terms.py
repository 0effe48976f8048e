"""When a term of office (届期) ends: as long as the norm says, unless another end was approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.norm.model import Duty, Norm
from zhibu.registers.organizations import rules
from zhibu.registers.organizations.models import Term

#: How many months before its end a term is reminded of (期满提醒), in order: the first time, and again.
REMINDERS = ("term.reminder_months", "term.second_reminder_months")
#: By how many days at most a term is extended (延期).
EXTENSION = "term.extension_days"


@dataclass(frozen=True)
class TermLine:
    """A term with its end; `end` None where the norm says no length."""

    term: Term
    end: date | None
    left: int | None  # days from the day asked to the end; negative when it is over
    current: bool
    reminder: int  # how many of the reminders have come


def reminders(norm: Norm, end: date, day: date) -> int:
    """How many of the reminders of a term that ends on `end` have come by `day`; without parameters none."""
    months = (norm.number(each, day) for each in REMINDERS)
    return sum(1 for each in months if each is not None and rules.months_before(end, each) <= day)


def duty_of(norm: Norm, kind: str) -> Duty | None:
    """The standing duty that asks such an organization for a term, and says how long one lasts."""
    for duty in norm.duties.values():
        owed_by = norm.subjects[duty.subjects].organizations if duty.subjects else ()
        if duty.form == "standing" and duty.kinds == ("term",) and duty.lasts and kind in owed_by:
            return duty
    return None


def length(norm: Norm, kind: str, day: date) -> int | None:
    """How many years a term of such an organization lasts, as the audit of that day reckons."""
    duty = duty_of(norm, kind)
    return norm.number(duty.lasts, day) if duty and duty.lasts else None


def latest_end(norm: Norm, kind: str, since: date, day: date) -> date | None:
    """The last day to which a term begun on `since` can be extended, by the numbers of `day`; None: no bound."""
    years, most = length(norm, kind, day), norm.number(EXTENSION, day)
    if years is None or most is None:
        return None
    return rules.next_anniversary(since, years) + timedelta(days=most)


def lines(norm: Norm, kind: str, terms: list[Term], day: date) -> list[TermLine]:
    """The terms given (the latest first) with their ends; the current one is the last begun by the day."""
    current = next((term for term in terms if term.since <= day), None)
    found, years = [], length(norm, kind, day)
    for term in terms:
        end = term.until or (rules.next_anniversary(term.since, years) if years else None)
        left, come = (end - day).days if end else None, reminders(norm, end, day) if end else 0
        found.append(TermLine(term, end, left, term is current, come))
    return found
