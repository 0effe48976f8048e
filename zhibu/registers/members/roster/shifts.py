"""Rows whose cells have slid: each typed column fails where it stands, and the one beside it would pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from zhibu.registers.members.roster import dates
from zhibu.registers.members.roster.codes.lists import code_list
from zhibu.registers.members.roster.faults import column_letter
from zhibu.registers.members.roster.headers import Header
from zhibu.registers.members.roster.values import (
    as_text,
    read_mobile,
    read_sex,
    read_status,
    read_yes_no,
    says_nothing,
)

#: So many columns must agree on the slide before it is called one.
LEAST_AGREEING = 3


def _reads(reader: Callable[..., object]) -> Callable[[object], bool]:
    return lambda cell: bool(getattr(reader(cell, None), "value", None) is not None)


_LOOKS: dict[str, Callable[[object], bool]] = {
    "identity": lambda cell: re.fullmatch(r"\d{15}|\d{17}[\dXx]", as_text(cell)) is not None,
    "sex": _reads(read_sex),
    "status": _reads(read_status),
    "yes_no": _reads(read_yes_no),
    "mobile": _reads(read_mobile),
    "date": lambda cell: isinstance(dates.read_date(cell), dates.Day),
    "nationality": lambda cell: code_list("nationality").find(as_text(cell)) is not None,
    "education": lambda cell: code_list("education").find(as_text(cell)) is not None,
    "position": lambda cell: code_list("position").find(as_text(cell)) is not None,
    "suspended": lambda cell: as_text(cell) in {"正常", "停止党籍"},
}


def shifted(row: Sequence[object], header: Header) -> tuple[str, str, int] | None:
    """What, mend and the first column of a slide by one or two columns; None where the row has not slid."""
    typed = {place: _LOOKS[column.read] for place, column in header.columns.items() if column.read in _LOOKS}

    def looks(place: int, at: int) -> bool | None:
        if not 0 <= at < len(row) or says_nothing(as_text(row[at])):
            return None
        return typed[place](row[at])

    wrong = [place for place in sorted(typed) if looks(place, place) is False]
    for by in (1, -1, 2, -2):
        agreeing = [place for place in wrong if looks(place, place + by)]
        if len(agreeing) >= LEAST_AGREEING and len(agreeing) * 2 >= len(wrong):
            first = agreeing[0]
            side = "右" if by > 0 else "左"
            what = f"从 {column_letter(first)} 列起，内容向{side}错了 {abs(by)} 列"
            return what, "请把这一行的内容移回各自的列", first
    return None
