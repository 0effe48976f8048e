"""What an entry of evidence must be like: amounts in their units, dates, periods. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

#: A column holds 64 bits; nothing a college counts comes near this.
LARGEST_AMOUNT = 10**12


@dataclass(frozen=True)
class Unit:
    """How people write an amount: the word on the page, and how many of the stored units one of it is."""

    title: str
    stored: int
    decimals: int = 0


#: By the unit of the kind's row: money is entered in yuan and kept in fen, study in hours, kept in minutes.
UNITS: Mapping[str, Unit] = {
    "fen": Unit("元", 100, 2),
    "minutes": Unit("学时", 60, 2),
    "people": Unit("人", 1),
    "slots": Unit("个半天", 1),
    "days": Unit("天", 1),
}

#: Kinds whose day is the first of the month they are for, whenever they happen (党费).
FOR_A_MONTH = frozenset({"dues.paid", "dues.due"})

_PERIOD = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(\+[1-9]\d?)?|-H[12]|-Q[1-4]|-W(0[1-9]|[1-4]\d|5[0-3])|-[a-z][a-z_]*)?"
)


def unit_of(unit: str | None) -> Unit | None:
    """The unit as people write it; None for a kind without amount. Unknown ones are written as kept."""
    if unit is None:
        return None
    return UNITS.get(unit, Unit(unit, 1))


def amount_of(text: str, unit: str) -> int:
    """The amount to keep, of what was typed in the unit of people; raises ValueError saying what is wrong."""
    shape = unit_of(unit)
    assert shape is not None
    plain = text.strip().replace(",", "").replace("，", "").replace(" ", "").replace("\u3000", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(f"请填写数字，单位是{shape.title}。") from None
    if not value.is_finite() or value < 0:
        raise ValueError("请填写不小于 0 的数字。")
    if value > LARGEST_AMOUNT:
        raise ValueError("数字过大，请核对单位。")
    kept = value * shape.stored
    if kept != kept.to_integral_value():
        places = f"最多 {shape.decimals} 位小数" if shape.decimals else "整数"
        raise ValueError(f"请填写{places}，单位是{shape.title}。")
    if kept > LARGEST_AMOUNT:
        raise ValueError("数字过大，请核对单位。")
    return int(kept)


def amount_text(amount: int | None, unit: str | None) -> str:
    """An amount as people write it, with its unit: 124650 fen → 1 246.50 元; 90 minutes → 1.5 学时."""
    shape = unit_of(unit)
    if amount is None or shape is None:
        return ""
    return f"{amount_input(amount, unit)} {shape.title}"


def amount_input(amount: int | None, unit: str | None) -> str:
    """The amount as it stands in the form's field, without its unit; empty for none."""
    shape = unit_of(unit)
    if amount is None or shape is None:
        return ""
    value = Decimal(amount) / shape.stored
    if unit == "fen":
        return f"{value:,.2f}".replace(",", " ")
    exact = f"{value:f}"
    return exact.rstrip("0").rstrip(".") if "." in exact else exact


def is_period(name: str) -> bool:
    """True for a name of a period: 2026, 2026-H1, 2026-Q3, 2026-07, 2026-W30, 2026-autumn, 2026-03+2."""
    return _PERIOD.fullmatch(name) is not None


def counted_day(kind: str, happened: date, counts_for: date | None) -> date | None:
    """The day that it counts for where that is another than `happened`; for dues the first of the month."""
    if kind in FOR_A_MONTH:
        month = (counts_for or happened).replace(day=1)
        return month if month != happened else None
    return counts_for if counts_for != happened else None


def date_faults(
    *,
    state: bool,
    day: date,
    until: date | None,
    counts_for: date | None,
    reason: str,
    kind: str,
    today: date,
) -> dict[str, str]:
    """What is wrong with the dates, by field, in words for the form; empty when nothing is.

    An event cannot lie ahead. A state may begin ahead (a term from the first of a month) and ends after that.
    """
    faults: dict[str, str] = {}
    if day.year < 1921:
        faults["day"] = "日期过早，请核对年份。"
    if not state and day > today:
        faults["day"] = "日期在今天之后。事情办完再登记；计划请在活动中安排。"
    if state and until is not None and until <= day:
        faults["until"] = "截止日期应晚于起始日期。截止当天起不再有效。"
    if counts_for is not None and counts_for.year < 1921:
        faults["counts_for"] = "计入的日期过早，请核对年份。"
    if counts_for is not None and counts_for.year > today.year + 1:
        faults["counts_for"] = "计入的日期过远，请核对年份。"
    apart = counts_for is not None and counts_for != day
    if not state and apart and kind not in FOR_A_MONTH and not reason.strip():
        faults["counts_for_reason"] = "计入的日期与办理日期不同，请写明原因。"
    return faults
