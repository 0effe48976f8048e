"""Files that are no honest roster, built here: what an attacker or a mistake may upload. No file is kept."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable

import xlwt

HEAD = ("姓名", "所在党支部", "人员类别", "毕业院校")
ROW = ("赵一", "机电工程系党支部", "正式党员", "示例大学")

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    ' Target="{target}"/>{more}</Relationships>'
)
_SHARED = (
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'sharedStrings" Target="sharedStrings.xml"/>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{_MAIN}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="名册" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def cells(number: int, texts: tuple[str, ...]) -> str:
    """A row of texts that stand in the sheet itself."""
    inner = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in enumerate(texts)
    )
    return f'<row r="{number}">{inner}</row>'


def sheet(*rows: str) -> str:
    """A sheet of these rows."""
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
    )


def package(parts: dict[str, str | bytes] | None = None, **more: str | bytes) -> bytes:
    """A workbook with an honest row, some of its parts put in place of the honest ones."""
    honest: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml", more=""),
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(
            kind="worksheet", target="worksheets/sheet1.xml", more=_SHARED
        ),
        "xl/worksheets/sheet1.xml": sheet(cells(1, HEAD), cells(2, ROW)),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (honest | (parts or {})).items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """350 MB of blanks in 350 KB."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package())) as honest,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for name in honest.namelist():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, honest.read(name))
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for _ in range(350):
                part.write(b" " * 2**20)
            part.write(b"</sheetData></worksheet>")
    return out.getvalue()


def lying_bomb() -> bytes:
    """The same, its headers claiming that each part is ten bytes."""
    data = bytearray(bomb())
    for magic, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(magic)
        while at >= 0:
            struct.pack_into("<I", data, at + place, 10)
            at = data.find(magic, at + 4)
    return bytes(data)


def entities(encoding: str = "utf-8") -> bytes:
    """A billion laughs in the shared strings."""
    lines = [f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE sst [<!ENTITY a0 "哈哈">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    lines.append(f']><sst xmlns="{_MAIN}"><si><t>&a9;</t></si></sst>')
    return package({"xl/sharedStrings.xml": "".join(lines).encode(encoding)})


def outside_entity() -> bytes:
    """An entity that would read a file of the server."""
    declared = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    text = declared + _BOOK.partition("?>")[2]
    return package({"xl/workbook.xml": text})


def wide(columns: str) -> bytes:
    """A cell far to the right."""
    far = f'<row r="3"><c r="{columns}3" t="inlineStr"><is><t>x</t></is></c></row>'
    return package({"xl/worksheets/sheet1.xml": sheet(cells(1, HEAD), cells(2, ROW), far)})


def ten_thousand_columns() -> bytes:
    """Ten thousand cells in a row, without addresses."""
    row = "<row>" + '<c t="inlineStr"><is><t>x</t></is></c>' * 10_000 + "</row>"
    return package({"xl/worksheets/sheet1.xml": sheet(cells(1, HEAD), row)})


def far_below() -> bytes:
    """A cell in the last row that Excel has."""
    return package({"xl/worksheets/sheet1.xml": sheet(cells(1, HEAD), cells(1_048_576, ROW))})


def shared(strings: str, body: str) -> bytes:
    """A workbook whose cells share strings."""
    table = f'<sst xmlns="{_MAIN}">{strings}</sst>'
    return package({"xl/sharedStrings.xml": table, "xl/worksheets/sheet1.xml": sheet(cells(1, HEAD), body)})


def many_strings() -> bytes:
    """More shared strings than any roster has."""
    return shared("<si/>" * 4_100_000, cells(2, ROW))


def one_string_everywhere() -> bytes:
    """A string of a million characters, in a thousand cells: a gigabyte once it is copied out."""
    row = '<row r="2">' + "".join(f'<c r="{chr(65 + n)}2" t="s"><v>0</v></c>' for n in range(10)) + "</row>"
    rows = "".join(row.replace('2"', f'{number}"') for number in range(2, 102))
    return shared(f"<si><t>{'字' * 1_000_000}</t></si>", rows)


def many_merged() -> bytes:
    """Merged cells that overlap a thousandfold."""
    merged = "".join(f'<mergeCell ref="A2:A{9_000 + n}"/>' for n in range(400))
    text = sheet(cells(1, HEAD), cells(2, ROW)).replace(
        "</sheetData>", f"</sheetData><mergeCells>{merged}</mergeCells>"
    )
    return package({"xl/worksheets/sheet1.xml": text})


def deep() -> bytes:
    """Elements within elements."""
    return package({"xl/worksheets/sheet1.xml": sheet("<a>" * 5_000 + "</a>" * 5_000)})


def nested() -> bytes:
    """An archive in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("名册.xlsx", package())
    return out.getvalue()


def protected() -> bytes:
    """An archive whose parts say that they are encrypted."""
    data = bytearray(package())
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(magic, at + 4)
    return bytes(data)


def binary(rows: int = 3) -> bytes:
    """An honest `.xls`."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("名册")
    for number in range(rows):
        for place, text in enumerate(HEAD if number == 0 else ROW):
            page.write(number, place, text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def renamed(stream: str) -> bytes:
    """A compound file whose one stream has another name, as encrypted workbooks and Word documents have."""
    old, new = "Workbook".encode("utf-16-le"), stream.encode("utf-16-le")
    data = bytearray(binary())
    at = data.rindex(old)
    data[at : at + 64] = new.ljust(64, b"\0")
    struct.pack_into("<H", data, at + 64, len(new) + 2)
    return bytes(data)


def binary_with_a_password() -> bytes:
    """An `.xls` that begins as those with a password do."""
    data = bytearray(binary())
    at = data.find(struct.pack("<HH", 0x0042, 2))  # the code page, among the first records
    struct.pack_into("<H", data, at, 0x002F)
    return bytes(data)


def binary_that_repeats() -> bytes:
    """One long string of an `.xls` in a hundred thousand cells."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("名册")
    for place, text in enumerate(HEAD):
        page.write(0, place, text)
    long = "字" * 32_000
    for number in range(1, 1_200):
        for place in range(10):
            page.write(number, place, long)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ring() -> bytes:
    """A compound file whose chain of sectors bites its tail."""
    data = bytearray(binary())
    sector = struct.unpack_from("<I", data, 0x4C)[0]
    for place in range(128):
        struct.pack_into("<I", data, (sector + 1) * 512 + place * 4, 0)
    return bytes(data)


def damaged(data: bytes, seed: int) -> bytes:
    """The file with some bytes changed, or its end cut off."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(chance.randint(1, 40)):
        changed[chance.randrange(8, len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randrange(600, len(changed))] if chance.random() < 0.3 else changed)


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
WRONG_HEADS = "日期,事项,金额\n2026-01-01,购书,100\n".encode()

#: Name → the file's name, how it is built, the code with which it is refused.
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zip bomb": ("名册.xlsx", bomb, "file.unpacked"),
    "zip bomb that lies about its size": ("名册.xlsx", lying_bomb, "file.broken"),
    "entities": ("名册.xlsx", entities, "file.entities"),
    "entities in another encoding": ("名册.xlsx", lambda: entities("utf-16"), "file.entities"),
    "an entity from outside": ("名册.xlsx", outside_entity, "file.entities"),
    "10 000 columns": ("名册.xlsx", ten_thousand_columns, "file.columns"),
    "the last column": ("名册.xlsx", lambda: wide("XFD"), "file.columns"),
    "no such column": ("名册.xlsx", lambda: wide("ZZZZZZ"), "file.broken"),
    "the last row": ("名册.xlsx", far_below, "file.rows"),
    "10 000 columns of text": ("名册.csv", lambda: ",".join(["姓名"] * 10_000).encode(), "file.columns"),
    "PDF": ("名册.xlsx", lambda: PDF, "file.kind"),
    "web page": ("名册.xls", lambda: b"<html><table><tr><td>x", "file.kind"),
    "encrypted": ("名册.xlsx", lambda: renamed("EncryptedPackage"), "file.encrypted"),
    "encrypted parts": ("名册.xlsx", protected, "file.encrypted"),
    "xls with a password": ("名册.xls", binary_with_a_password, "file.encrypted"),
    "Word document": ("名册.xls", lambda: renamed("WordDocument"), "file.kind"),
    "xls with macros": ("名册.xls", lambda: renamed("_VBA_PROJECT_CUR"), "file.macro"),
    "corrupt xls": ("名册.xls", lambda: binary()[:700], "file.broken"),
    "xls in a ring": ("名册.xls", ring, "file.broken"),
    "xls that repeats": ("名册.xls", binary_that_repeats, "file.broken"),
    "truncated zip": ("名册.xlsx", lambda: package()[:-200], "file.broken"),
    "half a part": ("名册.xlsx", lambda: package({"xl/workbook.xml": _BOOK[:-20]}), "file.broken"),
    "nested zip": ("名册.xlsx", nested, "file.kind"),
    "macros": ("名册.xlsm", lambda: package({"xl/vbaProject.bin": b"\0" * 64}), "file.macro"),
    "macro sheet": ("名册.xlsx", lambda: package({"xl/macrosheets/sheet1.xml": sheet()}), "file.macro"),
    "too many strings": ("名册.xlsx", many_strings, "file.strings"),
    "one string everywhere": ("名册.xlsx", one_string_everywhere, "file.strings"),
    "merged a thousandfold": ("名册.xlsx", many_merged, "file.rows"),
    "deep": ("名册.xlsx", deep, "file.broken"),
    "wrong heads": ("名册.csv", lambda: WRONG_HEADS, "file.no_header"),
    "empty sheet": ("名册.xlsx", lambda: package({"xl/worksheets/sheet1.xml": sheet()}), "file.no_header"),
    "nothing": ("名册.csv", lambda: b"", "file.empty"),
    "no text": ("名册.csv", lambda: b"\x00\xff\x81\x20" * 50, "file.encoding"),
}
