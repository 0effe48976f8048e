"""What a search gives: hits in groups, each with what was matched in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zhibu.site import sounds

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Hit:
    """Something that was found: what it is called, of what sort where its group does not say, where it belongs,
    its page.
    """

    rank: int  # sounds.rank
    title: str
    sort: str
    context: tuple[str, ...]
    address: str


class Line(NamedTuple):
    """A hit as the page shows it: texts in pieces, each with whether it was matched."""

    title: Pieces
    sort: str
    context: list[Pieces]
    address: str


@dataclass(frozen=True)
class Group:
    """The hits of one sort, the best first; where all of them are listed, if there are more."""

    id: str
    title: str
    hits: tuple[Hit, ...]
    all_address: str = ""

    @property
    def best(self) -> int:
        """The rank of its best hit."""
        return min(hit.rank for hit in self.hits)


class Section(NamedTuple):
    """A group as the page shows it."""

    id: str
    title: str
    lines: list[Line]
    all_address: str


def sections(groups: Iterable[Group], asked: Sequence[str]) -> list[Section]:
    """The groups that found anything: that with the best hit first, else in their order."""
    filled = sorted((group for group in groups if group.hits), key=lambda group: group.best)
    return [
        Section(group.id, group.title, [_line(hit, asked) for hit in group.hits], group.all_address)
        for group in filled
    ]


def _line(hit: Hit, asked: Sequence[str]) -> Line:
    context = [sounds.marked(text, asked) for text in hit.context if text]
    return Line(sounds.marked(hit.title, asked), hit.sort, context, hit.address)
