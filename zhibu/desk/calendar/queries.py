"""Reads of the calendar, narrowed to what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from zhibu.access import scope, sealing
from zhibu.access.models import LogRow
from zhibu.access.sealing import secret_hash
from zhibu.audit.calendar import anniversary
from zhibu.desk import queries as desk
from zhibu.desk.calendar.dues import Owed, owed
from zhibu.desk.calendar.models import SEALED_WITH, Feed, opened_name
from zhibu.desk.cells import Cell, gathered
from zhibu.desk.findings import Kept
from zhibu.norm.model import Norm
from zhibu.registers.activities import queries as activities
from zhibu.registers.activities.models import Activity, Attendance, Block, Host, Theme
from zhibu.registers.activities.rules import LONGEST_DAYS
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Membership
from zhibu.registers.organizations.models import Placement, Term

#: Whose work an account leads: there it may record activities.
LEADS = "activities.record"


@dataclass(frozen=True)
class Own:
    """What is the reader's own: the member, the organizations it belongs to or leads, those it leads."""

    member: str | None
    organizations: frozenset[str]
    led: frozenset[str]


def own(reader: Any, today: date) -> Own:
    """The reader's own, from the memberships and grants of today."""
    led = frozenset(scope.roots(reader, LEADS))
    home = Membership.objects.filter(in_force(today), member=reader.member_id) if reader.member_id else ()
    places = frozenset(home.values_list("organization_id", flat=True)) if home else frozenset()
    return Own(reader.member_id, places | led, led)


def cover(tree: Iterable[Placement], organization: str) -> frozenset[str]:
    """The organizations whose work stands in an organization's calendar: itself, of a branch its groups too."""
    groups = {row.organization_id for row in tree if row.kind == "group" and row.parent_id == organization}
    return frozenset({organization} | groups)


def of_days(
    reader: Any, first: date, last: date, organizations: frozenset[str] | None, mine: Own | None
) -> QuerySet[Activity]:
    """The activities with a day from `first` to `last`, or that stand in for one.

    `organizations`: of these only. `mine`: held by one's own organization, or with oneself on the list.
    """
    early = first - timedelta(days=LONGEST_DAYS)
    found = activities.activities(reader).filter(
        Q(day__range=(early, last)) | Q(counts_for__range=(first, last))
    )
    hosts = Host.objects.filter(activity=OuterRef("pk"))
    if organizations is not None:
        found = found.filter(Exists(hosts.filter(organization__in=organizations)))
    if mine is not None:
        listed = Attendance.objects.filter(activity=OuterRef("pk"), member=mine.member or "")
        found = found.filter(Exists(hosts.filter(organization__in=mine.organizations)) | Exists(listed))
    return found.defer("content", "visitors", "chair").order_by("day", "pk")


@dataclass(frozen=True)
class Parts:
    """What hangs on activities, by activity: blocks (day, part, start, end); hosts, the leading one first; kinds."""

    blocks: Mapping[str, list[tuple[date, str, time | None, time | None]]]
    hosts: Mapping[str, list[str]]
    kinds: Mapping[str, list[str]]


def parts(found: Iterable[Activity]) -> Parts:
    """Three queries for any number; plain rows, as a month of many branches has hundreds."""
    ids = [one.pk for one in found]
    blocks = Block.objects.filter(activity__in=ids).order_by("day", "start", "id")
    hosts = Host.objects.filter(activity__in=ids).order_by("-leading", "id")
    return Parts(
        _by_activity(
            (key, tuple(row))
            for key, *row in blocks.values_list("activity_id", "day", "part", "start", "end")
        ),
        _by_activity(hosts.values_list("activity_id", "organization_id")),
        _by_activity(Theme.objects.filter(activity__in=ids).values_list("activity_id", "kind")),
    )


def _by_activity(rows: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found


def revisions(found: QuerySet[Activity]) -> Mapping[str, tuple[int, datetime]]:
    """Activity → how many rows the log has of it, and the time of the last. What was written in bulk has none."""
    rows = LogRow.objects.filter(type=Activity._meta.label_lower, object__in=found.order_by().values("pk"))
    counted = rows.values("object").annotate(rows=Count("number"), last=Max("at"))
    return {row["object"]: (row["rows"], row["last"]) for row in counted}


def years_of_terms(norm: Norm, day: date) -> Mapping[str, int]:
    """Kind of organization → how many years its terms last, by the duties that ask for one in force."""
    found = {}
    for duty in norm.duties.values():
        if "term" in duty.kinds and duty.form == "standing" and duty.lasts:
            years = norm.parameters[duty.lasts].on(day)
            if isinstance(years, int):
                found.update(dict.fromkeys(norm.subjects[duty.subjects].organizations, years))
    return found


def term_ends(
    reader: Any, norm: Norm, tree: Iterable[Placement], day: date, organizations: frozenset[str] | None
) -> list[tuple[date, str]]:
    """The day on which the last known term of each organization within reach is over, with the organization."""
    years, standing = years_of_terms(norm, day), {row.organization_id: row for row in tree if row.holds(day)}
    reach = scope.reachable(reader, "organizations.read")
    if organizations is not None:
        below = {key for key, row in standing.items() if row.parent_id in organizations}
        reach &= organizations | below
    ends: dict[str, date] = {}
    rows = Term.objects.filter(organization__in=reach).order_by("since")
    for org, since, until in rows.values_list("organization_id", "since", "until"):
        ends.pop(org, None)  # a later term takes the place of the one before
        row = standing.get(org)
        lasts = years.get(row.kind) if row else None
        if row and (end := until or (anniversary(since, lasts) if lasts else None)):
            ends[org] = end
    return sorted((end, org) for org, end in ends.items())


def owed_by(norm: Norm, kept: Kept, reach: desk.Reach, mine: Own | None) -> Owed:
    """What is to do by due day within reach; computed once for each reach until the next write."""
    key = ("owed", reach, mine)
    found: Owed | None = kept.derived.get(key)
    if found is None:
        seen = desk.seen(norm, kept, reach)
        cells: Iterable[Cell] = seen.cells
        if mine is not None:
            who = mine.led | ({mine.member} if mine.member else set())
            cells = gathered(norm, (one for subject in who for one in seen.of_subject(subject))).values()
        found = kept.derived[key] = owed(norm, cells)
    return found


def feeds(reader: Any) -> QuerySet[Feed]:
    """The reader's own feeds."""
    return Feed.objects.filter(account=reader.pk)


def named(reader: Any, rows: Iterable[Feed]) -> list[Feed]:
    """The reader's own feeds with their names, opened with one key."""
    found, key = list(rows), sealing.object_keys(SEALED_WITH, [reader.pk])[reader.pk]
    for row in found:
        row.__dict__["known_name"] = opened_name(row, key)
    return found


def feed_of(secret: str) -> Feed | None:
    """The feed of an address in use whose account is open; None else, by the same one query."""
    rows = Feed.objects.filter(secret_hash=secret_hash(secret), revoked=None, account__is_active=True)
    return rows.select_related("account", "organization").first()
