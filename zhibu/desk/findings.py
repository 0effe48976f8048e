"""The findings of the deployment, kept between pages and never believed past a write.

They are kept for the norm's fingerprint, the day and the first day asked for, and marked with the head of
the log. When the log has grown, only what its new rows touched is audited again: the organizations and
members that they name, what stands above these, and whatever is anchored on events. Rows that change the
tree, the first day of use, or very many subjects ask for the whole audit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from threading import Lock
from typing import Any, NamedTuple

from django.db import connection

from zhibu.access.models import LogHead, LogRow, Touched
from zhibu.audit.relations import Asked, Finding
from zhibu.audit.run import audit
from zhibu.desk.facts import Deployment
from zhibu.norm.model import Norm
from zhibu.registers.organizations.models import Placement
from zhibu.site import packs

#: So many days (or first days) are kept; a page of the past does not push out today's for long.
KEPT = 6
#: More touched subjects than this, and the whole is as quick.
MOST_TOUCHED = 400
#: Apps whose records prove nothing: what is written there changes no finding.
PROVES_NOTHING = ("inbox.", "notices.")
#: Types of records whose change can alter who owes what anywhere below a committee.
FAR_REACHING = frozenset({"organization", "placement", "firstdayofuse"})

Key = tuple[str, date, date]


class Head(NamedTuple):
    """Where the log ends: the number of its last row, and its hash."""

    number: int
    hash: str


@dataclass
class Kept:
    """Findings with what they are true for. `derived`: what pages compute from them, by name."""

    head: Head
    findings: list[Finding]
    derived: dict[Any, Any] = field(default_factory=dict)


_kept: OrderedDict[Key, Kept] = OrderedDict()
_lock = Lock()


def findings(day: date, since: date | None = None) -> Kept:
    """All findings as of `day`, right for everything written up to now. Not narrowed to any reader."""
    norm = packs.norm()
    asked = Asked(as_of=day, since=since)
    key = (norm.fingerprint, day, asked.first)
    # The head is read first: a write that comes in between is seen as new the next time.
    head = log_head()
    with _lock:
        kept = _kept.get(key)
        if kept is None or not continues(kept.head, head):
            kept = Kept(head, run(norm, asked))
        elif kept.head != head:
            kept = _renewed(norm, asked, kept, head)
        _kept[key] = kept
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return kept


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


@dataclass(frozen=True)
class Change:
    """What the rows of the log after a version touched."""

    organizations: frozenset[str]
    members: frozenset[str]
    everything: bool


def changed_since(version: int, until: int) -> Change:
    """What was touched by the rows (version, until]."""
    rows = LogRow.objects.filter(number__gt=version, number__lte=until)
    touched = Touched.objects.filter(row__number__gt=version, row__number__lte=until)
    for app in PROVES_NOTHING:
        rows, touched = rows.exclude(type__startswith=app), touched.exclude(row__type__startswith=app)
    types = set(rows.values_list("type", flat=True).distinct())
    pairs = list(touched.values_list("organization", "member").distinct()[: MOST_TOUCHED + 1])
    return Change(
        frozenset(one for one, _ in pairs if one),
        frozenset(one for _, one in pairs if one),
        everything=len(pairs) > MOST_TOUCHED or bool(types & FAR_REACHING),
    )


def _renewed(norm: Norm, asked: Asked, kept: Kept, head: Head) -> Kept:
    """The kept findings with what was touched since audited anew."""
    change = changed_since(kept.head.number, head.number)
    if change.everything:
        return Kept(head, run(norm, asked))
    if not change.organizations and not change.members:
        return Kept(head, kept.findings, kept.derived)
    organizations = with_those_above(change.organizations)
    subjects = organizations | change.members
    # What is anchored on events may be matched by anybody's facts of the same reference: it is decided
    # whole; everything else of a subject rests on the subject's own facts.
    tied = {duty.id for duty in norm.duties.values() if duty.form == "sequence" and not duty.anchor_duties}
    renewed = run(norm, replace(asked, subjects=tuple(sorted(subjects)), whole=tuple(sorted(tied))))
    stay = (f for f in kept.findings if f.duty not in tied and f.subject not in subjects)
    # Both are sorted, and the findings of a duty and subject are all in one of them.
    return Kept(head, sorted([*stay, *renewed], key=attrgetter("duty", "subject")))


def with_those_above(organizations: Iterable[str]) -> frozenset[str]:
    """These organizations and all that stand, or ever stood, above them."""
    above: dict[str, set[str]] = {}
    for org, parent in Placement.objects.exclude(parent=None).values_list("organization_id", "parent_id"):
        above.setdefault(org, set()).add(parent)
    found: set[str] = set()
    waiting = list(organizations)
    while waiting:
        org = waiting.pop()
        if org not in found:
            found.add(org)
            waiting.extend(above.get(org, ()))
    return frozenset(found)
