"""How much a roster file may hold. A province's 100 000 members fit four times over; what is more is an
attack or a mistake.
"""

from __future__ import annotations

from zhibu.registers.members.roster.refusal import RosterRefused

FILE_BYTES = 48 * 1024 * 1024
UNPACKED_BYTES = 320 * 1024 * 1024
PARTS = 2_000  # files inside an .xlsx
SHEETS = 200
ROWS = 250_000
COLUMNS = 300
CELLS = 6_000_000  # rows × columns of a sheet's rectangle: readers lay it out in full
STRINGS = 4_000_000  # in the table of strings that cells share
SHARED_CHARACTERS = 300_000_000  # of all cells, each with the string that it shares: readers copy it out
DEPTH = 64  # of nested XML elements
TEXT = 4_000  # characters of one cell that are looked at


def check_strings(strings: int, characters: int = 0) -> None:
    """Refuse a table of shared strings that is, or copied into its cells would be, too large."""
    if strings > STRINGS or characters > SHARED_CHARACTERS:
        raise RosterRefused(
            "file.strings",
            "这个工作簿里的文字过多，",
            f"展开后超过 {SHARED_CHARACTERS // 10**8} 亿字，不是一份正常的名册；",
            "请只保留名册的行和列，删去超长的文字后再导入。",
        )


def check_shape(rows: int, columns: int, where: str) -> None:
    """Refuse a sheet whose rectangle is too large to be laid out, before anything lays it out."""
    if columns > COLUMNS:
        raise RosterRefused(
            "file.columns",
            f"{where}有 {columns} 列以上，",
            f"名册最多读 {COLUMNS} 列；",
            "请删去名册以外的列（包括看不见的空列）后再导入。",
        )
    if rows > ROWS or rows * columns > CELLS:
        raise RosterRefused(
            "file.rows",
            f"{where}的内容一直铺到第 {rows} 行，",
            f"一次最多读 {ROWS} 行、{CELLS} 个单元格；",
            "请删去名册以外的行（包括看不见的空行），或分成几个文件。",
        )
