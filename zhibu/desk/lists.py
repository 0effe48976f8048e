"""The list of findings (检查结果): what is behind first, then what is due next; found and filtered cell by cell."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial, reduce
from itertools import chain, compress, pairwise
from operator import and_
from typing import Any, NamedTuple, overload

from zhibu.audit.relations import STATUS_TITLES, Finding
from zhibu.desk import matrix
from zhibu.desk.addresses import article_titles
from zhibu.desk.cells import Cell, Seen
from zhibu.desk.document import Place
from zhibu.desk.queries import Names
from zhibu.desk.tasks import in_order
from zhibu.norm.amounts import amount_title, measured, unit_of
from zhibu.norm.model import Norm
from zhibu.norm.order import article_number
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.templatetags.look import STATE_TITLES, status
from zhibu.site.wording import near_day, period_title

#: What comes first.
URGENCY = {"missed": 0, "open": 1, "late": 2}
#: The filter's word for what is missed on a reading that nobody signed.
UNSIGNED = "unsigned"
STATES = [*STATUS_TITLES.items(), (UNSIGNED, STATE_TITLES[UNSIGNED])]


class Urgent(Sequence[Finding]):
    """Findings in the order of the list, put in order only as far as they are read.

    Missed, then open, then made up, then all else; of these the latest due first; then by the roll.
    """

    def __init__(self, seen: Seen, roll: Mapping[str, int]) -> None:
        self.seen, self.roll = seen, roll

    @cached_property
    def _lots(self) -> list[tuple[tuple[int, int], list[Lot]]]:
        """What is as urgent and due on the same day, of every cell; not reckoned where the list is searched first."""
        lots: dict[tuple[int, int], list[Lot]] = defaultdict(list)
        for cell in self.seen.cells:
            place = self.roll.get(cell.key.org, len(self.roll))
            for key, numbers in cell.of("lots", _lots).items():
                lots[key].append(Lot(place, cell.findings, numbers))
        return sorted(lots.items())

    def __len__(self) -> int:
        return len(self.seen)

    def __iter__(self) -> Iterator[Finding]:
        for _, lot in self._lots:
            yield from self._in_order(lot)

    @overload
    def __getitem__(self, at: int) -> Finding: ...
    @overload
    def __getitem__(self, at: slice) -> list[Finding]: ...
    def __getitem__(self, at: int | slice) -> Finding | list[Finding]:
        if isinstance(at, int):
            return self[at : at + 1][0]
        first, last, _ = at.indices(len(self))
        made: list[Finding] = []
        before = 0
        for _, lot in self._lots:
            size = sum(len(one.numbers) for one in lot)
            if before + size > first:
                made.extend(self._in_order(lot)[max(first - before, 0) : last - before])
            before += size
            if before >= last:
                break
        return made

    @staticmethod
    def _in_order(lots: list[Lot]) -> list[Finding]:
        rows = [(lot.place, one.org, one.subject, one.duty, number, one)
                for number, lot in enumerate(lots) for one in map(lot.findings.__getitem__, lot.numbers)]  # fmt: skip
        return [row[-1] for row in sorted(rows, key=lambda row: row[:-1])]


class Lot(NamedTuple):
    """What of a cell is as urgent and due on the same day: the place of its organization on the roll, and which."""

    place: int
    findings: tuple[Finding, ...]
    numbers: array[int]


def _lots(findings: tuple[Finding, ...]) -> dict[tuple[int, int], array[int]]:
    """Which findings of a cell are how urgent and due when: by number, which the collector of cycles passes by."""
    found: dict[tuple[int, int], array[int]] = defaultdict(partial(array, "L"))
    for number, one in enumerate(findings):
        found[URGENCY.get(one.status, 3), -one.due.toordinal()].append(number)
    return found


def chosen(norm: Norm, seen: Seen, day: date, doubtful: Collection[str], values: Mapping[str, Any]) -> Seen:
    """What the filters leave. `doubtful`: duties on an unsigned reading, whose misses are a state of their own."""
    cells: Iterable[Cell] = seen.cells
    if org := values.get("org"):
        cells = [cell for cell in cells if cell.key.org == org]
    if article := values.get("article"):
        cells = [cell for cell in cells if norm.duties[cell.key.duty].article == article]
    if duty := values.get("duty"):
        cells = [cell for cell in cells if cell.key.duty == duty]
    if state := values.get("status"):
        if state in ("missed", UNSIGNED):
            cells = [cell for cell in cells if (cell.key.duty in doubtful) == (state == UNSIGNED)]
            state = "missed"
        cells = [_in_state(cell, state) for cell in cells]
    found = Seen(cell for cell in cells if cell.findings)
    if span := values.get("span"):
        found = matrix.due_within(found, *matrix.days_of(span, day))
    since, until = values.get("since"), values.get("until")
    if since or until:
        first, last = since or date.min, until or date.max
        within = (
            Cell(cell.key, tuple(one for one in cell.findings if first <= one.due <= last))
            for cell in found.cells
        )
        found = Seen(cell for cell in within if cell.findings)
    return found


def _in_state(cell: Cell, state: str) -> Cell:
    return cell.narrowed(("in", state), lambda one: one.status == state)


def find(norm: Norm, names: Names, rows: Urgent, words: Sequence[str]) -> Urgent:
    """The findings that have every word: in the duty's title, or in the name of the organization or subject."""
    found = []
    having = [(word.casefold(), organizations, organizations | people)
              for word in words for organizations, people in [names.having(word)]]  # fmt: skip
    for cell in rows.seen.cells:
        title = norm.duties[cell.key.duty].title.casefold()
        asked = [subjects for word, organizations, subjects in having
                 if word not in title and cell.key.org not in organizations]  # fmt: skip
        if not asked:
            found.append(cell)
            continue
        # In a cell the findings of a subject stand together: of a large committee only the subjects go by here.
        subjects, firsts = cell.of("subjects", _subjects)
        has = map(reduce(and_, asked).__contains__, subjects)
        left = [cell.findings[first:last] for first, last in compress(pairwise(firsts), has)]
        if left:
            found.append(Cell(cell.key, tuple(chain.from_iterable(left))))
    return Urgent(Seen(found), rows.roll)


def _subjects(findings: tuple[Finding, ...]) -> tuple[tuple[str, ...], array[int]]:
    """Whom the findings of a cell are about; the number of the first finding of each, and how many there are."""
    firsts = [n for n, one in enumerate(findings) if n == 0 or one.subject != findings[n - 1].subject]
    return tuple(findings[first].subject for first in firsts), array("L", (*firsts, len(findings)))


def counts(seen: Seen, doubtful: Collection[str]) -> list[tuple[str, int]]:
    """How many are in which state, what rests on an unsigned reading apart; states without any left out."""
    unsigned = seen.only(duties=doubtful).counts()["missed"]
    found = {**seen.counts(), UNSIGNED: unsigned}
    found["missed"] = found.get("missed", 0) - unsigned
    return [(state, found[state]) for state in (*STATUS_TITLES, UNSIGNED) if found.get(state)]


def state(finding: Finding, doubtful: Collection[str]) -> str:
    """The state as it is counted: a miss on an unsigned reading is one of its own."""
    return UNSIGNED if finding.status == "missed" and finding.duty in doubtful else finding.status


def required(norm: Norm, finding: Finding) -> str:
    """What a finding requires, in the words of its unit."""
    return "" if finding.required is None else amount_title(finding.required, unit_of(norm, finding.duty))


def actual(norm: Norm, finding: Finding) -> str:
    """What there is, in the words of its unit."""
    return "" if finding.actual is None else amount_title(finding.actual, unit_of(norm, finding.duty))


def numbers(norm: Norm, title: str) -> tuple[Column, Column]:
    """The columns of what is required and what there is: words on the page, numbers in the workbook."""
    unit = partial(unit_of, norm)
    return (
        Column("required", title, lambda row: measured(row.required, unit(row.duty)),
               shown=partial(required, norm), number=True),
        Column("actual", "实际", lambda row: measured(row.actual, unit(row.duty)),
               shown=partial(actual, norm), number=True),
    )  # fmt: skip


class Listed:
    """The list page of findings as data: its columns say names that are looked up for the rows shown."""

    def __init__(
        self,
        norm: Norm,
        names: Names,
        places: Sequence[Place],
        day: date,
        doubtful: Collection[str],
        opens: Any,
    ) -> None:
        self.norm, self.names, self.places, self.day = norm, names, places, day
        self.doubtful, self.opens = doubtful, opens

    def listing(self, **more: Any) -> Listing:
        """Columns and filters. `more`: what the page adds."""
        norm, day = self.norm, self.day
        return Listing(
            title="检查结果",
            columns=(
                Column("duty", "要求", lambda row: norm.duties[row.duty].title, link=self.opens, sort=True,
                       width=24),
                Column("article", "条", lambda row: article_number(row.article), width=8),
                Column("subject", "责任主体", lambda row: self.names.of(row.subject), sort=True, width=24),
                Column("org", "党组织", lambda row: self.names.of(row.org), sort=True, width=28),
                Column("period", "期间", lambda row: period_title(row.period), width=20),
                *numbers(norm, "要求数"),
                Column("status", "状态", lambda row: STATE_TITLES[state(row, self.doubtful)],
                       shown=lambda row: status(state(row, self.doubtful)), sort=True),
                Column("due", "截止", lambda row: row.due, shown=lambda row: near_day(row.due, day), sort=True),
            ),
            search=("duty", "subject", "org"),
            search_title="要求、姓名、党组织",
            filters=(
                Filter("org", "党组织", [(one.id, one.name) for one in self.places]),
                Filter("article", "条", list(article_titles(norm).items())),
                Filter("duty", "要求", [(one.id, one.title) for one in in_order(norm)]),
                Filter("status", "状态", STATES),
                Filter("span", "截止在", list(matrix.SPANS.items())),
                Filter("since", "截止自", None),
                Filter("until", "截止至", None),
            ),
            measure="项",
            noun="检查结果",
            empty_what="目前没有检查结果",
            empty_mend="可能尚未到启用日期，或名册还没有导入。",
            look_up=self.names.look_up,
            find=partial(find, norm, self.names),
            **more,
        )  # fmt: skip
