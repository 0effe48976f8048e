"""The bad rows back as a workbook: the rows as they stood, the reasons in columns beside them, the cells marked."""

from __future__ import annotations

import datetime
import io
import math
import re
from collections.abc import Collection, Iterable
from typing import Any

import xlsxwriter

from zhibu.registers.members.roster.entries import OWN, Entry, ReadSheet

REASON, ROW = "未导入的原因", "原行号"


def write_returned(
    sheets: Iterable[ReadSheet], bad: Iterable[Entry], accepted: frozenset[str] = frozenset()
) -> bytes:
    """A workbook of the bad rows by sheet, under their own header rows. It can be mended and imported as it is."""
    by_sheet: dict[str, list[Entry]] = {}
    for entry in bad:
        by_sheet.setdefault(entry.sheet, []).append(entry)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"}),
        "wrong": book.add_format({"bg_color": "#F6DFC6"}),
        "reason": book.add_format({"text_wrap": True, "font_color": "#95500B", "valign": "top"}),
    }
    for sheet in sheets:
        if sheet.name in by_sheet:
            _sheet(book, sheet, by_sheet[sheet.name], formats, accepted)
    if not by_sheet:
        book.add_worksheet("没有未导入的行")
    book.close()
    return out.getvalue()


def _sheet(
    book: Any, sheet: ReadSheet, entries: list[Entry], formats: dict[str, Any], accepted: frozenset[str]
) -> None:
    page = book.add_worksheet(_name(sheet.name, {one.name.casefold() for one in book.worksheets()}))
    head = sheet.header_rows[-2:] if sheet.header_rows else []
    width = max([len(row) for row in head] + [len(entry.cells) for entry in entries])
    # What came back once already has these columns at its end: they are written anew, not twice.
    while (column := sheet.header.columns.get(width - 1)) and column.field in OWN:
        width -= 1
    for number, row in enumerate(head):
        for place, cell in enumerate(row[:width]):
            _write(page, number, place, cell, formats["head"])
    below = max(len(head), 1)
    page.write_string(below - 1, width, REASON, formats["head"])
    page.write_string(below - 1, width + 1, ROW, formats["head"])
    page.set_column(0, width - 1, 14)
    page.set_column(width, width, 70)
    page.freeze_panes(below, 0)
    for offset, entry in enumerate(entries):
        number = below + offset
        wrong = {fault.column for fault in entry.faults if fault.stops(accepted)}
        for place, cell in enumerate(entry.cells[:width]):
            _write(page, number, place, cell, formats["wrong"] if place in wrong else None)
        reasons = "\n".join(str(fault) for fault in entry.faults if fault.stops(accepted))
        page.write_string(number, width, reasons, formats["reason"])
        page.write_number(number, width + 1, entry.row)


def _name(wanted: str, taken: Collection[str]) -> str:
    """A name that Excel takes, as near to the file's own as it may be: other programs write what it does not take."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", wanted).strip()[:31] or "名册"
    names = (plain, *(f"{plain[:27]} {number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name.casefold() not in taken)


def _write(page: Any, row: int, column: int, cell: object, form: Any) -> None:
    """A cell as it was read, never as a formula."""
    if cell is None or cell == "":
        page.write_blank(row, column, None, form)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, form)
    elif isinstance(cell, int | float) and math.isfinite(cell):
        page.write_number(row, column, cell, form)
    elif isinstance(cell, datetime.date):
        page.write_string(row, column, cell.isoformat()[:10], form)
    else:
        page.write_string(row, column, str(cell)[:32_000], form)
