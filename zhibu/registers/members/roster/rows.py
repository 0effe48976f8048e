"""From sheets to entries: one for each row of data, its cells read, its own contradictions found."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Sequence

from zhibu.registers.members.roster import limits, values
from zhibu.registers.members.roster.checks import check_entry
from zhibu.registers.members.roster.entries import OWN, Columns, Entry, ReadSheet
from zhibu.registers.members.roster.headers import SEARCHED_ROWS, Header, find_header
from zhibu.registers.members.roster.sheets import Sheet
from zhibu.registers.members.roster.shifts import shifted

#: Longest text that a field takes; longer cells are refused with their column, not cut.
LONGEST = {
    "number": 40,
    "native_place": 60,
    "degree": 40,
    "school": 80,
    "subject": 80,
    "technical_post": 60,
    "branch": 120,
    "lost_how": 120,
    "floating_to": 120,
    "short": 60,
    "phone": 40,
}
_LONGEST_OTHER = 200
#: Columns that are known but not taken over: what they hold stops no row.
_NOT_USED = frozenset({"row_number", "age", "members", "remark"})
_NOTES = ("注", "说明", "备注", "填表", "制表", "合计", "总计", "小计", "共")
_TOTALS = frozenset({"合计", "总计", "小计", "共计"})

#: Values merged over several rows: row → column → (the row that holds it, the value once seen).
_Fill = dict[int, dict[int, tuple[int, list[object]]]]


def read_roster(sheets: Iterable[Sheet], today: datetime.date) -> tuple[list[ReadSheet], list[str]]:
    """The sheets that hold rosters, and the names of those that do not."""
    found, others = [], []
    for sheet in sheets:
        head = list(itertools.islice(sheet.rows, SEARCHED_ROWS + 2))
        header = find_header(head)
        if header is None:
            others.append(sheet.name)
        else:
            found.append(_read_sheet(sheet, header, head, today))
    return found, others


def _read_sheet(sheet: Sheet, header: Header, head: list[list[object]], today: datetime.date) -> ReadSheet:
    columns = Columns.of(header)
    fill = _merged_down(sheet, header.first_row)
    entries = []
    rows = itertools.chain(head[header.first_row :], sheet.rows)
    for number, row in enumerate(rows, start=header.first_row):
        if number in fill:
            _fill_in(row, number, fill)
        if _is_data(row, header, columns):
            entries.append(_entry(sheet, header, columns, row, number, today))
    read = ReadSheet(sheet.name, header, entries, head[: header.first_row])
    if header.unread:
        read.notes.append("没有读的列：" + "、".join(dict.fromkeys(header.unread)))
    if header.repeated:
        read.notes.append("同样的列出现两次，只读了前一列：" + "、".join(dict.fromkeys(header.repeated)))
    return read


def _merged_down(sheet: Sheet, first_row: int) -> _Fill:
    fill: _Fill = {}
    merged = 0
    for top, left, bottom, right in sheet.merged:
        if top >= first_row and bottom > top and left == right and bottom - top <= 10_000:
            merged += bottom - top + 1
            limits.check_shape(merged, 1, "合并的单元格")
            value: list[object] = []
            for row in range(top, bottom + 1):
                fill.setdefault(row, {})[left] = (top, value)
    return fill


def _fill_in(row: list[object], number: int, fill: _Fill) -> None:
    for column, (source, value) in fill[number].items():
        if column >= len(row):
            continue
        if source == number:
            value.append(row[column])
        elif value:
            row[column] = value[0]


def _is_data(row: Sequence[object], header: Header, columns: Columns) -> bool:
    """Not an empty row, a note, a total, a section's title, or the header once more."""
    filled = [place for place, cell in enumerate(row) if cell not in ("", None) and str(cell).strip()]
    if not filled:
        return False
    name = columns.places["name"]
    first = str(row[filled[0]]).strip()
    if filled[0] != name and first in _TOTALS:
        return False
    if name in filled:
        return str(row[name]).strip() != header.titles.get(name)
    if first.startswith(_NOTES):
        return False
    known = [
        place for place in filled if place in header.columns and header.columns[place].field != "row_number"
    ]
    return len(known) > 1


def _entry(
    sheet: Sheet, header: Header, columns: Columns, row: list[object], number: int, today: datetime.date
) -> Entry:
    entry = Entry(sheet.name, number + 1, row, columns)
    for place, column in header.columns.items():
        if column.field in OWN:
            continue
        cell = row[place] if place < len(row) else ""
        if sheet.formulas and (number, place) in sheet.formulas and column.field not in _NOT_USED:
            _formula(entry, column.field, cell)
        if cell == "" or cell is None:
            continue
        if values.is_error(cell):
            entry.fault("cell.error", f"单元格是错误值 {cell}", "请改成实际的内容", column.field)
            continue
        outcome = values.READERS[column.read](cell, today)
        if outcome.code:
            entry.fault(outcome.code, outcome.what, outcome.mend, column.field)
        if outcome.value is not None:
            _keep(entry, column.field, outcome.value)
        if outcome.other is not None:
            key, value = outcome.other
            entry.values.setdefault(f"{key}:{column.field}" if key == "either" else key, value)
    if header.posts:
        _matrix(entry, header, row, today)
    check_entry(entry, header.kind, today)
    if entry.stops() and (shift := shifted(row, header)):
        entry.faults = []
        entry.fault_at("row.shifted", *shift)
    return entry


def _keep(entry: Entry, name: str, value: object) -> None:
    longest = LONGEST.get(name, _LONGEST_OTHER)
    if isinstance(value, tuple):
        entry.posts = value
    elif isinstance(value, str) and len(value) > longest:
        entry.fault("text.long", f"文字有 {len(value)} 个字", f"请缩短到 {longest} 个字以内", name)
    else:
        entry.values[name] = value


def _formula(entry: Entry, name: str, cell: object) -> None:
    if cell == "" or cell is None:
        entry.fault(
            "cell.empty_formula", "公式没有保存结果，公式不会被计算", "请复制这一列，选择性粘贴为“数值”", name
        )
    else:
        mend = "请复制这一列，选择性粘贴为“数值”；确信结果不错的，可以照样导入"
        entry.fault("cell.formula", "单元格是公式，公式不会被计算", mend, name)


def _matrix(entry: Entry, header: Header, row: Sequence[object], today: datetime.date) -> None:
    """One column per post: those ticked are held."""
    found = list(entry.posts)
    for place, post in header.posts.items():
        outcome = values.read_yes_no(row[place] if place < len(row) else "", today)
        if outcome.value is True and post not in found:
            found.append(post)
        elif outcome.code:
            entry.fault_at(outcome.code, outcome.what, outcome.mend, place)
    entry.posts = tuple(found)
