"""How amounts are written, on pages, in workbooks and in explanations: in the words of the kind's unit. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from zhibu.norm.model import Norm

#: Minutes in an hour of study (学时) as people write it; what activities earn is the norm's.
HOUR = 60
#: Nobody studies longer than this in one piece, in minutes.
MOST_MINUTES = 2000 * HOUR

#: Unit of a kind's amount → the word behind the number.
UNITS = {"people": "人", "slots": "个半天", "days": "天"}


class Measured(NamedTuple):
    """An amount as a workbook keeps it: a number that can be added up, and the pattern that writes its unit."""

    number: Decimal
    pattern: str


def measured(amount: int | None, unit: str | None) -> Measured | None:
    """An amount for a workbook: the same as `amount_title` says, as a number."""
    if amount is None:
        return None
    if unit == "minutes":
        return Measured(Decimal(amount) / HOUR, 'General" 学时"')
    if unit == "fen":
        return Measured(Decimal(amount) / 100, '#,##0.00" 元"')
    if unit == "basis points":
        return Measured(Decimal(amount) / 10_000, "0.00%")
    word = UNITS.get(unit or "", unit or "")
    return Measured(Decimal(amount), f'General" {word}"' if word else "General")


def amount_title(amount: int | None, unit: str | None) -> str:
    """An amount in the words of its unit: minutes as hours (学时), fen as yuan, else number and word."""
    if amount is None:
        return "—"
    if unit == "minutes":
        hours, minutes = divmod(amount, 60)
        return f"{hours} 学时" if not minutes else f"{hours} 学时 {minutes} 分"
    if unit == "fen":
        return f"{'-' if amount < 0 else ''}{abs(amount) // 100:,}.{abs(amount) % 100:02d} 元".replace(
            ",", " "
        )
    if unit == "basis points":
        return f"{amount // 100}.{amount % 100:02d}%"
    return f"{amount} {UNITS.get(unit or '', unit or '')}".rstrip()


def unit_of(norm: Norm, duty_id: str) -> str | None:
    """The unit in which a duty counts: of its kinds' amounts where it sums them, basis points for a ratio."""
    duty = norm.duties[duty_id]
    if duty.ratio:
        return "basis points"
    return norm.kinds[duty.kinds[0]].amount if duty.measure == "sum" and duty.kinds else None


def minutes_of(text: str) -> int:
    """Minutes of what was typed in hours of study; raises ValueError saying what is wrong."""
    plain = (
        text.strip().replace("，", ".").replace("。", ".").replace("\u3000", "").removesuffix("学时").strip()
    )
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError("请填写数字，单位是学时，如 8 或 4.5。") from None
    if not value.is_finite() or value <= 0:
        raise ValueError("学时应大于 0。")
    if value * HOUR > MOST_MINUTES:
        raise ValueError("学时过大，请核对单位。")
    minutes = value * HOUR
    if minutes != minutes.to_integral_value():
        raise ValueError("学时折合不成整分钟，请写成 0.5 这样的数。")
    return int(minutes)


def hours_input(minutes: int | None) -> str:
    """Minutes as they stand in the form's field: 270 → 4.5; what has no short decimal keeps two places."""
    if minutes is None:
        return ""
    return f"{Decimal(minutes) / HOUR:.4f}".rstrip("0").rstrip(".")
