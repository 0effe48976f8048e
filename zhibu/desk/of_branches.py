"""Where the reader's branches stand (各支部), on the workbench: what they are behind on and what falls due next.

By duty with the branches folded in, or by branch in the order of the roll. Never a ranking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from django.contrib import messages
from django.http import HttpRequest

from zhibu.audit.relations import Finding
from zhibu.desk import tasks
from zhibu.desk.addresses import Addresses
from zhibu.desk.cells import Seen
from zhibu.desk.document import Place
from zhibu.norm.model import Duty, Norm
from zhibu.site.wording import near_day

By = Literal["duty", "branch"]
#: What the branches are called where the committee itself is among them, and where it is not.
Whose = Literal["支部", "党组织"]
#: The ways to look at them, the first without asking.
WAYS: dict[By, str] = {"duty": "按要求", "branch": "按{whose}"}
#: So many lines of what is due next, and of what is missed, are seen at once, and of a branch so many duties of
#: each; the others unfold.
NEXT, BEHIND = 8, 12
OWED_NEXT, OWED_BEHIND = 3, 8


class Words(Protocol):
    """How the workbench names a duty's reason."""

    at: Addresses

    def why(self, duty_id: str) -> str: ...
    def doubtful(self, duty_id: str) -> bool: ...


@dataclass(frozen=True)
class OfDuty:
    """A duty with the branches that are behind on it, or have still to do it, in the order of the roll."""

    title: str
    why: str
    address: str
    branches: list[tuple[str, str]]  # name, address
    doubtful: bool
    due: str = ""  # by when, of what is still to do


@dataclass(frozen=True)
class Owed:
    """One duty of a branch: where its findings are listed, and by when it is still to do."""

    title: str
    address: str
    doubtful: bool
    due: str = ""


@dataclass(frozen=True)
class OfBranch:
    """A branch with the duties that it is behind on, or has still to do; more than so many unfold."""

    name: str
    address: str
    said: str  # on how many, those on a reading not signed apart
    owed: list[Owed]
    folded: list[Owed]


@dataclass(frozen=True)
class Section:
    """What is due next, or what is missed: the first lines and those that unfold."""

    title: str
    lines: Sequence[OfDuty | OfBranch]
    folded: Sequence[OfDuty | OfBranch]


def shown(
    request: HttpRequest,
    words: Words,
    norm: Norm,
    seen: Seen,
    branches: Sequence[Place],
    day: date,
    whose: Whose,
) -> dict[str, Any]:
    """What the workbench shows of branches, in the way that the address asks for (`by`)."""
    by = _asked(request, whose)
    stand = _Stand(words, norm, seen, branches, day)
    next_: Sequence[OfDuty | OfBranch]
    behind: Sequence[OfDuty | OfBranch]
    if by == "branch":
        next_, behind = stand.next_of_branches(), stand.branches_behind()
    else:
        next_, behind = stand.next_of_duties(), stand.duties_behind()
    sections = [
        Section(f"各{whose}最近截止", next_[:NEXT], next_[NEXT:]),
        Section(f"各{whose}未完成", behind[:BEHIND], behind[BEHIND:]),
    ]
    return {
        "ways": [(way, title.format(whose=whose), way == by) for way, title in WAYS.items()],
        "line": f"desk/of_{by}.html",
        "whose": whose,
        "unit": f"个{whose}" if by == "branch" else "项",
        "sections": [one for one in sections if one.lines],
    }


def _asked(request: HttpRequest, whose: Whose) -> By:
    asked = request.GET.get("by", "")
    if asked and asked not in WAYS:
        messages.warning(request, f"没有“{asked[:10]}”这种列法，各{whose}按要求列出。")
    return next((way for way in WAYS if way == asked), "duty")


class _Stand:
    """Which branch is behind on which duty, and by when it has to do which."""

    def __init__(self, words: Words, norm: Norm, seen: Seen, branches: Sequence[Place], day: date) -> None:
        self.words, self.branches, self.day = words, branches, day
        self.duties = tasks.in_order(norm)
        self.missed: dict[str, set[str]] = {}  # duty → branches
        self.due: dict[str, dict[str, date]] = {}  # duty → branch → the nearest day
        for cell in seen.only({one.id for one in branches}).cells:
            duty, org = norm.duties[cell.key.duty], cell.key.org
            if cell.counts["missed"]:
                self.missed.setdefault(duty.id, set()).add(org)
            due = cell.of(("to do", day), lambda rows, duty=duty: _next_to_do(duty, rows, day))  # type: ignore[misc]
            if due is not None and due.year == day.year:
                known = self.due.setdefault(duty.id, {})
                known[org] = min(due, known.get(org, due))

    def duties_behind(self) -> list[OfDuty]:
        """The duties of which branches have missed anything, in the order of the norm."""
        return [self._duty(duty, self.missed[duty.id]) for duty in self.duties if duty.id in self.missed]

    def next_of_duties(self) -> list[OfDuty]:
        """What falls due next and is still to do: of each duty its nearest day, the nearest first."""
        nearest = [(min(days.values()), duty) for duty in self.duties if (days := self.due.get(duty.id))]
        return [
            self._duty(duty, {org for org, day in self.due[duty.id].items() if day == due}, due)
            for due, duty in sorted(nearest, key=lambda one: one[0])
        ]

    def branches_behind(self) -> list[OfBranch]:
        """The branches that have missed anything, in the order of the roll."""
        return [
            self._branch(place, "未完成", [self._owed(duty, place) for duty in owed], OWED_BEHIND)
            for place in self.branches
            if (owed := [duty for duty in self.duties if place.id in self.missed.get(duty.id, ())])
        ]

    def next_of_branches(self) -> list[OfBranch]:
        """What falls due next in each branch and is still to do, the nearest first; in the order of the roll."""
        found = []
        for place in self.branches:
            owed = [(due, duty) for duty in self.duties if (due := self.due.get(duty.id, {}).get(place.id))]
            if owed:
                owed.sort(key=lambda one: one[0])
                named = [self._owed(duty, place, due) for due, duty in owed]
                found.append(self._branch(place, "还没有做", named, OWED_NEXT))
        return found

    def _duty(self, duty: Duty, named: Collection[str], due: date | None = None) -> OfDuty:
        at, words = self.words.at, self.words
        return OfDuty(
            duty.title,
            words.why(duty.id),
            at.duty(duty.id),
            [(one.name, at.duty(duty.id, one.id)) for one in self.branches if one.id in named],
            words.doubtful(duty.id),
            near_day(due, self.day) if due else "",
        )

    def _owed(self, duty: Duty, place: Place, due: date | None = None) -> Owed:
        address, doubtful = self.words.at.duty(duty.id, place.id), self.words.doubtful(duty.id)
        return Owed(duty.title, address, doubtful, near_day(due, self.day) if due else "")

    def _branch(self, place: Place, what: str, owed: list[Owed], most: int) -> OfBranch:
        doubtful = sum(one.doubtful for one in owed)
        counts = ((len(owed) - doubtful, f"项{what}"), (doubtful, "项口径待确认"))
        said = "，".join(f"{count} {words}" for count, words in counts if count)
        return OfBranch(place.name, self.words.at.findings(org=place.id), said, owed[:most], owed[most:])


def _next_to_do(duty: Duty, rows: Iterable[Finding], day: date) -> date | None:
    return min(
        (one.due for one in rows if one.status == "open" and one.due >= day and tasks.is_to_do(duty, one)),
        default=None,
    )
