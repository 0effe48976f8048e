"""The sheets of a workbook that was checked: plain cells, as the library gives them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from zhibu.registers.members.roster import limits
from zhibu.registers.members.roster.refusal import RosterRefused

RESAVE = "请在 Excel 或 WPS 里打开，另存为 .xlsx 再上传。"


@dataclass
class Sheet:
    """A sheet as it stands: `rows` from its first row, every row from column A; cells are str, number, date
    or ''.

    `merged`: (first row, first column, last row, last column), all from nought.
    """

    name: str
    rows: Iterator[list[object]]
    formulas: frozenset[tuple[int, int]] = frozenset()
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_workbook(data: bytes) -> list[Sheet]:
    """The sheets of an `.xlsx` or `.xls`. RosterRefused where the library cannot read it."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = []
        for name in workbook.sheet_names:
            try:
                sheet = workbook.get_sheet_by_name(name)
            except WorksheetNotFound:  # a chart's sheet
                continue
            limits.check_shape(sheet.total_height, sheet.total_width, f"工作表“{name}”")
            merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
            rows: Iterator[list[object]] = iter(sheet.to_python(skip_empty_area=False))  # type: ignore[arg-type]
            sheets.append(Sheet(name, rows, merged=merged))
    except PasswordError as error:
        raise RosterRefused(
            "file.encrypted", "这个文件加了密码，", "无法读取；", "请去掉密码后再上传。"
        ) from error
    except (CalamineError, ValueError, OSError) as error:
        raise unreadable() from error
    except BaseException as error:
        # The library is written in Rust: where it panics the exception is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable() from error
    return sheets


def unreadable() -> RosterRefused:
    """Why a workbook that is damaged within is not taken."""
    return RosterRefused("file.broken", "这个工作簿打不开：", "内部结构不完整。", RESAVE)
