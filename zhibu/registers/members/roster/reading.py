"""Reading a roster file by its content: `.xlsx`, `.xls` or `.csv`, into sheets of plain cells.

Formulas are never evaluated: a formula cell gives the value saved in the file and is marked, so that a row
check can warn.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from zhibu.registers.members.roster import limits
from zhibu.registers.members.roster.apart import read_apart
from zhibu.registers.members.roster.compound import MAGIC, check_binary
from zhibu.registers.members.roster.package import open_package
from zhibu.registers.members.roster.refusal import RosterRefused
from zhibu.registers.members.roster.sheets import RESAVE, Sheet, read_workbook

_ONLY = "名册只读 .xlsx、.xls 和 .csv；"
#: First bytes of what people upload by mistake.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"{\\rtf", "RTF 文档"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"SQLite format 3", "数据库文件"),
    (b"MZ", "程序文件"),
    (b"\x7fELF", "程序文件"),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<div", b"<head")


def read_sheets(data: bytes, file_name: str) -> list[Sheet]:
    """The sheets of a file. RosterRefused for what is no roster, broken, encrypted, or too large."""
    if not data:
        raise RosterRefused("file.empty", "这个文件是空的，", "一个字节也没有；", "请选名册文件再上传。")
    if len(data) > limits.FILE_BYTES:
        size = limits.FILE_BYTES // 1024 // 1024
        raise RosterRefused(
            "file.size", f"这个文件超过 {size} MB，", "不是一份正常的名册；", "请去掉图片和多余的表后再上传。"
        )
    if data.startswith(b"PK\x03\x04"):
        package = open_package(data)
        sheets = read_workbook(package.data)
        lost = package.formulas.get("", frozenset())
        for sheet in sheets:
            sheet.formulas = package.formulas.get(sheet.name, frozenset()) | lost
        return sheets
    if data.startswith(MAGIC):
        binary = check_binary(data)
        sheets = read_apart(data)
        if len(binary.formulas) == len(sheets):
            for sheet, formulas in zip(sheets, binary.formulas, strict=True):
                sheet.formulas = formulas
        return sheets
    return [_text(data, file_name)]


def _text(data: bytes, file_name: str) -> Sheet:
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, title in _OTHERS:
        if data.startswith(magic):
            raise RosterRefused("file.kind", f"这个文件其实是{title}，", _ONLY, RESAVE)
    if start.startswith(_MARKUP):
        raise RosterRefused("file.kind", "这个文件其实是网页，只是名字像表格，", _ONLY, RESAVE)
    if not file_name.lower().endswith((".csv", ".txt", ".tsv")):
        raise RosterRefused("file.kind", "这个文件的内容不是工作簿，", _ONLY, RESAVE)
    return Sheet("", _separated(_decoded(data)))


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RosterRefused("file.encoding", "这个文本文件读不出汉字，", "编码不是 UTF-8 或 GB18030；", RESAVE)


def _separated(text: str) -> Iterator[list[object]]:
    first = text[:4000]
    separator = max(",\t;|，", key=first.count)
    columns = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
            columns = max(columns, len(row))
            limits.check_shape(number + 1, columns, "文件")
            yield list(row)
    except csv.Error as error:
        raise RosterRefused(
            "file.broken", "这个 .csv 读不下去：", "某个格子过长或引号不成对。", RESAVE
        ) from error
