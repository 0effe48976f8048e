"""Findings in cells: those of one duty for one organization, of persons apart from its own. Pure.

What pages reckon of findings they reckon cell by cell and leave with the cell (`of`). A write changes some
cells; the others are taken over with all that was reckoned of them, so that a page after a write costs what the
write touched and not what there is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from zhibu.audit.relations import Finding, order
from zhibu.norm.model import Norm

T = TypeVar("T")


class Key(NamedTuple):
    """Which cell: the duty, the organization that answers, and whether it is about persons."""

    duty: str
    org: str
    personal: bool


class Cell:
    """The findings of one key in the order of `relations.order`, with what was reckoned of them."""

    __slots__ = ("findings", "key", "known")

    def __init__(self, key: Key, findings: tuple[Finding, ...]) -> None:
        self.key, self.findings = key, findings
        self.known: dict[Hashable, Any] = {}

    def of(self, name: Hashable, reckon: Callable[[tuple[Finding, ...]], T]) -> T:
        """What `reckon` gives of the findings; remembered under the name."""
        try:
            found: T = self.known[name]
        except KeyError:
            found = self.known[name] = reckon(self.findings)
        return found

    def narrowed(self, name: Hashable, keep: Callable[[Finding], bool]) -> Cell:
        """The cell with only the findings that `keep` holds for, itself when that is all; remembered under the name."""

        def reckon(findings: tuple[Finding, ...]) -> Cell | None:
            kept = tuple(filter(keep, findings))
            # Not itself remembered with itself: that only the collector of cycles could let go.
            return Cell(self.key, kept) if len(kept) < len(findings) else None

        return self.of(name, reckon) or self

    @property
    def counts(self) -> Counter[str]:
        """How many findings are in which state."""
        return self.of("counts", lambda findings: Counter(one.status for one in findings))


def persons_owe(norm: Norm) -> frozenset[str]:
    """The duties that members owe."""
    return frozenset(
        duty.id for duty in norm.duties.values() if not norm.subjects[duty.subjects].is_organization
    )


Cells = Mapping[Key, Cell]


def gathered(norm: Norm, findings: Iterable[Finding]) -> dict[Key, Cell]:
    """The cells of findings in any order. Equal texts are one text: of a large committee that is most of the memory.

    A finding anchored on an event is a person's where the event names one, whoever the duty says owes it.
    """
    persons = persons_owe(norm)
    texts: dict[str, str] = {}
    known = texts.setdefault
    found: dict[Key, list[Finding]] = {}
    keys: dict[tuple[str, str, bool], Key] = {}
    for duty, article, subject, org, period, required, actual, status, due, ref in findings:
        at = (duty, org, duty in persons or subject != org)
        key = keys.get(at)
        if key is None:
            key = keys[at] = Key(known(duty, duty), known(org, org), at[2])
            found[key] = []
        found[key].append(
            Finding(
                key.duty,
                known(article, article),
                known(subject, subject),
                key.org,
                known(period, period),
                required,
                actual,
                known(status, status),  # type: ignore[arg-type]
                due,
                ref and known(ref, ref),
            )
        )
    return {key: Cell(key, tuple(sorted(found[key], key=order))) for key in sorted(found)}


def renewed(
    cells: Cells,
    anew: Cells,
    touched: Collection[str],
    whole: Collection[str],
    duties: Collection[str] | None,
) -> dict[Key, Cell]:
    """The cells with the findings of the touched subjects, and all of the `whole` duties, in place of the old ones.

    `duties`: only of these has anything changed; None: of any. A cell that comes out equal stays as it was.
    """
    made: dict[Key, Cell] = {}
    for key in sorted({*cells, *anew}):
        before, given = cells.get(key), anew.get(key)
        if before is not None and duties is not None and key.duty not in duties:
            made[key] = before
            continue
        old = before.findings if before else ()
        stay = () if key.duty in whole else tuple(one for one in old if one.subject not in touched)
        if given is None and len(stay) == len(old) and before is not None:
            made[key] = before
            continue
        now = (*stay, *given.findings) if given else stay
        if stay and given:
            now = tuple(sorted(now, key=order))
        if now:
            made[key] = before if before is not None and now == old else Cell(key, now)
    return made


def of_subject(cell: Cell, subject: str) -> tuple[Finding, ...]:
    """The findings of one subject, found by halving."""
    first = bisect_left(cell.findings, subject, key=_subject_of)
    return cell.findings[first : bisect_right(cell.findings, subject, lo=first, key=_subject_of)]


_subject_of = itemgetter(Finding._fields.index("subject"))


class Seen:
    """The findings within a reader's reach: cells that are seen whole, and the own findings of others.

    Gone through, it gives findings by duty and organization; pages that can go cell by cell.
    """

    def __init__(self, cells: Iterable[Cell]) -> None:
        self.cells = tuple(cells)
        self._size = sum(len(cell.findings) for cell in self.cells)

    def __iter__(self) -> Iterator[Finding]:
        for cell in self.cells:
            yield from cell.findings

    def __len__(self) -> int:
        return self._size

    def only(
        self, organizations: Collection[str] | None = None, duties: Collection[str] | None = None
    ) -> Seen:
        """Only the cells of these organizations and duties; None: of any."""
        return Seen(
            cell
            for cell in self.cells
            if (organizations is None or cell.key.org in organizations)
            and (duties is None or cell.key.duty in duties)
        )

    def of_organizations(self) -> Seen:
        """Only what organizations owe, nothing of persons."""
        return Seen(cell for cell in self.cells if not cell.key.personal)

    def of_subject(self, subject: str | None) -> list[Finding]:
        """The findings of one subject, in the order of the duties."""
        if subject is None:
            return []
        return [one for cell in self.cells for one in of_subject(cell, subject)]

    def counts(self) -> Counter[str]:
        """How many findings are in which state."""
        total: Counter[str] = Counter()
        for cell in self.cells:
            total.update(cell.counts)
        return total


def seen(cells: Cells, organizations: Collection[str], people_of: Collection[str], self_: str | None) -> Seen:
    """What a reader sees: of organizations, of persons where those are in reach, own ones. Pure."""
    found = []
    for key, cell in cells.items():
        if key.org in (people_of if key.personal else organizations):
            found.append(cell)
        elif key.personal and self_ is not None:
            own = of_subject(cell, self_)
            if own:
                found.append(Cell(key, own))
    return Seen(found)
