"""The code lists' own sheets in the official roster: column A feeds the drop-downs, B to D lay the groups
out.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from zhibu.registers.members.roster.codes.lists import Code, code_list


def write_code_sheet(book: Any, described: Mapping[str, Any], height: float) -> None:
    """Add one code list's sheet as layout.yaml describes it."""
    from zhibu.registers.members.roster.official import set_width

    sheet = book.add_worksheet(described["sheet"])
    items = code_list(described["codes"]).items
    plain = book.add_format({"font_name": "宋体", "font_size": 12})
    for place, width in enumerate(described["widths"]):
        set_width(
            sheet, place, place, width, {"hidden": True} if described["hidden"] and place == 0 else None
        )
    for row, item in enumerate(items):
        sheet.set_row(row, height)
        sheet.write_string(row, 0, item.text, plain)
    if described["tree"]:
        _tree(book, sheet, described, items)


def _tree(book: Any, sheet: Any, described: Mapping[str, Any], items: tuple[Code, ...]) -> None:
    song = {"font_name": "宋体", "font_size": 12, "valign": "vcenter", "border": 1, "text_wrap": True}
    group_format = book.add_format({**song, "align": described["group_align"]})
    item_format = book.add_format({**song, "align": "left"})
    last = len(described["widths"]) - 1
    row = 0
    for group, in_group in groupby(items, key=lambda item: item.path[0]):
        members = list(in_group)
        if len(members) == 1 and members[0].text == group:  # a group that is its own only item
            _cell(sheet, row, 1, row, last, group, group_format)
            row += 1
            continue
        _cell(sheet, row, 1, row + len(members) - 1, 1, group, group_format)
        for path, in_path in groupby(members, key=lambda item: item.path):
            below = list(in_path)
            if len(path) > 1:
                _cell(sheet, row, 2, row + len(below) - 1, 2, path[1], group_format)
            for item in below:
                first = 3 if len(path) > 1 else 2
                _cell(sheet, row, first, row, last, described["indent"] + item.text, item_format)
                row += 1


def _cell(sheet: Any, top: int, left: int, bottom: int, right: int, text: str, form: Any) -> None:
    """Write a cell, or merge the rectangle where it is more than one."""
    if (top, left) == (bottom, right):
        sheet.write_string(top, left, text, form)
    else:
        sheet.merge_range(top, left, bottom, right, "", form)
        sheet.write_string(top, left, text, form)
