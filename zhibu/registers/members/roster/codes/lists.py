"""Reading the code lists, and finding an item by any of the ways people write it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

#: Codes that a number cell has stripped of its leading nought (`01` → 1.0) are found again by this.
_NUMBER = re.compile(r"[0-9]+(\.0+)?")
_CODE_AND_NAME = re.compile(r"([0-9]{1,4}[A-Da-d]?)[\s.、:：\-—－_]*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Code:
    """One item of a code list. `text` is what the roster's drop-down holds, to the space."""

    code: str
    name: str
    text: str
    path: tuple[str, ...] = ()  # the groups above it, as `code name`
    category: str | None = None
    aliases: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


def plain(text: str) -> str:
    """The comparable form of a written name: width and spaces folded, brackets and commas gone."""
    return re.sub(r"[\s（）()、，,;；·.。/]", "", unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True)
class CodeList:
    """A code list with look-up by code, name, code with name, alias, or the name's short form (`汉`)."""

    name: str
    title: str
    items: tuple[Code, ...]
    _by_code: Mapping[str, Code] = field(repr=False)
    _by_name: Mapping[str, tuple[Code, ...]] = field(repr=False)

    def __getitem__(self, code: str) -> Code:
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def find(self, written: str) -> Code | None:
        """The one item meant by `written`, else None (also when code and name contradict each other)."""
        folded = unicodedata.normalize("NFKC", written).strip()
        named = self._by_name.get(plain(folded), ())
        if len(named) == 1:
            return named[0]
        if _NUMBER.fullmatch(folded):
            return self._by_number(folded.split(".")[0])
        split = _CODE_AND_NAME.fullmatch(folded)
        if split is None:
            return None
        coded = self._by_code.get(split[1].upper()) or self._by_number(split[1])
        if coded is None or not split[2]:
            return coded
        return coded if coded in self._by_name.get(plain(split[2]), ()) else None

    def _by_number(self, digits: str) -> Code | None:
        found = self._by_code.get(digits)
        if found is None and digits.isdigit():
            alike = [item for item in self.items if item.code.isdigit() and int(item.code) == int(digits)]
            found = alike[0] if len(alike) == 1 else None
        return found

    def near(self, written: str, count: int = 3) -> list[Code]:
        """The items that `written` may have meant, best first, for the mend of a fault."""
        wanted = plain(re.sub(r"^[0-9]+[A-D]?", "", written.strip())) or plain(written)
        holding = [item for item in self.items if wanted and wanted in plain(item.name)]
        if holding:
            return holding[:count]
        close = difflib.get_close_matches(wanted, list(self._by_name), n=count, cutoff=0.5)
        found = [item for name in close for item in self._by_name[name]]
        return list(dict.fromkeys(found))[:count]


def _walk(rows: list[Mapping[str, Any]], path: tuple[str, ...], category: str | None) -> Iterator[Code]:
    for row in rows:
        code, name = str(row["code"]), str(row["name"])
        own = row.get("category", category)
        if "items" in row:
            yield from _walk(row["items"], (*path, f"{code} {name}"), own)
        else:
            text = str(row.get("text", f"{code} {name}"))
            yield Code(code, name, text, path, own, tuple(row.get("aliases", ())))


@cache
def code_list(name: str) -> CodeList:
    """The list `nationality`, `education` or `position`. KeyError for another."""
    source = resources.files(__package__).joinpath(f"{name}.yaml")
    if not source.is_file():
        raise KeyError(name)
    data = yaml.safe_load(source.read_text(encoding="utf-8"))
    items = tuple(_walk(data.get("groups") or data["items"], (), None))
    by_name: dict[str, list[Code]] = defaultdict(list)
    for item in items:
        names = [item.name, *item.aliases]
        # 汉 for 汉族; never for 其他族, which is no nationality's name
        if name == "nationality" and item.name.endswith("族"):
            names.append(item.name.removesuffix("族"))
        for one in names:
            if item not in by_name[plain(one)]:
                by_name[plain(one)].append(item)
    return CodeList(
        name,
        data["title"],
        items,
        {item.code: item for item in items},
        {k: tuple(v) for k, v in by_name.items()},
    )
