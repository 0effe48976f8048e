"""Excel workbooks of rows (XlsxWriter): typed cells, and none that starts a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

from zhibu.norm.amounts import Measured

#: A text that a spreadsheet may take for a formula when it is pasted or saved as CSV.
DANGEROUS = re.compile(r"^\s*[=+\-@\t\r]")
#: … but a bare number or telephone number is none.
HARMLESS = re.compile(r"^[+-]?[\d .()-]*$")
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CHARACTERS = 32_767


def safe_text(text: str) -> str:
    """The text with an apostrophe before it where it would begin a formula; control characters dropped."""
    kept = "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")[: MOST_CHARACTERS - 1]
    return f"'{kept}" if DANGEROUS.match(kept) and not HARMLESS.match(kept) else kept


def build(
    title: str,
    heads: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[object]],
    made: datetime | None = None,
) -> bytes:
    """A workbook with one sheet: bold heads (title, width), frozen first row, filter, typed cells.

    `made`: when it says it was made (None: now); equal rows made at the same time give equal bytes.
    """
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    if made is not None:
        book.set_properties({"created": made})
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31] or "Sheet1")
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, (head, width) in enumerate(heads):
        sheet.write_string(0, number, head, bold)
        sheet.set_column(number, number, width)
    patterns: dict[str, Any] = {}
    last = 0
    for last, row in enumerate(rows, start=1):
        for number, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, bool):
                sheet.write_string(last, number, "是" if value else "否")
            elif isinstance(value, Measured):
                if value.pattern not in patterns:
                    patterns[value.pattern] = book.add_format({"num_format": value.pattern})
                sheet.write_number(last, number, float(value.number), patterns[value.pattern])
            elif isinstance(value, int | float | Decimal):
                sheet.write_number(last, number, float(value) if isinstance(value, Decimal) else value)
            elif isinstance(value, datetime):
                sheet.write_string(last, number, value.strftime("%Y-%m-%d %H:%M"))
            elif isinstance(value, date):
                sheet.write_datetime(last, number, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            else:
                sheet.write_string(last, number, safe_text(str(value)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(heads) - 1)
    book.close()
    return buffer.getvalue()


def response(title: str, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The workbook as a download named after its title."""
    found = HttpResponse(build(title, heads, rows), content_type=CONTENT_TYPE)
    found["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return found
