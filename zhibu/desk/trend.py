"""The trend (逐月趋势): of what fell due in each month of this year and the last, how much is in which state. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zhibu.audit.relations import STATUS_TITLES, Asked, Finding
from zhibu.desk.cells import Seen
from zhibu.desk.tasks import in_order
from zhibu.norm.model import Duty, Norm

#: The states as columns: those of the audit, what rests on an unsigned reading apart from what is missed.
STATES: tuple[str, ...] = ("met", "late", "missed", "unsigned", "open", "exempt", "no rule")
#: What stands in the picture: whatever was not done on time. What still runs may be: this month's would dwarf all.
PICTURED: tuple[str, ...] = ("missed", "unsigned", "late")
#: The picture: its height, the width of a month and of its bar, the room above, in its own units.
HEIGHT, STEP, BAR, ABOVE = 120, 60, 34, 20

Months = Counter[tuple[int, int, str]]


def by_month(findings: Iterable[Finding]) -> Months:
    """How many fell due in which month (year, month) and are in which state."""
    return Counter((one.due.year, one.due.month, one.status) for one in findings)


def counted(seen: Seen, doubtful: Collection[str]) -> Months:
    """The months of all that is seen. `doubtful`: duties on an unsigned reading, whose misses are counted apart."""
    total: Months = Counter()
    for cell in seen.cells:
        found = cell.of("months", by_month)
        if cell.key.duty in doubtful:
            for (year, month, status), count in found.items():
                total[year, month, "unsigned" if status == "missed" else status] += count
        else:
            total.update(found)
    return total


def together(now: Seen, earlier: Iterable[Seen], doubtful: Collection[str], day: date) -> Months:
    """The months of today's findings, and of an earlier year's those before them: what fell due over the turn of
    the year stands in both.
    """
    total, first = counted(now, doubtful), Asked(day).first
    for seen in earlier:
        for (year, month, status), count in counted(seen, doubtful).items():
            if (year, month) < (first.year, first.month):
                total[year, month, status] += count
    return total


@dataclass(frozen=True)
class Piece:
    """A piece of a bar: its state, how many, where it begins from above and how high it is."""

    state: str
    count: int
    top: float
    height: float


@dataclass(frozen=True)
class Month:
    """One month: how many in each state in the order of `STATES`, how many in all, and its bar."""

    number: int
    counts: list[tuple[str, int]]
    total: int
    share: str  # done on time, of all that was owed, in hundredths
    pieces: list[Piece]
    behind: int  # what the bar stands for
    left: int

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return self.left + BAR / 2

    @property
    def top(self) -> float:
        """Where its number stands: just above the bar."""
        return min((piece.top for piece in self.pieces), default=HEIGHT + ABOVE) - 3


@dataclass(frozen=True)
class Year:
    """The months of a year as far as they are over or run, and their sum."""

    number: int
    months: list[Month]
    sums: list[tuple[str, int]]
    total: int
    share: str

    @property
    def running(self) -> int:
        """How many have still time."""
        return dict(self.sums)["open"]


def years(months: Months, day: date) -> list[Year]:
    """This year up to the month of `day`, and the last year, the later one first; both on one scale."""
    spans = [(day.year, day.month), (day.year - 1, 12)]
    tallest = max(
        (
            sum(months[year, month, state] for state in PICTURED)
            for year, last in spans
            for month in range(1, last + 1)
        ),
        default=0,
    )
    found = []
    for year, last in spans:
        made = [_month(months, year, month, tallest) for month in range(1, last + 1)]
        sums = [(state, sum(dict(one.counts)[state] for one in made)) for state in STATES]
        if any(count for _, count in sums):
            found.append(Year(year, made, sums, sum(one.total for one in made), _share(dict(sums))))
    return found


def _month(months: Months, year: int, month: int, tallest: int) -> Month:
    counts = {state: months[year, month, state] for state in STATES}
    pieces, at = [], float(HEIGHT + ABOVE)
    for state in PICTURED:
        if counts[state]:
            height = counts[state] * HEIGHT / tallest
            at -= height
            pieces.append(Piece(state, counts[state], at, height))
    behind = sum(counts[state] for state in PICTURED)
    total = sum(counts.values())
    left = (month - 1) * STEP + (STEP - BAR) // 2
    return Month(month, list(counts.items()), total, _share(counts), pieces, behind, left)


def _share(counts: dict[str, int]) -> str:
    """Done on time of what was decided, exempt and unruled left out: 97.5 %, never rounded up to 100 %."""
    decided = sum(counts[state] for state in ("met", "late", "missed", "unsigned"))
    if not decided:
        return "—"
    tenths = counts["met"] * 1000 // decided
    return f"{tenths // 10}.{tenths % 10}%"


def dated(norm: Norm) -> list[Duty]:
    """The duties whose findings fall due in months: what stands or not only on the day asked has none."""
    return [duty for duty in in_order(norm) if duty.form not in ("standing", "streak")]


def titles() -> Sequence[tuple[str, str]]:
    """The columns: state and word."""
    words: dict[str, str] = {
        **{str(key): title for key, title in STATUS_TITLES.items()},
        "unsigned": "口径待确认",
    }
    return [(state, words[state]) for state in STATES]
