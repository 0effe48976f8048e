"""Finding the header row by its texts, wherever it stands, and which column holds what.

Rows of title and hints above it, a second header row (联系电话 over 手机号 and 固定电话), any order of
columns, columns
that nobody asked for, and one column per post are all met in rosters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

SEARCHED_ROWS = 40
#: A row is a header when it names the essential column and at least one more.
LEAST_COLUMNS = 2

Kind = Literal["members", "applicants", "branches"]


@dataclass(frozen=True)
class Column:
    """A known column: the field it fills, how its cells are read, its own title."""

    field: str
    title: str
    read: str
    essential: bool = False


@dataclass(frozen=True)
class PostTitle:
    """A post of a branch as written in rosters: its kind, and the portfolio 分工 of a committee's member."""

    kind: str
    portfolio: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """All ways of writing the columns of one sort of sheet, and of the posts."""

    columns: dict[str, Column]  # by folded text
    posts: dict[str, PostTitle]  # by folded text


@dataclass
class Header:
    """What was found: the kind of sheet, the first row below the header, and column index → what stands
    there.
    """

    kind: Kind
    first_row: int  # of data, from nought
    columns: dict[int, Column]
    posts: dict[int, PostTitle] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)  # as written
    unread: list[str] = field(default_factory=list)  # columns nobody knows, as written
    repeated: list[str] = field(
        default_factory=list
    )  # known columns that stand twice: only the first is read
    above: list[str] = field(default_factory=list)  # title and hints


def folded(text: object) -> str:
    """The comparable form of a header: width folded, spaces, brackets' contents, marks and colons gone."""
    written = unicodedata.normalize("NFKC", str(text)[:200])
    written = re.sub(r"\s+", "", written)
    without = re.sub(r"[(\[【〔][^)\]】〕]*[)\]】〕]", "", written) or written
    return re.sub(r"[*:★※、/\\.。]", "", without).upper()


@cache
def vocabulary(sort: str) -> Vocabulary:
    """The columns of sort `person` or `branch` (columns.yaml)."""
    source = resources.files(__package__).joinpath("columns.yaml")
    data: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    columns: dict[str, Column] = {}
    for name, row in data[sort].items():
        column = Column(name, row["title"], row["read"], bool(row.get("essential")))
        for written in (row["title"], *row.get("aliases", ())):
            columns.setdefault(folded(written), column)
    posts = {
        folded(written): PostTitle(row["kind"], row.get("portfolio", ""))
        for row in data["posts"]
        for written in row["written"]
    }
    return Vocabulary(columns, posts if sort == "person" else {})


def titles(sort: str) -> dict[str, str]:
    """Field → its title, in the order of columns.yaml."""
    return {column.field: column.title for column in vocabulary(sort).columns.values()}


def find_header(rows: Sequence[Sequence[object]]) -> Header | None:
    """The header within the first rows of a sheet, else None: the sheet is no roster (a code list, a
    cover).
    """
    best: tuple[int, int, str] | None = None
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        for sort in ("person", "branch"):
            words = vocabulary(sort)
            hits = {
                words.columns[key].field for key in map(folded, filter(None, row)) if key in words.columns
            }
            names = {column.field for column in words.columns.values() if column.essential}
            posts = sum(folded(cell) in words.posts for cell in row if cell)
            if names <= hits and len(hits) + posts >= LEAST_COLUMNS and (best is None or len(hits) > best[1]):
                best = (index, len(hits), sort)
    return _header(rows, best[0], best[2]) if best else None


def _header(rows: Sequence[Sequence[object]], index: int, sort: str) -> Header:
    words = vocabulary(sort)
    top = rows[index]
    below = rows[index + 1] if index + 1 < len(rows) else ()
    second = _is_second(top, below, words)
    found = Header("branches" if sort == "branch" else "members", index + (2 if second else 1), {})
    taken: set[str] = set()
    for place in range(max(len(top), len(below) if second else 0)):
        upper = top[place] if place < len(top) else ""
        lower = below[place] if second and place < len(below) else ""
        _place(found, words, place, upper, lower, taken)
    if sort == "person":
        _place_phone(found)
    stages = {"applied", "activist", "prospect"}
    if found.kind == "members" and taken & stages and not taken & {"status", "registration"}:
        found.kind = "applicants"
    found.above = [" ".join(str(cell).strip() for cell in row if str(cell).strip()) for row in rows[:index]]
    return found


def _place_phone(found: Header) -> None:
    """联系电话 without a column for mobiles holds them; beside one it holds the other number."""
    by_field = {column.field: place for place, column in found.columns.items()}
    if "phone" in by_field:
        place = by_field["phone"]
        name = "mobile" if "mobile" not in by_field else "landline"
        if name in by_field:
            found.unread.append(found.titles[place])
            del found.columns[place]
        else:
            found.columns[place] = Column(name, found.titles[place], name)


def _is_second(top: Sequence[object], below: Sequence[object], words: Vocabulary) -> bool:
    """Whether the row below the header is header too: nothing but known titles, and none under 姓名."""
    filled = [(place, folded(cell)) for place, cell in enumerate(below) if str(cell).strip()]
    if not filled or not all(key in words.columns or key in words.posts for _, key in filled):
        return False
    name = next(
        place for place, cell in enumerate(top) if (c := words.columns.get(folded(cell))) and c.essential
    )
    return all(place != name or folded(top[name]) == key for place, key in filled)


def _place(
    found: Header, words: Vocabulary, place: int, upper: object, lower: object, taken: set[str]
) -> None:
    for text in (lower, upper):  # the lower row is the more exact one
        key = folded(text) if str(text).strip() else ""
        if not key:
            continue
        found.titles[place] = str(text).strip()
        if key in words.columns:
            column = words.columns[key]
            if column.field in taken:
                found.repeated.append(found.titles[place])
            else:
                taken.add(column.field)
                found.columns[place] = column
            return
        if key in words.posts:
            found.posts[place] = words.posts[key]
            return
    if place in found.titles:
        found.unread.append(found.titles[place])
