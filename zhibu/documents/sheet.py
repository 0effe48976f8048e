"""A list on paper: what every such document is made of, for Typst and for Excel alike. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its title, its share of the sheet's width, and its width in the workbook (characters)."""

    title: str
    share: float
    width: int = 14


@dataclass(frozen=True)
class Section:
    """Rows under a heading of their own (a branch, a group); no heading: a single list."""

    title: str
    rows: list[list[str]]


@dataclass(frozen=True)
class Sheet:
    """A document that is a list. `facts`: what stands above it; `signed`: who signs below; `note`: a last line."""

    title: str
    facts: list[str]
    columns: tuple[Column, ...]
    sections: list[Section]
    flipped: bool = False
    summary: str = ""
    signed: Sequence[str] = ()
    note: str = ""
    empty: str = "没有记录"

    def values(self, foot: str) -> dict[str, object]:
        """What the template `roster` reads."""
        return {
            "title": self.title,
            "facts": self.facts,
            "foot": foot,
            "flipped": self.flipped,
            "widths": [column.share for column in self.columns],
            "head": [column.title for column in self.columns],
            "sections": [{"title": one.title, "rows": one.rows} for one in self.sections],
            "summary": self.summary,
            "signed": list(self.signed),
            "note": self.note,
            "empty": self.empty,
        }

    def table(self) -> tuple[list[tuple[str, int]], list[list[str]]]:
        """The same as rows of a workbook: where there are sections, their title is the first column."""
        heads = [(column.title, column.width) for column in self.columns]
        titled = any(one.title for one in self.sections)
        if titled:
            heads = [("所属", 28), *heads]
        rows = [[one.title, *row] if titled else row for one in self.sections for row in one.rows]
        return heads, rows
