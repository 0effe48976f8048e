"""A YAML file read strictly: every value with its file and line, nothing guessed.

YAML's own guesses (no → False, 010 → 8, 12:30 → 750, a date from any digits) are not taken: each reader says
what it wants, and whatever else stands there is a fault.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from zhibu.norm import yaml_words
from zhibu.norm.faults import Faults
from zhibu.norm.nearest import choose, meant, nearest

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"-?(0|[1-9]\d*)")
TEXT = "tag:yaml.org,2002:str"
#: No organization of the Party is older.
EARLIEST = date(1921, 7, 1)
#: Of amounts and parameters: the sum of nine million such still is a whole number of 64 bits, as engines count.
LARGEST = 10**12


def read_day(text: str) -> date | None:
    """The day written YYYY-MM-DD; None when it is written otherwise or is no day."""
    if not DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Entry:
    """A value in a YAML file with its place. `name` says where it belongs, for messages."""

    node: yaml.Node
    file: str
    name: str
    faults: Faults
    at: int = 0  # the key's line, for values of a mapping

    @property
    def line(self) -> int:
        """Line in the file, from 1: the key's, for values of a mapping."""
        return self.at or int(self.node.start_mark.line) + 1

    def fault(self, code: str, what: str, mend: str) -> None:
        """Note a fault at this place."""
        self.faults.add(code, self.file, self.line, what, mend)

    def table(self) -> dict[str, Entry]:
        """The mapping's values by key; any key."""
        if self.is_empty:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            self.fault("type-wrong", f"“{self.name or self.file}” 应是“键: 值”的表", self._as_table())
            return {}
        found: dict[str, Entry] = {}
        for key, value in self.node.value:
            word = str(key.value)
            name = f"{self.name}.{word}" if self.name else word
            entry = Entry(value, self.file, name, self.faults, int(key.start_mark.line) + 1)
            if word in found:
                entry.fault("key-double", f"键“{word}”写了两次", "删去一处，或改成不同的键")
            found.setdefault(word, entry)
        return found

    def _as_table(self) -> str:
        """How to make a table of what stands there."""
        value = str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""
        if "：" in value:
            return "冒号是全角的“：”，改成英文冒号加一个空格：“: ”"
        if ":" in value:
            return "冒号后面少了空格，写成“键: 值”"
        return "每行写“键: 值”，下一层缩进两格"

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> Fields:
        """The values by key; keys outside `required` and `optional` are faults, required ones missing too."""
        required, optional = tuple(required), tuple(optional)
        table = self.table()
        known, taken = (*required, *optional), set()
        for key, entry in table.items():
            if key not in known:
                free = [one for one in known if one not in table]
                taken.update(nearest(key, free)[:1])
                where = f"“{self.name}” 下" if self.name else "这个文件里"
                entry.fault(
                    "key-unknown",
                    f"{where}没有键“{key}”",
                    (meant(key, free) or choose(key, free or known)) + "不用的删去",
                )
        for key in required:
            if key not in table and key not in taken:
                self.fault("key-missing", f"“{self.name or self.file}” 缺少键“{key}”", f"补写“{key}: …”")
        return Fields({key: table[key] for key in known if key in table}, self, frozenset(taken))

    def items(self) -> list[Entry]:
        """The entries of a list."""
        if self.is_empty:
            return []
        if not isinstance(self.node, yaml.SequenceNode):
            value = str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else "甲, 乙"
            plain = re.sub("[，、]\\s*", ", ", value.strip("【】［］[] "))
            full = "方括号是全角的，" if value[:1] in "【［" else ""
            self.fault(
                "type-wrong", f"“{self.name or self.file}” 应是列表", f"{full}写成 [{plain}]，或每行一个“- …”"
            )
            return []
        return [Entry(node, self.file, self.name, self.faults) for node in self.node.value]

    @property
    def is_empty(self) -> bool:
        """True when nothing stands there."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.value == ""

    @property
    def is_list(self) -> bool:
        """True when a list stands there."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_mapping(self) -> bool:
        """True when a mapping stands there."""
        return isinstance(self.node, yaml.MappingNode)

    def text(self) -> str:
        """A text. Numbers, dates and yes/no must stand in quotes to be texts."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fault("type-wrong", f"“{self.name}” 应是文字", "写成一行文字")
            return ""
        if self.node.tag != TEXT:
            self.fault(
                "type-wrong", f"“{self.name}” 应是文字，而“{self.node.value}”会被读成别的类型", "加英文引号"
            )
        return str(self.node.value)

    def word(self) -> str:
        """A plain word as it is written (ids, dates, clause numbers); no quotes needed."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.value == "":
            self.fault("type-wrong", f"“{self.name}” 应是一个词", "写一个词")
            return ""
        return str(self.node.value)

    def words(self) -> tuple[str, ...]:
        """A list of words."""
        return tuple(item.word() for item in self.items())

    def one_of(self, known: Iterable[str]) -> str:
        """One of the known words."""
        word, known = self.word(), tuple(known)
        if word and word not in known:
            full = "逗号是全角的，改成英文逗号加空格；" if "，" in word else ""
            self.fault("type-wrong", f"“{self.name}” 不能是“{word}”", full + choose(word, known))
            return ""
        return word

    def number(self) -> int | None:
        """A whole number in decimal digits; None with a fault otherwise."""
        text = self.word()
        if text and not (NUMBER.fullmatch(text) and self.node.tag != TEXT):
            self.fault("type-wrong", f"“{self.name}” 应是整数，而不是“{text}”", self._as_number(text))
            return None
        if text and abs(int(text)) > LARGEST:
            self.fault("type-wrong", f"“{self.name}” 的“{text}”太大", f"核对位数；最多 {LARGEST}")
            return None
        return int(text) if text else None

    def _as_number(self, text: str) -> str:
        """How to write what was meant as a number."""
        digits = re.search(r"\d+", unicodedata.normalize("NFKC", text))
        if self.node.tag == TEXT and NUMBER.fullmatch(text):
            return f"去掉引号，写成 {text}"
        if digits and "." not in text and not text.startswith("0"):
            return f"只写阿拉伯数字 {digits[0]}；单位写在 unit 里"
        return "写不带引号、不带小数点、不以 0 开头的阿拉伯数字，如 2；单位写在 unit 里"

    def flag(self) -> bool:
        """true or false."""
        return self.one_of(("true", "false")) == "true"

    def day(self) -> date | None:
        """A date; None with a fault when it is written otherwise than YYYY-MM-DD."""
        text = self.word()
        day = read_day(text)
        if text and day is None:
            self.fault("date-ambiguous", f"“{self.name}” 的日期“{text}”不明确", as_day(text))
        return day

    def days(self) -> tuple[date, date] | None:
        """First and last day, written FIRST..LAST, both included."""
        first, dots, last = self.word().partition("..")
        start, end = read_day(first), read_day(last)
        if not dots or start is None or end is None or end < start:
            self.fault(
                "date-ambiguous",
                f"“{self.name}” 的起止“{self.word()}”不明确",
                "写成 2026-03-02..2026-07-12，首日在前",
            )
            return None
        return start, end

    def month_day(self) -> tuple[int, int] | None:
        """Month and day, written MM-DD."""
        text = self.word()
        # of a leap year, so that February 29 may be named
        day = read_day(f"2024-{text}")
        if day is None:
            numbers = re.findall(r"\d+", unicodedata.normalize("NFKC", text))
            said = "-".join(number.zfill(2) for number in numbers) if len(numbers) == 2 else ""
            wanted = f"写成 {said}" if said and read_day(f"2024-{said}") else "写成 03-31 的样子，月在前"
            self.fault("date-ambiguous", f"“{self.name}” 的月日“{text}”不明确", wanted)
            return None
        return day.month, day.day


class Fields(dict[str, Entry]):
    """The fixed keys of a mapping; readers give a default for what is absent."""

    def __init__(self, found: dict[str, Entry], entry: Entry, taken: frozenset[str] = frozenset()) -> None:
        super().__init__(found)
        self.entry = entry
        self.taken = taken  # keys that are there under a misspelt name: told already

    def text(self, key: str) -> str:
        """The text under a key, or ""."""
        return self[key].text() if key in self else ""

    def word(self, key: str) -> str:
        """The word under a key, or ""."""
        return self[key].word() if key in self else ""

    def words(self, key: str) -> tuple[str, ...]:
        """The words under a key, or ()."""
        return self[key].words() if key in self else ()

    def day(self, key: str) -> date | None:
        """The day under a key, or None."""
        return self[key].day() if key in self else None

    def number(self, key: str) -> int | None:
        """The number under a key, or None."""
        return self[key].number() if key in self else None

    def flag(self, key: str) -> bool:
        """The flag under a key, or False."""
        return self[key].flag() if key in self else False

    def one_of(self, key: str, known: Iterable[str], default: str = "") -> str:
        """One of the known words under a key, or the default."""
        return (self[key].one_of(known) or default) if key in self else default

    def table(self, key: str) -> dict[str, Entry]:
        """The table under a key, or {}."""
        return self[key].table() if key in self else {}


def as_day(text: str) -> str:
    """How to write what was meant as a day."""
    numbers = re.findall(r"\d+", unicodedata.normalize("NFKC", text))
    if len(numbers) == 3 and len(numbers[0]) == 4:
        said = f"{numbers[0]}-{numbers[1].zfill(2)}-{numbers[2].zfill(2)}"
        if read_day(said):
            return f"写成 {said}"
        if len(numbers[1]) < 3 and len(numbers[2]) < 3:
            return "没有这一天，核对月份和日子"
    return "写成 2026-03-05 的样子，年4位、月日各2位"


def read_file(path: Path, name: str, faults: Faults) -> Entry | None:
    """The whole file as one entry; None with a fault when it is no YAML. An empty file is an empty entry."""
    text = yaml_words.read_text(path)
    if isinstance(text, yaml_words.Wrong):
        faults.add("yaml-syntax", name, *text)
        return None
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                line = int(event.start_mark.line) + 1 if event.start_mark is not None else 0
                faults.add(
                    "yaml-alias", name, line, "用了 & 或 * 引用", "把引用的内容直接写在这里；星号要加引号"
                )
                return None
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        faults.add("yaml-syntax", name, *yaml_words.explain(text, error))
        return None
    if node is None:
        node = yaml.ScalarNode(TEXT, "", start_mark=yaml.Mark(name, 0, 0, 0, "", 0))
    return Entry(node, name, "", faults)
