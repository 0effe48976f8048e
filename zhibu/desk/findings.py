"""The findings of the deployment, kept between pages and never believed past a write.

They are kept for the norm's fingerprint, the day and the first and last day asked for, and marked with the head of
the log. When the log has grown, only what its new rows can have changed is audited again (`changes.py`): the
organizations and members that they name, what stands above these, and whatever is anchored on events; of
these only the duties that look at what was written. Each process keeps its own, at most `MOST` of them.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Any, NamedTuple

from django.db import connection

from zhibu.access.models import LogHead, LogRow
from zhibu.audit.relations import Asked, Finding, order
from zhibu.audit.run import audit, found
from zhibu.desk.cells import Cells, gathered, renewed
from zhibu.desk.changes import changed_since, with_those_above
from zhibu.desk.facts import Deployment
from zhibu.norm.model import Norm
from zhibu.site import packs

#: So many days (or first days) are kept, and no more than so many findings in all beside the last one asked
#: for (about 170 bytes each): a page of the past does not push out today's for long.
KEPT, MOST = 6, 2_000_000
#: More findings than this are many for the collector of cycles.
LARGE = 10_000
#: Then it looks no oftener than this (its three thresholds): a page makes many short-lived rows and few cycles.
SELDOM = (10_000, 20, 50)
#: So many results that pages reckoned of the findings of a day.
MOST_DERIVED = 64

Key = tuple[str, date, date, date]


class Head(NamedTuple):
    """Where the log ends: the number of its last row, and its hash."""

    number: int
    hash: str


class Derived(OrderedDict[Hashable, Any]):
    """What pages reckon of findings, by name: the oldest go when there are many readers."""

    def __setitem__(self, name: Hashable, value: Any) -> None:
        super().__setitem__(name, value)
        self.move_to_end(name)
        while len(self) > MOST_DERIVED:
            self.popitem(last=False)


@dataclass
class Kept:
    """Findings in their cells, with what they are true for. `derived`: what pages compute from them, by name."""

    head: Head
    cells: Cells
    derived: Derived = field(default_factory=Derived)

    @property
    def size(self) -> int:
        """How many findings."""
        return sum(len(cell.findings) for cell in self.cells.values())

    def __iter__(self) -> Iterator[Finding]:
        for cell in self.cells.values():
            yield from cell.findings

    @property
    def findings(self) -> list[Finding]:
        """All of them in order: for few of them, or once."""
        return sorted(self, key=order)


_kept: OrderedDict[Key, Kept] = OrderedDict()
_lock = Lock()
#: Whoever reckons the findings of a key holds its own.
_own: dict[Key, Lock] = {}


def findings(day: date, since: date | None = None, until: date | None = None) -> Kept:
    """All findings as of `day`, right for everything written up to now. Not narrowed to any reader."""
    norm = packs.norm()
    asked = Asked(as_of=day, since=since, until=until)
    key = (norm.fingerprint, day, asked.first, asked.last)
    # The head is read first: a write that comes in between is seen as new the next time.
    head = log_head()
    with _lock:
        kept = _kept.get(key)
        if kept is not None and kept.head == head:
            _kept.move_to_end(key)
            return kept
        own = _own.setdefault(key, Lock())
    # Who asks for another day does not wait for this one: that may take long in a large committee.
    with own:
        with _lock:
            kept = _kept.get(key)
        if kept is None or not continues(kept.head, head):
            kept = _whole(norm, asked, head)
        elif kept.head != head:
            kept = _renewed(norm, asked, kept, head)
        with _lock:
            _keep(key, kept)
    return kept


def _keep(key: Key, kept: Kept) -> None:
    """Put it among those kept, and let the oldest go. The lock is held."""
    _kept[key] = kept
    _kept.move_to_end(key)
    while len(_kept) > KEPT or (len(_kept) > 1 and sum(each.size for each in _kept.values()) > MOST):
        gone, _ = _kept.popitem(last=False)
        _own.pop(gone, None)


def log_head() -> Head:
    """Where the log ends now."""
    found = LogHead.objects.values_list("number", "hash").first()
    return Head(*found) if found else Head(0, "")


def continues(before: Head, now: Head) -> bool:
    """Whether the log grew from `before` to `now`: else it is another database (a restored backup, a test)."""
    if before == now:
        return True
    return (
        before.number < now.number and LogRow.objects.filter(number=before.number, hash=before.hash).exists()
    )


def forget() -> None:
    """Drop everything kept."""
    with _lock:
        _kept.clear()


def run(norm: Norm, asked: Asked) -> list[Finding]:
    """Audit the deployment inside its own database."""
    return audit(norm, Deployment(), asked, engine=engine_name())


def engine_name() -> str:
    """The engine that runs inside the deployment's database."""
    return "sqlite" if connection.vendor == "sqlite" else "postgres"


def _cells(norm: Norm, asked: Asked) -> Cells:
    """The cells of what is asked; findings go into them one after another."""
    return gathered(norm, found(norm, Deployment(), asked, engine=engine_name()))


def _whole(norm: Norm, asked: Asked, head: Head) -> Kept:
    kept = Kept(head, _cells(norm, asked))
    if kept.size > LARGE:
        # The collector of cycles would go through all of them again and again, some tenths of a second each
        # time within somebody's page. They make no cycles, and are freed as ever when they are let go.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*map(max, gc.get_threshold(), SELDOM))
    return kept


def _renewed(norm: Norm, asked: Asked, kept: Kept, head: Head) -> Kept:
    """The kept findings with what was touched since audited anew."""
    change = changed_since(norm, kept.head.number, head.number)
    if change.everything:
        return _whole(norm, asked, head)
    nothing = not change.organizations and not change.members
    if nothing or (change.duties is not None and not change.duties):
        return Kept(head, kept.cells, kept.derived)
    subjects = with_those_above(change.organizations) | change.members
    # What is anchored on events may be matched by anybody's facts of the same reference: it is decided
    # whole; everything else of a subject rests on the subject's own facts.
    tied = {duty.id for duty in norm.duties.values() if duty.form == "sequence" and not duty.anchor_duties}
    if change.duties is not None:
        tied &= change.duties
    narrow = replace(
        asked,
        subjects=tuple(sorted(subjects)),
        whole=tuple(sorted(tied)),
        duties=None if change.duties is None else tuple(sorted(change.duties)),
    )
    anew = _cells(norm, narrow)
    return Kept(head, renewed(kept.cells, anew, subjects, tied, change.duties))
