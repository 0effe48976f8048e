"""How amounts are written, on pages, in workbooks and in explanations: in the words of the kind's unit. Pure."""

from __future__ import annotations

from zhibu.norm.model import Norm

#: Unit of a kind's amount → the word behind the number.
UNITS = {"people": "人", "slots": "个半天", "days": "天"}


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
