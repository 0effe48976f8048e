"""What stands on the days of a calendar: activities, due days, ends of terms; the same for pages and feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from django.urls import reverse

from zhibu.desk import findings
from zhibu.desk import queries as desk
from zhibu.desk.calendar import queries
from zhibu.desk.calendar.dues import Due, to_come, within
from zhibu.norm.model import Norm
from zhibu.registers.activities.models import Activity
from zhibu.registers.organizations.models import Placement

Kind = Literal["activity", "due", "term"]
#: What the page calls them, in the order of its filter.
KINDS: Mapping[str, str] = {"activity": "活动", "due": "到期", "term": "届满", "school": "主题日和校历"}


@dataclass(frozen=True)
class Held:
    """An activity on one of its days. `number`: which of its blocks. `moved_to`: it stood here and was put off."""

    activity: Activity
    day: date
    number: int
    organizations: tuple[str, ...]
    kinds: tuple[str, ...]
    part: str = ""
    start: time | None = None
    end: time | None = None
    moved_to: date | None = None

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("activity", args=[self.activity.pk])


@dataclass(frozen=True)
class Wanted:
    """For whom, of which days, of which organizations (None: all within reach), only the own, which kinds."""

    reader: Any
    today: date
    first: date
    last: date
    organizations: frozenset[str] | None = None
    mine: bool = False
    kinds: frozenset[str] = frozenset(KINDS)


@dataclass(frozen=True)
class Things:
    """What was found. `names`: organization → name. `revised`: activity → how often and when it was written."""

    held: list[Held]
    dues: list[Due]
    terms: list[tuple[date, str]]
    names: Mapping[str, str]
    revised: Mapping[str, tuple[int, datetime]]


def gather(norm: Norm, wanted: Wanted, tree: list[Placement], *, revisions: bool = False) -> Things:
    """Everything wanted, in a fixed number of queries."""
    mine = queries.own(wanted.reader, wanted.today) if wanted.mine else None
    names = {row.organization_id: row.name for row in tree}
    held: list[Held] = []
    revised: Mapping[str, tuple[int, datetime]] = {}
    if "activity" in wanted.kinds:
        found = queries.of_days(wanted.reader, wanted.first, wanted.last, wanted.organizations, mine)
        parts = queries.parts(found)
        for activity in found:
            held += held_on(activity, parts, wanted.first, wanted.last)
        revised = queries.revisions(found) if revisions else {}
    terms: list[tuple[date, str]] = []
    if "term" in wanted.kinds:
        places = mine.organizations if mine else wanted.organizations
        ends = queries.term_ends(wanted.reader, norm, tree, wanted.today, places)
        terms = [one for one in ends if wanted.first <= one[0] <= wanted.last]
    held.sort(key=lambda one: (one.day, one.start or _STARTS.get(one.part, time()), one.activity.title))
    return Things(held, _dues(norm, wanted, mine) if "due" in wanted.kinds else [], terms, names, revised)


#: When the parts of a day begin and end where no times were written; a whole day has none.
USUAL: Mapping[str, tuple[time, time]] = {
    "morning": (time(8), time(12)),
    "afternoon": (time(14), time(18)),
    "evening": (time(19), time(21)),
}
_STARTS = {part: times[0] for part, times in USUAL.items()}


def held_on(activity: Activity, parts: queries.Parts, first: date, last: date) -> list[Held]:
    """An activity on its days from `first` to `last`, and on the day that it stands in for."""
    hosts, kinds = tuple(parts.hosts.get(activity.pk, ())), tuple(parts.kinds.get(activity.pk, ()))
    rows = parts.blocks.get(activity.pk, [])
    found = [
        Held(activity, day, number, hosts, kinds, part, start, end)
        for number, (day, part, start, end) in enumerate(rows)
        if first <= day <= last
    ]
    instead_of = activity.counts_for
    if instead_of and first <= instead_of <= last and instead_of not in {row[0] for row in rows}:
        found.append(Held(activity, instead_of, len(rows), hosts, kinds, moved_to=activity.day))
    return found


def _dues(norm: Norm, wanted: Wanted, mine: queries.Own | None) -> list[Due]:
    kept = findings.findings(wanted.today)
    owed = queries.owed_by(norm, kept, desk.reach(wanted.reader), mine)
    places = wanted.organizations
    concerned = {one for one in owed.concerned if places is None or one[1] in places}
    return [
        *(due for due in within(owed, wanted.first, wanted.last) if places is None or due.org in places),
        *to_come(norm, concerned, wanted.today, wanted.first, wanted.last),
    ]
