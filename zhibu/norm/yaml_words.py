"""What is wrong with a file that is no YAML, in words, on the line of the mistake: not where the reader gave up."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import yaml


class Wrong(NamedTuple):
    """A line (0: the whole file), what is wrong there, and how to mend it."""

    line: int
    what: str
    mend: str


#: A key followed by a full-width colon; a key with no blank after its colon.
FULL_COLON = re.compile(r"^\s*(?:- )?[{\s]*[\w.\"'-]+：")
NO_BLANK = re.compile(r"^\s*(?:- )?[A-Za-z_\"'][\w.\"']*:(?=[^\s:/])")


def read_text(path: Path) -> str | Wrong:
    """The text of a file in UTF-8 (with or without a mark at its beginning); else what it is written in."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return Wrong(0, f"读不出文件：{error.strerror or error}", "核对文件的权限，或重新保存")
    save = "用记事本打开，选“文件—另存为”，编码选“UTF-8”再保存"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Wrong(0, "文件是 UTF-16（记事本里叫“Unicode”）编码，不是 UTF-8", save)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return Wrong(line, "文件不是文本，或者已经损坏", "换用没有损坏的一份")
    return Wrong(line, "文件是 GBK（记事本里叫“ANSI”）编码，不是 UTF-8，从这一行起汉字读不出", save)


def explain(text: str, error: yaml.YAMLError) -> Wrong:
    """The mistake behind an error of the YAML reader."""
    lines = text.splitlines()
    at = _line(getattr(error, "problem_mark", None), len(lines))
    begun = _line(getattr(error, "context_mark", None), len(lines))
    problem = str(getattr(error, "problem", None) or error)
    context = str(getattr(error, "context", None) or "")
    for look in (_tab, _open_quote, _full_colon, _no_blank, _open_bracket, _sign, _two_colons, _indent):
        found = look(lines, at, begun, f"{context}; {problem}")
        if found is not None:
            return found
    return Wrong(at, f"这一行不合 YAML 的写法（{problem}）", "检查缩进、冒号后的空格和成对的括号、引号")


def _line(mark: yaml.Mark | None, count: int) -> int:
    return min(int(mark.line) + 1, max(count, 1)) if mark is not None else 0


def _near(lines: list[str], at: int, test: Callable[[str], object]) -> int:
    """The line at which the reader gave up, or one of the three before it, if the test holds there; else 0."""
    for number in range(at, max(at - 4, 0), -1):
        if 0 < number <= len(lines) and test(lines[number - 1].split(" #")[0]):
            return number
    return 0


def _tab(lines: list[str], at: int, begun: int, problem: str) -> Wrong | None:
    number = _near(lines, at, lambda line: "\t" in line[: len(line) - len(line.lstrip())])
    if not number:
        return None
    return Wrong(number, "行首的缩进里有制表符（Tab）", "删去制表符，改用空格：每下一层缩进两个空格")


def _full_colon(lines: list[str], at: int, begun: int, problem: str) -> Wrong | None:
    number = _near(lines, at, FULL_COLON.match)
    if not number:
        return None
    key = lines[number - 1].split("：")[0].strip().lstrip("- {")
    return Wrong(number, f"“{key}”后面的冒号是全角的“：”", f"改成英文冒号加一个空格：“{key}: ”")


def _no_blank(lines: list[str], at: int, begun: int, problem: str) -> Wrong | None:
    if "could not find expected" not in problem and "mapping values" not in problem:
        return None
    number = _near(lines, at, NO_BLANK.match)
    if not number:
        return None
    key = lines[number - 1].split(":")[0].strip().lstrip("- ")
    return Wrong(number, f"“{key}:”的冒号后面没有空格", f"在冒号后加一个空格：“{key}: ”")


def _open_quote(lines: list[str], at: int, begun: int, problem: str) -> Wrong | None:
    if "quoted scalar" not in problem or not begun:
        return None
    if "escape" in problem:
        return Wrong(at, "双引号里有反斜杠“\\”", "改用单引号，或把“\\”写成“\\\\”")
    return Wrong(begun, "这一行的引号只有一半，后面没有配对的", "在值的末尾补上同样的英文引号")


def _open_bracket(lines: list[str], at: int, begun: int, problem: str) -> Wrong | None:
    if "flow sequence" not in problem and "flow mapping" not in problem or not begun:
        return None
    pair = "[ ]" if "sequence" in problem else "{ }"
    full = _near(lines, begun, lambda line: any(sign in line for sign in "，］】｝"))
    if full == begun:
        return Wrong(begun, f"{pair} 里用了全角的标点", "逗号、括号都改成英文的，逗号后加一个空格")
    return Wrong(
        begun,
        f"这一行的 {pair} 没有写全，或中间少了逗号",
        f"补上配对的“{pair[-1]}”；各项之间用英文逗号加空格隔开",
    )


def _sign(lines: list[str], at: int, begun: int, problem: str) -> Wrong | None:
    if "cannot start any token" not in problem and "alphabetic or numeric" not in problem:
        return None
    found = re.search(r":\s+([@`%*&!|>])", lines[at - 1]) if at else None
    sign = found[1] if found else ""
    said = f"值以“{sign}”开头，" if sign else "值的开头"
    return Wrong(at, f"{said}这个符号在 YAML 里另有用处", "把整个值用英文双引号括起来")


def _two_colons(lines: list[str], at: int, begun: int, problem: str) -> Wrong | None:
    if "mapping values are not allowed" not in problem or not at:
        return None
    if len(re.findall(r":(?:\s|$)", lines[at - 1])) > 1:
        return Wrong(at, "一行里有两个“: ”", "值里的冒号改成全角的“：”，或把整个值用英文双引号括起来")
    return Wrong(
        at, "这一行比上一行缩进得深，而上一行已经有值了", "与同一层的键对齐，或去掉上一行冒号后面的值"
    )


def _indent(lines: list[str], at: int, begun: int, problem: str) -> Wrong | None:
    if "expected" not in problem or not at:
        return None
    if "could not find expected" in problem:
        number = _near(lines, at - 1, lambda line: line.strip() and ":" not in line) or at
        return Wrong(number, "这一行不是“键: 值”", "写成“键: 值”，英文冒号后加一个空格；多写的行删去")
    depth = len(lines[at - 1]) - len(lines[at - 1].lstrip())
    above = next((line for line in reversed(lines[: at - 1]) if line.strip()), "")
    before = len(above) - len(above.lstrip())
    return Wrong(
        at,
        f"这一行缩进了 {depth} 格，与上下各行对不齐（上一行 {before} 格）",
        "同一层的键左边对齐，下一层比上一层多两个空格",
    )
