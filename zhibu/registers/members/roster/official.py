"""Writing the official roster (党员基本信息汇总表): its sheets, heads, merged cells, drop-downs and code
lists, from layout.yaml.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, BinaryIO

import xlsxwriter
import yaml

from zhibu.registers.members.roster.code_sheets import write_code_sheet
from zhibu.registers.members.roster.codes.lists import code_list
from zhibu.registers.members.roster.masks import MASKS

_WORDS: dict[str, dict[object, str]] = {
    "status": {"full": "正式党员", "probationary": "预备党员"},
    "suspended": {False: "正常", True: "停止党籍"},
    "lost": {False: "否", True: "是"},
    "floating": {False: "否", True: "是"},
}
_FIRST_DATA_ROW = 4  # from nought


@cache
def layout() -> dict[str, Any]:
    """The layout as data."""
    text = resources.files(__package__).joinpath("layout.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def set_width(sheet: Any, first: int, last: int, width: float, options: dict[str, Any] | None = None) -> None:
    """Set a width as it stands in the file: the library adds 5 pixels of padding of its own to what it is
    given.
    """
    sheet.set_column(first, last, width - 5 / 7, None, options or {})


def shown(field: str, codes: str | None, value: object) -> str:
    """What a cell of the roster shows of a value: codes with their number, dates as 1980-03-15."""
    if value is None or value == "":
        return ""
    if field in _WORDS:
        return _WORDS[field].get(value, "")
    if codes:
        known = code_list(codes)
        return known[str(value)].text if value in known else str(value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def write_official(
    members: Iterable[Mapping[str, object]],
    *,
    committee: str,
    day: datetime.date,
    out: BinaryIO,
    masked: bool = True,
) -> int:
    """Write the roster of `members` (field → value, fields as in layout.yaml) and give how many there are.

    `masked`: identity numbers and telephones are covered. Every text is written as text: no cell becomes a
    formula.
    """
    data = layout()
    body = {"font_name": "宋体", "font_size": 11}
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_format_properties": body})
    sheet = book.add_worksheet(data["sheet"])
    sheet.set_paper(9)
    sheet.set_margins(0.7, 0.7, 0.75, 0.75)
    sheet.fit_to_pages(1, 0)
    columns = data["columns"]
    _head(book, sheet, data, committee, day)
    formats = [_data_format(book, data, column) for column in columns]
    number = 0
    for number, member in enumerate(members, start=1):
        row = _FIRST_DATA_ROW + number - 1
        sheet.set_row(row, data["data_height"])
        _row(sheet, row, {**member, "row_number": str(number)}, columns, formats, masked)
    end = _FIRST_DATA_ROW + number
    last = len(columns) - 1
    note = book.add_format({"font_name": "宋体", "font_size": 11, "align": "left", "bottom": 3})
    sheet.merge_range(end, 0, end, last, "", note)
    sheet.write_string(end, 0, data["note"], note)
    sheet.set_row(end, data["note_height"])
    _validate(sheet, data, max(end + 1, data["last_validated_row"]))
    for described in data["code_sheets"]:
        write_code_sheet(book, described, data["code_height"])
    book.close()
    return number


def _head(book: Any, sheet: Any, data: Mapping[str, Any], committee: str, day: datetime.date) -> None:
    columns = data["columns"]
    last = len(columns) - 1
    for row, height in data["heights"].items():
        sheet.set_row(row - 1, height)
    for place, column in enumerate(columns):
        set_width(sheet, place, place, column["width"])
    set_width(sheet, last + 1, 16383, data["other_width"])
    song = {"font_name": "宋体", "font_size": 12, "valign": "vcenter"}
    title = book.add_format({**song, "font_size": 22, "bold": True, "align": "center", "num_format": "@"})
    sheet.merge_range(0, 0, 0, last, data["title"], title)
    sheet.write_string(1, 0, data["committee"], book.add_format(song))
    left = book.add_format({**song, "align": "left", "num_format": "@"})
    sheet.merge_range(1, 1, 1, 2, "", left)
    sheet.write_string(1, 1, committee, left)
    sheet.write_string(
        1, last - 2, data["dated"], book.add_format({**song, "align": "right", "num_format": "@"})
    )
    sheet.merge_range(1, last - 1, 1, last, f"{day.year} 年 {day.month} 月 {day.day} 日", left)
    black = {"font_name": "黑体", "font_size": 11, "valign": "vcenter", "border": 1}
    head = book.add_format({**black, "align": "center", "text_wrap": True, "num_format": "@"})
    under = book.add_format(black)
    start = 0
    while start <= last:
        over = columns[start].get("over")
        if over is None:
            sheet.merge_range(2, start, 3, start, columns[start]["title"], head)
            start += 1
            continue
        stop = start
        while stop <= last and columns[stop].get("over") == over:
            sheet.write_string(3, stop, columns[stop]["title"], under)
            stop += 1
        sheet.merge_range(2, start, 2, stop - 1, over, head)
        start = stop


def _data_format(book: Any, data: Mapping[str, Any], column: Mapping[str, Any]) -> Any:
    form = column.get("format", "General")
    return book.add_format(
        {
            "font_name": "宋体",
            "font_size": column.get("size", 11),
            "align": column.get("align", "left"),
            "valign": "vcenter",
            "border": 1,
            "text_wrap": bool(column.get("wrap")),
            "num_format": data["formats"].get(form, form),
        }
    )


def _row(
    sheet: Any,
    row: int,
    member: Mapping[str, object],
    columns: list[Mapping[str, Any]],
    formats: list[Any],
    masked: bool,
) -> None:
    for place, column in enumerate(columns):
        field = column["field"]
        text = shown(field, column.get("codes"), member.get(field))
        if masked and field in MASKS:
            text = MASKS[field](text)
        if not text:
            sheet.write_blank(row, place, None, formats[place])
        elif field == "mobile" and text.isascii() and text.isdigit():
            sheet.write_number(row, place, int(text), formats[place])
        else:
            sheet.write_string(row, place, text, formats[place])


def _validate(sheet: Any, data: Mapping[str, Any], last_row: int) -> None:
    by_rule: dict[str, list[int]] = {}
    for place, column in enumerate(data["columns"]):
        if "validation" in column:
            by_rule.setdefault(column["validation"], []).append(place)
    for name, places in by_rule.items():
        first, *_ = places
        others = [[0, place, 0, place] for place in places[1:]]
        others += [[_FIRST_DATA_ROW, place, _FIRST_DATA_ROW, place] for place in places]
        others += [[_FIRST_DATA_ROW + 1, place, last_row - 1, place] for place in places]
        rule = dict(data["validations"][name]) | {"other_cells": others, "ignore_blank": True}
        if sheet.data_validation(0, first, 0, first, rule):
            raise ValueError(f"layout.yaml: validation {name} was not taken")
