"""Reads of boxes and of what can be chosen for one, narrowed to what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.access import scope
from zhibu.access.models import Account, LogRow, Touched
from zhibu.desk.changes import PROVES_NOTHING
from zhibu.desk.queries import RANKS
from zhibu.documents.archive import names, storage
from zhibu.documents.archive.models import Archive
from zhibu.documents.archive.selection import Selection
from zhibu.registers.members.models import Destruction
from zhibu.registers.organizations.models import Organization, Placement

MAKE = "archive.make"
#: What a box rests on: it holds only organizations where its reader may make boxes and read all registers.
REGISTERS = ("organizations", "members", "activities", "education", "evidence")
RESTS_ON = (MAKE, "desk.read", *(f"{register}.read" for register in REGISTERS))


@dataclass(frozen=True)
class Unit:
    """An organization with a folder of its own, as it last stood by the day."""

    id: str
    name: str
    kind: str
    folder: str


def reach(reader: Any) -> frozenset[str]:
    """The organizations that may be in a box of the reader's."""
    return frozenset.intersection(*(scope.reachable(reader, verb) for verb in RESTS_ON))


def units(reader: Any, day: date, since: date) -> list[Unit]:
    """The organizations to choose from, in the order of the roll: those that stood at any time since, to `day`."""
    rows = Placement.objects.filter(since__lte=day, organization__in=reach(reader)).exclude(kind="group")
    last = {row.organization_id: row for row in rows.order_by("since").select_related("organization")}
    standing = [row for row in last.values() if row.until is None or row.until > since]
    standing.sort(
        key=lambda row: (RANKS.get(row.kind, 9), row.organization.number, row.name, row.organization_id)
    )
    first = 0 if standing and standing[0].kind == "committee" else 1
    return [
        Unit(row.organization_id, row.name, row.kind, names.folder(f"{number:02}", row.name))
        for number, row in enumerate(standing, first)
    ]


def roots(account: Account, organizations: tuple[str, ...]) -> list[str]:
    """At and below which organizations the account reaches these."""
    found = []
    for root in scope.roots(account, MAKE):
        below = Organization.objects.filter(id__in=scope.subtree([root]), pk__in=organizations)
        if below.exists():
            found.append(root)
    return found


def covers(reader: Any, archive: Archive) -> bool:
    """Whether the reader reaches now all that is in it, and all that whoever asked reached when it was made."""
    return {*archive.organizations, *archive.roots} <= reach(reader)


def archives(reader: Any) -> list[Archive]:
    """The boxes that the reader may take, and own ones whatever became of them, latest first."""
    rows = Archive.objects.select_related("account", "job")
    within = reach(reader)
    return [
        row
        for row in rows
        if row.account_id == reader.pk
        or (row.made is not None and {*row.organizations, *row.roots} <= within)
    ]


def standing(account: Account, selection: Selection, day: date) -> Archive | None:
    """The account's own box of the same selection that is being made, or was made of what is recorded now."""
    rows = Archive.objects.filter(account=account, key=selection.key, day=day).select_related("job")
    for row in rows:
        if row.job.active:
            return row
        fresh = row.made is not None and not changed_since(row.version or 0)
        if fresh and storage.finished(row.pk).is_file() and covers(account, row):
            return row
    return None


def data_version() -> int:
    """The number of the last row of the log that can have changed a finding: what the records are as of."""
    rows = LogRow.objects.order_by("-number")
    for app in PROVES_NOTHING:
        rows = rows.exclude(type__startswith=app)
    return rows.values_list("number", flat=True).first() or 0


def changed_since(
    version: int, until: int | None = None, organizations: tuple[str, ...] | None = None
) -> bool:
    """Whether any record was written after a version of the data, up to `until`; of these organizations, or at all."""
    rows = Touched.objects.filter(row__number__gt=version)
    for app in PROVES_NOTHING:
        rows = rows.exclude(row__type__startswith=app)
    if until is not None:
        rows = rows.filter(row__number__lte=until)
    if organizations is not None:
        rows = rows.filter(organization__in=organizations)
    return rows.exists()


def last_forgotten() -> int:
    """The number of the log's last row of someone's personal data being destroyed; 0 where there is none."""
    rows = LogRow.objects.filter(type=Destruction._meta.label_lower, verb="members.forget")
    return rows.order_by("-number").values_list("number", flat=True).first() or 0
