"""The old `.xls`: the compound file that holds it, and one walk over its records before a library reads it.

The walk finds what the library cannot tell us or would stumble on: encryption, formula cells, and cells
laid far out.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from zhibu.registers.members.roster import limits
from zhibu.registers.members.roster.package import macros
from zhibu.registers.members.roster.refusal import RosterRefused

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA
_FORMULA, _FILEPASS, _BOUNDSHEET, _BOF, _EOF = 0x0006, 0x002F, 0x0085, 0x0809, 0x000A
_CELLS = frozenset({_FORMULA, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00BE, 0x00D6, 0x00FD})
_MULTIPLE = frozenset({0x00BD, 0x00BE})  # these end with the column of their last cell


@dataclass
class Binary:
    """What the walk found: formula cells by the order of the sheets."""

    formulas: list[frozenset[tuple[int, int]]] = field(default_factory=list)


def _broken(why: str) -> RosterRefused:
    return RosterRefused(
        "file.broken", "这个 .xls 打不开：", f"{why}。", "请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。"
    )


class _Compound:
    """The streams of a compound file (MS-CFB), read with every chain bounded."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512:
            raise _broken("文件不完整")
        self.data = data
        shift = struct.unpack_from("<H", data, 0x1E)[0]
        mini_shift = struct.unpack_from("<H", data, 0x20)[0]
        if shift not in (9, 12) or mini_shift != 6:
            raise _broken("文件头不对")
        self.size = 1 << shift
        directory, cutoff, mini_first, _, difat, _ = struct.unpack_from("<I4xIIIII", data, 0x30)
        self.cutoff = cutoff
        table = list(struct.unpack_from("<109I", data, 0x4C))
        seen = 0
        while difat < _LAST_SECTOR and seen <= len(data) // self.size:
            entries = struct.unpack(f"<{self.size // 4}I", self.sector(difat))
            table.extend(entries[:-1])
            difat, seen = entries[-1], seen + 1
        self.fat: list[int] = []
        for sector in table:
            if sector < _LAST_SECTOR:
                self.fat.extend(struct.unpack(f"<{self.size // 4}I", self.sector(sector)))
        self.entries = self._directory(self.chain(directory))
        self.mini_fat: list[int] = []
        if mini_first < _LAST_SECTOR:
            raw = self.chain(mini_first)
            self.mini_fat = list(struct.unpack(f"<{len(raw) // 4}I", raw))

    def sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        found = self.data[start : start + self.size]
        if not found:
            raise _broken("内部指向文件之外")
        return found.ljust(self.size, b"\0")

    def chain(self, first: int) -> bytes:
        parts: list[bytes] = []
        number = first
        while number < _LAST_SECTOR:
            if number >= len(self.fat) or len(parts) > len(self.data) // self.size + 1:
                raise _broken("内部指向成环或越界")
            parts.append(self.sector(number))
            number = self.fat[number]
        return b"".join(parts)

    def _directory(self, raw: bytes) -> dict[str, tuple[int, int]]:
        entries: dict[str, tuple[int, int]] = {}
        for start in range(0, len(raw) - 127, 128):
            length = struct.unpack_from("<H", raw, start + 64)[0]
            if 2 <= length <= 64:
                name = raw[start : start + length - 2].decode("utf-16-le", "replace")
                first, size = struct.unpack_from("<II", raw, start + 116)
                entries.setdefault(name, (first, size))
        return entries

    def stream(self, name: str) -> bytes:
        first, size = self.entries[name]
        if size >= self.cutoff:
            return self.chain(first)[:size]
        small = self.chain(self.entries.get("Root Entry", (_LAST_SECTOR, 0))[0])
        parts: list[bytes] = []
        number = first
        while number < _LAST_SECTOR:
            if number >= len(self.mini_fat) or len(parts) > 64:
                raise _broken("内部指向成环或越界")
            parts.append(small[number * 64 : number * 64 + 64])
            number = self.mini_fat[number]
        return b"".join(parts)[:size]


def _encrypted() -> RosterRefused:
    return RosterRefused(
        "file.encrypted", "这个文件加了密码，", "无法读取；", "请在 Excel 或 WPS 里去掉密码后再上传。"
    )


def check_binary(data: bytes) -> Binary:
    """Walk an `.xls`. RosterRefused where it is encrypted, broken, no workbook, or laid too far out."""
    try:
        compound = _Compound(data)
        if "EncryptedPackage" in compound.entries or "EncryptionInfo" in compound.entries:
            raise _encrypted()
        if "_VBA_PROJECT_CUR" in compound.entries or "_VBA_PROJECT" in compound.entries:
            raise macros()
        name = next((name for name in ("Workbook", "Book") if name in compound.entries), None)
        if name is None:
            raise RosterRefused(
                "file.kind",
                "这个文件不是工作簿（可能是旧的 Word 文档），",
                "名册只读 .xlsx、.xls 和 .csv；",
                "请在 Excel 或 WPS 里另存为 .xlsx 再上传。",
            )
        return _records(compound.stream(name))
    except (struct.error, IndexError, OverflowError) as error:
        raise _broken("文件不完整") from error


def _records(stream: bytes) -> Binary:
    found = Binary()
    starts: list[int] = []
    place, end, unpack = 0, len(stream) - 4, struct.Struct("<HH").unpack_from
    at: dict[int, set[tuple[int, int]]] = {}
    formulas: set[tuple[int, int]] = set()
    rows = columns = 0
    while place <= end:
        kind, length = unpack(stream, place)
        if kind in _CELLS and length >= 4:
            row, column = unpack(stream, place + 4)
            if kind in _MULTIPLE and length >= 6:
                column = max(column, struct.unpack_from("<H", stream, place + 4 + length - 2)[0])
            if row >= rows or column >= columns:
                rows, columns = max(rows, row + 1), max(columns, column + 1)
                limits.check_shape(rows, columns, "工作表")
            if kind == _FORMULA:
                formulas.add((row, column))
        elif kind == _BOF:
            formulas, rows, columns = set(), 0, 0
            at[place] = formulas
        elif kind == _BOUNDSHEET and length >= 4:
            starts.append(struct.unpack_from("<I", stream, place + 4)[0])
        elif kind == _FILEPASS:
            raise _encrypted()
        place += 4 + length
    if len(starts) > limits.SHEETS:
        raise _broken("工作表过多")
    found.formulas = [frozenset(at.get(start, ())) for start in starts]
    return found
