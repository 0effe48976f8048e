"""What stands, for the plan of an import: the branches and members of one committee, opened in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from zhibu.access import sealing
from zhibu.access.scope import subtree
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import BELONGS_TO, SEALED_WITH, Application, Member, Membership
from zhibu.registers.members.profile import PLAIN
from zhibu.registers.members.roster.branches import Branches, KnownBranch
from zhibu.registers.members.roster.entries import ReadSheet
from zhibu.registers.members.roster.headers import PostTitle
from zhibu.registers.members.roster.planning import Known, KnownApplication, KnownMember
from zhibu.registers.organizations.models import Organization, Post

_PART = 2_000


def branches_of(committee: Organization, today: date) -> Branches:
    """The organizations of the committee that members may belong to today."""
    rows = Organization.objects.on(today).filter(id__in=subtree((committee.pk,)), kind__in=BELONGS_TO)
    known = [
        KnownBranch(row.pk, row.name, row.short_name, row.kind, row.category, row.placed_since)
        for row in rows
    ]
    name = next((branch.name for branch in known if branch.id == committee.pk), "")
    return Branches(known, name)


def known(committee: Organization, sheets: Iterable[ReadSheet], today: date) -> Known:
    """Everything a plan compares with: the committee's members, persons without a membership, who is elsewhere."""
    reach = set(Organization.objects.filter(id__in=subtree((committee.pk,))).values_list("id", flat=True))
    places = _places(today)
    applications = {row.member_id: row for row in Application.objects.filter(until__isnull=True)}
    here = {member for member, row in places.items() if row.organization_id in reach}
    applying = {member for member, row in applications.items() if row.organization_id in reach}
    elsewhere = (set(places) | set(applications)) - here - applying
    members = _members(here, elsewhere, places, applications, today)
    indexes, numbers = _elsewhere(sheets, {member.id for member in members}, bool(elsewhere))
    heads = dict(
        Post.objects.filter(in_force(today), kind="branch_secretary", organization__in=reach).values_list(
            "organization_id", "member_id"
        )
    )
    return Known(branches_of(committee, today), members, sealing.index, indexes, numbers, heads)


def _places(today: date) -> dict[str, Membership]:
    """Each member's membership in force today, else the last one."""
    rows = Membership.objects.order_by("since").only(
        "member_id", "organization_id", "status", "category", "since", "until"
    )
    found: dict[str, Membership] = {}
    for row in rows.iterator(chunk_size=_PART):
        before = found.get(row.member_id)
        if before is None or not before.holds(today):
            found[row.member_id] = row
    return found


def _members(
    here: set[str],
    elsewhere: set[str],
    places: dict[str, Membership],
    applications: dict[str, Application],
    today: date,
) -> list[KnownMember]:
    posts: dict[str, list[PostTitle]] = {}
    for member, kind, portfolio in Post.objects.filter(in_force(today)).values_list(
        "member_id", "kind", "portfolio"
    ):
        posts.setdefault(member, []).append(PostTitle(kind, portfolio))
    found: list[KnownMember] = []
    rows = Member.objects.values_list("id", "sealed", *PLAIN)
    part: list[tuple[Any, ...]] = []
    for row in rows.iterator(chunk_size=_PART):
        if row[0] in elsewhere:
            continue
        part.append(row)
        if len(part) == _PART:
            found += _opened(part, here, places, applications, posts, today)
            part = []
    return found + _opened(part, here, places, applications, posts, today)


def _opened(
    part: list[tuple[Any, ...]],
    here: set[str],
    places: dict[str, Membership],
    applications: dict[str, Application],
    posts: dict[str, list[PostTitle]],
    today: date,
) -> list[KnownMember]:
    keys = sealing.object_keys(SEALED_WITH, [row[0] for row in part if row[1] is not None])
    found = []
    for identity, sealed, *plain in part:
        values = dict(zip(PLAIN, plain, strict=True))
        if sealed is not None:
            values |= sealing.open_with(keys[identity], SEALED_WITH, identity, bytes(sealed)) or {}
        place = places.get(identity) if identity in here else None
        now = place if place is not None and place.holds(today) else None
        found.append(
            KnownMember(
                identity,
                str(values["name"]),
                values,
                now.organization_id if now else None,
                now.status if now else None,
                now.category if now else None,
                now.since if now else None,
                tuple(posts.get(identity, ())),
                _applying(applications.get(identity)),
            )
        )
    return found


def _applying(row: Application | None) -> KnownApplication | None:
    return KnownApplication(row.organization_id, row.since, row.activist, row.prospect) if row else None


def _elsewhere(
    sheets: Iterable[ReadSheet], known_ids: set[str], there_are: bool
) -> tuple[frozenset[str], frozenset[str]]:
    """Which identity and staff numbers of the file belong to persons outside this committee."""
    if not there_are:
        return frozenset(), frozenset()
    entries = [entry for sheet in sheets for entry in sheet.entries]
    indexes = [sealing.index(str(e.values["id_number"])) for e in entries if "id_number" in e.values]
    numbers = [str(entry.values["number"]) for entry in entries if "number" in entry.values]
    found_indexes: set[str] = set()
    found_numbers: set[str] = set()
    for start in range(0, len(indexes), 500):
        rows = Member.objects.filter(id_number_index__in=indexes[start : start + 500])
        found_indexes |= {
            i for pk, i in rows.values_list("id", "id_number_index") if pk not in known_ids and i
        }
    for start in range(0, len(numbers), 500):
        rows = Member.objects.filter(number__in=numbers[start : start + 500])
        found_numbers |= {n for pk, n in rows.values_list("id", "number") if pk not in known_ids and n}
    return frozenset(found_indexes), frozenset(found_numbers)
