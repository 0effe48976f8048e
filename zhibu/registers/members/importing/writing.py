"""What the writers of all imports share: an import while it is written, its batch and its log row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from zhibu.access import log, permit, sealing
from zhibu.access.models import Account
from zhibu.registers.members import names
from zhibu.registers.members.importing.models import Batch, BatchRow
from zhibu.registers.members.models import SEALED_WITH, Member
from zhibu.registers.members.profile import PLAIN, PROFILE, SEALED
from zhibu.registers.members.roster.planning import Plan, Planned, Verb
from zhibu.registers.organizations import actions as organizations
from zhibu.registers.organizations.models import Organization, Placement
from zhibu.site import clock
from zhibu.site.found_by import COLUMN
from zhibu.site.inserting import insert_new

VERB = "roster.import"
_PART = 1_000
#: From so many rows on the planner's statistics are renewed (PostgreSQL): else it plans for empty tables.
_LARGE = 2_000
#: The columns that a changed profile may change.
CHANGED = (*PLAIN, "pinyin", "initials", COLUMN, "sealed", "id_number_index")

#: Told after each part how many rows are written.
Told = Callable[[int], None]


def _silent(_: int) -> None:
    """Nobody is told."""


@dataclass
class Source:
    """What is imported, by whom, into which committee."""

    actor: Account
    committee: Organization
    file_name: str
    digest: str
    today: date
    told: Told = _silent


def begin_batch(source: Source, kind: str, counts: dict[str, int]) -> Batch:
    """The batch, not yet saved. Raises NotPermitted."""
    permit(source.actor, VERB, source.committee)
    return Batch(
        at=clock.now(),
        actor=source.actor,
        committee=source.committee,
        kind=kind,
        counts=counts,
        file_name=source.file_name[:200],
        digest=source.digest,
    )


def end_batch(source: Source, batch: Batch, touched: set[str], members: Sequence[str] = ()) -> Batch:
    """The one log row of a batch, naming all whom it touched."""
    row = log(
        source.actor,
        VERB,
        batch,
        before=None,
        after=batch.snapshot(),
        organizations=[batch.committee_id, *sorted(touched - {batch.committee_id})],
        members=members,
    )
    batch.log_number = row.number
    batch.save(update_fields=["log_number"])
    if len(members) >= _LARGE and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return batch


@dataclass
class Writing:
    """A plan of persons while it is written: where its rows go, whom it has touched."""

    source: Source
    plan: Plan
    batch: Batch
    new_branches: dict[str, str]  # name → id
    starts: dict[str, date]  # organization → the day from which it stands as now
    touched: set[str] = field(default_factory=set)
    members: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, source: Source, plan: Plan, kind: str) -> Writing:
        """Save the batch and set up the plan's new branches."""
        batch = begin_batch(source, kind, plan.counts())
        new: dict[str, str] = {}
        if plan.new_branches:
            began = organizations.establish_many(
                actor=source.actor,
                names=plan.new_branches,
                kind="branch",
                parent=source.committee,
                since=plan.choices.since,
            )
            new = {name: one.pk for name, one in zip(plan.new_branches, began, strict=True)}
        batch.branches = list(new.values())
        batch.save(force_insert=True)
        starts = dict(Placement.objects.filter(until__isnull=True).values_list("organization_id", "since"))
        return cls(source, plan, batch, new, starts, set(batch.branches))

    def parts(self, verb: Verb) -> Iterator[Sequence[Planned]]:
        """The rows with this verb, a thousand at a time; after each the caller's progress is told."""
        rows = [row for row in self.plan.rows if row.verb == verb]
        for start in range(0, len(rows), _PART):
            yield rows[start : start + _PART]
            self.source.told(len(self.members))

    def place_of(self, row: Planned, otherwise: str = "") -> str:
        """The organization of a row; it is touched."""
        place = row.branch or self.new_branches.get(row.new_branch or "") or otherwise
        if place:
            self.touched.add(place)
        return place

    def first_day(self, row: Planned, place: str) -> date:
        """The first day in the branch: as chosen, not before joining the Party nor before the branch stood."""
        since = self.plan.choices.since
        days = [since, self.starts.get(place, since)]
        joined = row.entry.values.get("joined")
        return max([*days, joined] if isinstance(joined, date) else days)

    def end(self) -> Batch:
        """The log row."""
        return end_batch(self.source, self.batch, self.touched, self.members)


def put_profile(member: Member, values: dict[str, Any], sensitive: dict[str, str], key: bytes | None) -> None:
    """Put read values into a member; the sealed ones under its key, the identity number findable by its index."""
    for name in PLAIN:
        if name in values:
            setattr(member, name, values[name])
    if "name" in values:
        member.pinyin, member.initials = names.sounds(member.name)
    if any(name in values for name in SEALED):
        kept = sensitive | {name: str(values[name]) for name in SEALED if values.get(name)}
        member.sealed = sealing.seal(key, SEALED_WITH, member.id, kept) if kept and key else None
        number = kept.get("id_number")
        member.id_number_index = sealing.index(number) if number else None


def change_profile(member: Member, row: Planned, key: bytes | None) -> dict[str, Any]:
    """Put the changed values of a row into a member, and give how they were before, for undo."""
    sensitive: dict[str, str] = {}
    if member.sealed:
        sensitive = sealing.open_with(key, SEALED_WITH, member.id, bytes(member.sealed)) or {}
    before = {name: getattr(member, name) for name in PLAIN} | sensitive
    profile = {name: row.entry.values[name] for name in PROFILE if name in row.changes}
    put_profile(member, profile, sensitive, key)
    return {name: before.get(name) for name in profile}


def added_rows(batch: Batch, members: Sequence[str]) -> None:
    """Note whom the batch added."""
    insert_new([BatchRow(batch=batch, member=identity, added=True) for identity in members])


def changed_row(batch: Batch, member: str, undo: dict[str, Any], key: bytes | None) -> BatchRow:
    """Note a member whom the batch changed, with what undo needs, sealed. Not yet saved."""
    sealed = sealing.seal(key, SEALED_WITH, member, undo) if key else None
    return BatchRow(batch=batch, member=member, added=False, sealed=sealed)
