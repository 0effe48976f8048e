"""The kinds of study that this register records, and over which period the packs ask for them."""

from __future__ import annotations

from datetime import date

from zhibu.norm.model import Norm
from zhibu.registers.education import rules

#: The register's name in the tables of kinds.
REGISTER = "education"

TRAINING = "training"
REFLECTION = "study.reflection"
CHECK = "study.check"
ASSESSMENT = "study.assessment"
#: Kinds that one sheet of a branch gives for many members at once.
SHEETS = (CHECK, ASSESSMENT)

#: Where no duty asks for the kind.
_OTHERWISE = {REFLECTION: "quarter", CHECK: "quarter", ASSESSMENT: "year", TRAINING: "year"}


def unit_of(norm: Norm, kind: str) -> str:
    """The period (month, quarter, half, year) over which the kind is asked for: the first duty's that counts it."""
    for duty in norm.duties.values():
        if duty.form == "quota" and kind in duty.kinds and duty.period in rules.MONTHS:
            return str(duty.period)
    return _OTHERWISE[kind]


def period_named(norm: Norm, kind: str, name: str) -> rules.Period | None:
    """The kind's period of that name (2026-Q4); None for what is no such name."""
    year, _, rest = name.partition("-")
    if not (len(year) == 4 and year.isascii() and year.isdigit() and 1921 <= int(year) <= 2200):
        return None
    unit, months = unit_of(norm, kind), rules.MONTHS
    number = rest[1:] if unit in ("quarter", "half") else rest or "1"
    if not (number.isascii() and number.isdigit() and len(number) < 3):
        return None
    month = (int(number) - 1) * months[unit] + 1
    if not 1 <= month <= 12:
        return None
    found = rules.period_of(unit, date(int(year), month, 1))
    return found if found.name == name else None


def title_of(norm: Norm, kind: str) -> str:
    """The kind's title; its id where no pack lists it."""
    found = norm.kinds.get(kind)
    return found.title if found else kind
