"""An entry: one row of a roster with what was read from it and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from zhibu.registers.members.roster.faults import Fault
from zhibu.registers.members.roster.headers import Header, PostTitle

#: The columns that the sheet of returned rows adds: read again they mean nothing.
OWN = ("reason", "returned_row")


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet: field → column from nought, and column → title as written."""

    places: dict[str, int]
    titles: dict[int, str]

    @classmethod
    def of(cls, header: Header) -> Columns:
        """Those of a header that was found."""
        return cls({column.field: place for place, column in header.columns.items()}, header.titles)


@dataclass(slots=True)
class Entry:
    """A row of data. `values`: field → what was read, empty cells left out; `cells`: the row as it stood."""

    sheet: str
    row: int  # from 1, as Excel counts
    cells: list[object]
    columns: Columns
    values: dict[str, object] = field(default_factory=dict)
    posts: tuple[PostTitle, ...] = ()
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, what: str, mend: str, about: str | None = None) -> None:
        """Note a fault, with the column of field `about`."""
        self.fault_at(code, what, mend, self.columns.places.get(about) if about else None)

    def fault_at(self, code: str, what: str, mend: str, column: int | None) -> None:
        """Note a fault in a column."""
        title = "" if column is None else self.columns.titles.get(column, "")
        self.faults.append(Fault(code, what, mend, column, title))

    def stops(self, accepted: frozenset[str] | set[str] = frozenset()) -> bool:
        """Whether the row goes back."""
        return any(fault.stops(accepted) for fault in self.faults)


@dataclass
class ReadSheet:
    """A sheet that was recognised, with its entries; `notes` say what was not read."""

    name: str
    header: Header
    entries: list[Entry]
    header_rows: list[list[object]]
    notes: list[str] = field(default_factory=list)


def counted(entries: Iterable[Entry]) -> list[tuple[str, int]]:
    """How many rows have each fault, most first."""
    counts: dict[str, int] = {}
    for entry in entries:
        for code in {fault.code for fault in entry.faults}:
            counts[code] = counts.get(code, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
