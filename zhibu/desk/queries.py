"""Reads of the desk, narrowed to what the reader may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.access import scope
from zhibu.audit.relations import Finding
from zhibu.desk import cells
from zhibu.desk.cells import Seen
from zhibu.desk.document import Place
from zhibu.desk.findings import Kept
from zhibu.desk.overview import DutyState, overview
from zhibu.desk.readings import signatures
from zhibu.norm.model import Kind, Norm
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import FirstDayOfUse, Placement
from zhibu.site import sounds

#: Names are looked up in lots of so many, below every database's bound of parameters.
LOT = 5000
RANKS = {"committee": 0, "general_branch": 1, "branch": 2, "group": 3}


@dataclass(frozen=True)
class Reach:
    """What a reader sees of findings: organizations, those of whose members too, and the own member."""

    organizations: frozenset[str]
    people_of: frozenset[str]
    member: str | None


def reach(reader: Any) -> Reach:
    """The reader's reach, from the grants in force today."""
    own = reader.member_id if scope.owns(reader, "members.read") else None
    return Reach(scope.reachable(reader, "desk.read"), scope.reachable(reader, "members.read"), own)


def seen(norm: Norm, kept: Kept, reach: Reach) -> Seen:
    """The findings within reach; the cells are chosen once for each reach until the next write."""
    found: Seen | None = kept.derived.get(("seen", reach))
    if found is None:
        found = cells.seen(kept.cells, reach.organizations, reach.people_of, reach.member)
        kept.derived["seen", reach] = found
    return found


def doubtful(norm: Norm, day: date, signed: Collection[str] | None = None) -> frozenset[str]:
    """The duties that rest on a reading that was not signed by the day. `signed`: those that were, if known."""
    signed = signatures(norm, day) if signed is None else signed
    return frozenset(
        duty.id for duty in norm.duties.values() if any(one not in signed for one in duty.readings)
    )


def first_day_to_come(day: date) -> date | None:
    """The first day of use (启用日期) where it lies after `day`: nothing is owed before it."""
    rows = FirstDayOfUse.objects.filter(since__gt=day).order_by("since")
    return rows.values_list("since", flat=True).first()


def placements(day: date) -> list[Placement]:
    """The tree on a day, each organization as it last stood by then."""
    rows = Placement.objects.filter(since__lte=day).order_by("since").select_related("organization")
    return list({row.organization_id: row for row in rows}.values())


def places(rows: Iterable[Placement], reach: Reach, day: date) -> list[Place]:
    """The organizations within reach that stand on the day: committees, then branches by number and name.

    Groups are part of their branch; whoever reaches nothing else has the group.
    """
    standing = [row for row in rows if row.holds(day) and row.organization_id in reach.organizations]
    standing.sort(
        key=lambda row: (RANKS.get(row.kind, 9), row.organization.number, row.name, row.organization_id)
    )
    above = [row for row in standing if row.kind != "group"]
    return [Place(row.organization_id, row.name, row.kind) for row in above or standing]


def host(rows: Iterable[Placement], kind: Kind, org: str) -> str:
    """The organization for which a fact of the kind is recorded: this one, or the nearest above that may have it.

    Empty where neither may: a member of no branch.
    """
    placed = {row.organization_id: row for row in rows}
    place: Placement | None = placed.get(org)
    for _ in placed:
        if place is None or place.kind in kind.organizations:
            break
        place = placed.get(place.parent_id or "")
    return place.organization_id if place is not None and place.kind in kind.organizations else ""


def homes(rows: Iterable[Placement], reach: Reach | None = None) -> dict[str, str]:
    """Group → the branch above it: a group has no cell of its own. `reach`: of branches within reach alone."""
    return {
        row.organization_id: row.parent_id
        for row in rows
        if row.kind == "group" and row.parent_id and (reach is None or row.parent_id in reach.organizations)
    }


def states(
    norm: Norm, kept: Kept, reach: Reach, rows: Iterable[Placement], day: date
) -> Mapping[str, DutyState]:
    """The state of every duty across the organizations within reach; computed once until the next write."""
    found: Mapping[str, DutyState] | None = kept.derived.get(("states", reach))
    if found is None:
        found = overview(norm, seen(norm, kept, reach), day, homes(rows, reach))
        kept.derived["states", reach] = found
    return found


def roll(rows: Iterable[Placement]) -> dict[str, int]:
    """The order of the roll of all organizations: kind, number, name."""
    order = sorted(
        rows, key=lambda row: (RANKS.get(row.kind, 9), row.organization.number, row.name, row.organization_id)
    )
    return {row.organization_id: number for number, row in enumerate(order)}


class Names:
    """Names of organizations and persons, of persons those that were looked up."""

    def __init__(self, rows: Iterable[Placement]) -> None:
        self.organizations = {row.organization_id: row.name for row in rows}
        self.people: dict[str, str] = {}

    def of(self, id_: str) -> str:
        """The name; the id where there is none."""
        return self.organizations.get(id_) or self.people.get(id_, id_)

    def look_up(self, findings: Iterable[Finding]) -> None:
        """Fetch the names of the persons whom these are about, as far as they are not known."""
        known = self.organizations.keys() | self.people.keys()
        wanted = sorted({finding.subject for finding in findings} - known)
        for start in range(0, len(wanted), LOT):
            rows = Member.objects.filter(pk__in=wanted[start : start + LOT]).values_list("id", "name")
            self.people.update(rows)

    def having(self, word: str) -> tuple[frozenset[str], frozenset[str]]:
        """The organizations and the members whose name, its pinyin or the letters of it have a word."""
        asked = sounds.squeezed(word)
        organizations = frozenset(
            id_ for id_, name in self.organizations.items() if asked and asked in sounds.keys(name)
        )
        people = Member.objects.filter(found_by__contains=asked) if asked else Member.objects.none()
        return organizations, frozenset(people.values_list("pk", flat=True))


def names(findings: Iterable[Finding], rows: Iterable[Placement]) -> dict[str, str]:
    """Id → name of every subject and organization of the findings."""
    found = {row.organization_id: row.name for row in rows}
    people = sorted({finding.subject for finding in findings} - set(found))
    for start in range(0, len(people), LOT):
        lot = people[start : start + LOT]
        found.update(Member.objects.filter(pk__in=lot).values_list("id", "name"))
    return found
