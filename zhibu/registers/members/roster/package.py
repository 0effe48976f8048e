"""The zip package of an `.xlsx`, unpacked with every bound checked, and packed anew with only what was
checked.

The workbook library then reads our copy: what it reads is what was looked at, whatever the original's
headers claimed.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from zhibu.registers.members.roster import limits
from zhibu.registers.members.roster.refusal import RosterRefused

_KEPT = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/(styles|sharedstrings)\.xml|xl/worksheets/[^/]+\.xml",
    re.IGNORECASE,
)
_STRINGS = "xl/sharedstrings.xml"
_MACROS = re.compile(r"(.*/)?vbaproject\.bin|xl/macrosheets/.*", re.IGNORECASE)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CHUNK = 1 << 20
#: What the library raises for a damaged archive.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
)
_REFERENCE = re.compile(r"([A-Z]{1,4})([1-9][0-9]{0,9})")

Cell = tuple[int, int]  # row and column, from nought


@dataclass
class Package:
    """A checked workbook: bytes for the library, and per sheet's name the cells that hold formulas."""

    data: bytes
    formulas: dict[str, frozenset[Cell]] = field(default_factory=dict)


def _broken(why: str) -> RosterRefused:
    return RosterRefused(
        "file.broken", "这个工作簿打不开：", f"{why}。", "请用 Excel 或 WPS 打开，另存为新的 .xlsx 再上传。"
    )


class _Walk:
    """One pass of expat over a part: no document type; of sheets also depth, bounds and formulas."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.sheet = bool(_SHEET.fullmatch(part))
        self.depth = self.row = self.column = self.rows = self.columns = self.cells = 0
        self.formulas: set[Cell] = set()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.strings: list[int] = []  # the length of each
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.doctype
        if self.sheet:
            self.parser.StartElementHandler = self.start_in_sheet
            self.parser.EndElementHandler = self.end
        elif part.lower() == _STRINGS:
            self.parser.StartElementHandler = self.start_in_strings
            self.parser.CharacterDataHandler = self.characters
        elif part.lower().endswith((".rels", "workbook.xml")):
            self.parser.StartElementHandler = self.start
        self.parser.buffer_text = True

    def doctype(self, *_: object) -> None:
        raise RosterRefused(
            "file.entities",
            "这个工作簿带有文档类型声明（DOCTYPE），",
            "正常的表格里没有它，它常被用来攻击；",
            "请用 Excel 或 WPS 新建表格，把内容粘贴过去再上传。",
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local in ("sheet", "Relationship"):
            self.found.append((local, attributes))
        if len(self.found) > limits.PARTS:
            raise _broken("内部文件过多")

    def start_in_strings(self, name: str, _: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            self.strings.append(0)
            if len(self.strings) > limits.STRINGS:
                limits.check_strings(len(self.strings))

    def characters(self, text: str) -> None:
        if self.strings:
            self.strings[-1] += len(text)

    def start_in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > limits.DEPTH:
            raise _broken("内部结构嵌套过深")
        local = name if ":" not in name else name.rpartition(":")[2]
        if local == "c":
            self.cell(attributes.get("r"))
        elif local == "row":
            self.row = self.position(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
            if self.row > limits.ROWS:
                limits.check_shape(self.row, max(self.columns, 1), "工作表")
        elif local == "f":
            self.formulas.add((self.row - 1, self.column - 1))

    def end(self, _: str) -> None:
        self.depth -= 1

    def position(self, written: str) -> int:
        if not (written.isascii() and written.isdigit() and len(written) < 12) or int(written) < 1:
            raise _broken("行号写法不对")
        return int(written)

    def cell(self, reference: str | None) -> None:
        self.cells += 1
        if reference is None:
            self.column += 1
            self.row = self.row or 1
        else:
            found = _REFERENCE.fullmatch(reference)
            if found is None:
                raise _broken("单元格地址写法不对")
            self.column, self.row = _column(found[1]), int(found[2])
        grown = False
        if self.column > self.columns:
            self.columns, grown = self.column, True
        if self.row > self.rows:
            self.rows, grown = self.row, True
        if grown:
            limits.check_shape(self.rows, self.columns, "工作表")


@lru_cache(maxsize=1000)
def _column(letters: str) -> int:
    """A → 1, AA → 27."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> bytes:
    """The part's bytes, read by our own count: the sizes in a zip's headers are claims."""
    if part.flag_bits & 0x1:
        raise RosterRefused("file.encrypted", "这个文件加了密码，", "无法读取；", "请去掉密码后再上传。")
    chunks, size = [], 0
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > room:
                    raise RosterRefused(
                        "file.unpacked",
                        f"这个文件解压后超过 {limits.UNPACKED_BYTES // 1024 // 1024} MB，",
                        "不是一份正常的名册；",
                        "请只保留名册的行和列后再上传。",
                    )
                chunks.append(chunk)
    except RosterRefused:
        raise
    except _UNREADABLE as error:
        raise _broken("压缩内容已损坏") from error
    return b"".join(chunks)


def _walk(part: str, data: bytes) -> _Walk:
    walk = _Walk(part)
    try:
        for start in range(0, len(data), _CHUNK):
            walk.parser.Parse(data[start : start + _CHUNK], False)
        walk.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _broken(f"内部文件 {part} 不是完整的 XML") from error
    return walk


def _names(walks: dict[str, _Walk]) -> dict[str, str]:
    """Sheet part → sheet name, by the workbook's own list."""
    targets: dict[str, str] = {}
    for name, attributes in (
        walks["xl/_rels/workbook.xml.rels"].found if "xl/_rels/workbook.xml.rels" in walks else ()
    ):
        if name == "Relationship":
            target = attributes.get("Target", "").lstrip("/")
            joined = target if target.startswith("xl/") else posixpath.normpath(posixpath.join("xl", target))
            targets[attributes.get("Id", "")] = joined.lower()
    names: dict[str, str] = {}
    for name, attributes in walks["xl/workbook.xml"].found:
        if name == "sheet":
            identifier = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            names[targets.get(identifier, "")] = attributes.get("name", "")
    if len(names) > limits.SHEETS:
        raise _broken("工作表过多")
    return names


def open_package(data: bytes) -> Package:
    """Check an `.xlsx` and give a copy that holds only what a roster needs. RosterRefused says what is
    wrong with it.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except _UNREADABLE as error:
        raise _broken("压缩包已损坏") from error
    names = [part.filename.lower() for part in parts]
    if len(parts) > limits.PARTS or len(set(names)) != len(names):
        raise _broken("内部文件过多或重名")
    if "xl/workbook.xml" not in names:
        raise _not_a_workbook(names)
    if any(_MACROS.fullmatch(name) for name in names):
        raise macros()
    room, walks, copy = limits.UNPACKED_BYTES, {}, io.BytesIO()
    sheets: list[str] = []
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as packed:
        for part in parts:
            if not _KEPT.fullmatch(part.filename):
                continue
            unpacked = _unpack(archive, part, room)
            room -= len(unpacked)
            walks[part.filename.lower()] = _walk(part.filename, unpacked)
            packed.writestr(part.filename, unpacked)
            if _SHEET.fullmatch(part.filename):
                sheets.append(part.filename.lower())
    strings = walks[_STRINGS].strings if _STRINGS in walks else []
    longest = max(strings, default=0)
    shared = 0
    for name in sheets:
        # Only where it could be too much is it counted cell by cell.
        if walks[name].cells * longest > limits.SHARED_CHARACTERS:
            with zipfile.ZipFile(copy) as packed:
                shared += _shared(packed, name, strings)
            limits.check_strings(0, shared)
    formulas: dict[str, frozenset[Cell]] = {}
    sheet_names = _names(walks)
    for part_name, walk in walks.items():
        if walk.formulas:
            formulas[sheet_names.get(part_name, "")] = frozenset(walk.formulas)
    return Package(copy.getvalue(), formulas)


def _shared(packed: zipfile.ZipFile, sheet: str, strings: Sequence[int]) -> int:
    """How many characters the cells of a sheet hold, each with the string that it shares."""
    total, sharing = 0, False
    parser = expat.ParserCreate()
    parser.buffer_text = True
    text: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal sharing
        local = name.rpartition(":")[2]
        if local == "c":
            sharing = attributes.get("t") == "s"
        text.clear()

    def end(name: str) -> None:
        nonlocal total
        if sharing and name.rpartition(":")[2] == "v" and "".join(text).strip().isdecimal():
            place = int("".join(text))
            total += strings[place] if place < len(strings) else 0

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text.append
    name = next(part for part in packed.namelist() if part.lower() == sheet)
    parser.Parse(packed.read(name), True)
    return total


def macros() -> RosterRefused:
    """Why a file with macros is not taken."""
    return RosterRefused(
        "file.macro",
        "这个工作簿带有宏，",
        "宏是程序，名册里用不着它，常被用来攻击；",
        "请在 Excel 或 WPS 里另存为不含宏的 .xlsx 再上传。",
    )


def _not_a_workbook(names: list[str]) -> RosterRefused:
    kinds = {"word/document.xml": "Word 文档", "ppt/presentation.xml": "演示文稿", "content.xml": "ODF 文档"}
    kind = next((title for name, title in kinds.items() if name in names), "压缩包")
    if "xl/workbook.bin" in names:
        kind = "二进制工作簿（.xlsb）"
    return RosterRefused(
        "file.kind",
        f"这个文件其实是{kind}，",
        "名册只读 .xlsx、.xls 和 .csv；",
        "请在 Excel 或 WPS 里另存为 .xlsx 再上传。",
    )
