"""The records behind the facts of one organization, narrowed to what the one who asked may see.

A fixed number of queries, whatever the number of facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from zhibu.access import scope
from zhibu.audit.evidence import Evidence
from zhibu.documents.archive.studies import studies
from zhibu.documents.archive.told import Original, Seen, Told, joined, lots, original
from zhibu.norm.model import Norm
from zhibu.registers.activities import queries as activities
from zhibu.registers.activities.models import Activity, Attendance
from zhibu.registers.activities.models import Attachment as ActivityFile
from zhibu.registers.evidence import kinds as evidence_kinds
from zhibu.registers.evidence import queries as evidence
from zhibu.registers.evidence.models import Attachment as EntryFile
from zhibu.registers.evidence.models import Case
from zhibu.registers.exemptions import queries as exemptions
from zhibu.registers.exemptions.models import Exemption
from zhibu.registers.organizations.models import Establishment, Post, Term
from zhibu.site.wording import full_day


class Came(NamedTuple):
    """A line of an attendance list."""

    name: str
    expected: bool
    state: str
    reason: str
    made_up: date | None
    made_up_how: str


#: Registers whose facts may come from an activity: of evidence the reference only says what it is about.
HELD = ("activities", "education")
_COLUMNS = ("member__name", "expected", "state", "reason", "made_up", "made_up_how")


@dataclass
class Records:
    """What was found. `people`: member → name, of those who may be seen, in the order of the roll."""

    people: dict[str, str] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    attendances: dict[str, list[Came]] = field(default_factory=dict)
    originals: dict[str, list[Original]] = field(default_factory=dict)  # of activities
    told: dict[Seen, Told] = field(default_factory=dict)

    def held(self, norm: Norm, fact: Evidence) -> Activity | None:
        """The activity that the fact comes from, where it comes from one that may be seen."""
        kind = norm.kinds.get(fact.kind)
        of_one = kind is not None and kind.register in HELD
        return self.activities.get(fact.ref or "") if of_one else None

    def of(self, fact: Evidence) -> Told:
        """What stands behind the fact; nothing where there is no record of its own, or none that may be seen."""
        seen = (fact.kind, fact.org, fact.member, fact.happened, fact.amount, fact.ref)
        return self.told.get(seen) or self.told.get((fact.kind.partition(".")[0], fact.ref)) or Told()


def gathered(
    reader: Any, norm: Norm, facts: Sequence[Evidence], lists_of: Collection[str], titles: Mapping[str, str]
) -> Records:
    """The records behind these facts. `lists_of`: organizations whose attendance lists belong in the box;
    `titles`: organization → name.
    """
    found = Records()
    by_register: dict[str, list[Evidence]] = defaultdict(list)
    for fact in facts:
        kind = norm.kinds.get(fact.kind)
        by_register[kind.register if kind else ""].append(fact)
    for lot in lots({fact.member for fact in facts if fact.member}):
        people = scope.members(reader).filter(pk__in=lot).order_by("pinyin", "pk")
        found.people.update(people.values_list("pk", "name"))
    # Hours come from activities and from trainings outside; entries of before stand in evidence.
    held = [*by_register["activities"], *by_register["education"]]
    _activities(reader, found, {fact.ref for fact in held if fact.ref}, lists_of)
    _entries(reader, norm, found, [*by_register["evidence"], *held])
    found.told.update(studies(reader, by_register["education"]))
    _offices(found, by_register["organizations"], titles)
    _exemptions(reader, found, by_register["exemptions"])
    return found


def _activities(reader: Any, found: Records, ids: set[str], lists_of: Collection[str]) -> None:
    for lot in lots(ids):
        rows = activities.activities(reader).filter(pk__in=lot)
        for row in rows.prefetch_related("hosts", "themes", "blocks", "papers"):
            found.activities[row.pk] = row
        lines = Attendance.objects.filter(
            activity__in=found.activities.keys() & set(lot), organization__in=lists_of
        )
        ordered = lines.order_by("organization_id", "member__pinyin", "member_id")
        for activity, *columns in ordered.values_list("activity_id", *_COLUMNS):
            found.attendances.setdefault(activity, []).append(Came(*columns))
        for file in ActivityFile.objects.filter(activity__in=lot):
            found.originals.setdefault(file.activity_id, []).append(original(file))


class _Entry(NamedTuple):
    kind: str
    ref: str
    ref_title: str
    note: str
    kept_at: str


_SAID = ("ref_title", "note", "counts_for_reason", "kept_at")


def _entries(reader: Any, norm: Norm, found: Records, facts: Sequence[Evidence]) -> None:
    if not facts:
        return
    days = [fact.happened for fact in facts]
    rows = evidence.entries_told(reader).filter(
        kind__in={fact.kind for fact in facts},
        organization__in={fact.org for fact in facts},
        day__range=(min(days), max(days)),
        withdrawn=None,
    )
    wanted = {(fact.kind, fact.org, fact.member, fact.happened, fact.amount, fact.ref) for fact in facts}
    kept: dict[str, tuple[Seen, _Entry]] = {}
    columns = ("pk", "kind", "organization_id", "member_id", "day", "amount", "ref", *_SAID)
    for key, *first, ref, title, note, reason, kept_at in rows.values_list(*columns):
        seen: Seen = (*first, ref or key)
        if seen in wanted:
            kept[key] = (
                seen,
                _Entry(first[0], ref, title, "；".join(part for part in (note, reason) if part), kept_at),
            )
    refs = {row.ref for _, row in kept.values() if row.ref}
    cases: dict[str, str] = {}
    files: dict[str, list[Original]] = {}
    for lot in lots(refs):
        cases.update(Case.objects.filter(pk__in=lot).values_list("pk", "title"))
    for lot in lots(kept):
        for file in EntryFile.objects.filter(entry__in=lot):
            files.setdefault(file.entry_id, []).append(original(file))
    for key, (seen, row) in kept.items():
        written = evidence_kinds.choosing(norm.kinds[row.kind]) in ("period", "text")
        about = cases.get(row.ref, "") or row.ref_title or (row.ref if written else "")
        found.told[seen] = Told(about, row.note, row.kept_at, tuple(files.get(key, ())))


def _offices(found: Records, facts: Sequence[Evidence], titles: Mapping[str, str]) -> None:
    """Posts, terms, numbers of staff: what the row says beside its days. Of the tree itself: the other organization."""
    refs = {fact.ref for fact in facts if fact.ref}
    for lot in lots(refs):
        for post in Post.objects.filter(pk__in=lot):
            found.told["post", post.pk] = Told(note=joined(post.portfolio, post.document))
        for term in Term.objects.filter(pk__in=lot):
            number = f"第 {term.number} 届" if term.number else ""
            found.told["term", term.pk] = Told(note=joined(number, term.approval))
        for one in Establishment.objects.filter(pk__in=lot):
            found.told["establishment", one.pk] = Told(note=one.document)
    for fact in facts:
        if fact.kind.partition(".")[0] in ("branch", "affiliation") and fact.ref:
            found.told[fact.kind.partition(".")[0], fact.ref] = Told(about=titles.get(fact.ref, ""))


def _exemptions(reader: Any, found: Records, facts: Sequence[Evidence]) -> None:
    if not facts:
        return
    rows = exemptions.exemptions(reader).filter(
        organization__in={fact.org for fact in facts}, stage=Exemption.Stage.APPROVED
    )
    for row in rows:
        decided = f"{row.decided_by}批准" if row.decided_by else ""
        seen = ("exemption", row.organization_id, row.member_id, row.since, None, row.duty)
        found.told[seen] = Told(
            note=joined(row.reason, row.document, decided, f"{full_day(row.applied)}申请")
        )
