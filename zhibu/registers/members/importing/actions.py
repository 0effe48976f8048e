"""The writers of imports: a batch of members, a batch of branches. One log row a batch, naming all it touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from zhibu.access import action, log, permit, sealing
from zhibu.access.models import Account
from zhibu.registers.members import names
from zhibu.registers.members.importing.branches import BranchPlan
from zhibu.registers.members.importing.models import Batch, BatchRow
from zhibu.registers.members.models import SEALED_WITH, Member, Membership
from zhibu.registers.members.profile import PLAIN, PROFILE, SEALED
from zhibu.registers.members.roster.planning import Plan, Planned
from zhibu.registers.organizations import actions as organizations
from zhibu.registers.organizations.models import Organization, Placement, Post
from zhibu.site import clock
from zhibu.site.identifiers import new_id

_PART = 1_000
_CHANGED = (*PLAIN, "pinyin", "initials", "sealed", "id_number_index")


def _parts(rows: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    for start in range(0, len(rows), _PART):
        yield rows[start : start + _PART]


def _batch(actor: Account, committee: Organization, kind: str, file_name: str, digest: str) -> Batch:
    return Batch(
        at=clock.now(),
        actor=actor,
        committee=committee,
        kind=kind,
        file_name=file_name[:200],
        digest=digest,
    )


@action("roster.import")
def import_members(
    *, actor: Account, committee: Organization, plan: Plan, today: date, file_name: str, digest: str
) -> Batch:
    """Write a plan: set up its new branches, add and change its members in bulk. Rows that go back are left out."""
    permit(actor, "roster.import", committee)
    batch = _batch(actor, committee, "members", file_name, digest)
    batch.counts = plan.counts()
    new_branches = _establish(actor, committee, plan)
    batch.branches = list(new_branches.values())
    batch.save(force_insert=True)
    starts = dict(Placement.objects.filter(until__isnull=True).values_list("organization_id", "since"))
    touched = set(batch.branches)
    members: list[str] = []
    for part in _parts([row for row in plan.rows if row.verb == "add"]):
        members += _add(part, batch, plan, new_branches, starts, today, touched)
    for part in _parts([row for row in plan.rows if row.verb == "change"]):
        members += _change(part, batch, plan, new_branches, starts, today, touched)
    row = log(
        actor,
        "roster.import",
        batch,
        before=None,
        after=batch.snapshot(),
        organizations=[committee.pk, *sorted(touched - {committee.pk})],
        members=members,
    )
    batch.log_number = row.number
    batch.save(update_fields=["log_number"])
    return batch


def _establish(actor: Account, committee: Organization, plan: Plan) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in plan.new_branches:
        began = organizations.establish(
            actor=actor, name=name, kind="branch", parent=committee, since=plan.choices.since
        )
        found[name] = began.pk
    return found


def _profile(member: Member, values: dict[str, Any], sensitive: dict[str, str], key: bytes | None) -> None:
    """Put read values into a member; the sealed ones under its key, the identity number findable by its index."""
    for name in PLAIN:
        if name in values:
            setattr(member, name, values[name])
    if "name" in values:
        member.pinyin, member.initials = names.pinyin(member.name), names.initials(member.name)
    if any(name in values for name in SEALED):
        kept = sensitive | {name: str(values[name]) for name in SEALED if values.get(name)}
        member.sealed = sealing.seal(key, SEALED_WITH, member.id, kept) if kept and key else None
        number = kept.get("id_number")
        member.id_number_index = sealing.index(number) if number else None


def _since(row: Planned, plan: Plan, starts: dict[str, date], place: str) -> date:
    """The first day in the branch: as chosen, but not before joining the Party nor before the branch stood."""
    joined = row.entry.values.get("joined")
    days = [plan.choices.since, starts.get(place, plan.choices.since)]
    return max([*days, joined] if isinstance(joined, date) else days)


def _posts(row: Planned, member: str, place: str, since: date, today: date) -> list[Post]:
    """One post of each kind; several portfolios of a committee member are one post."""
    portfolios: dict[str, list[str]] = {}
    for post in row.posts:
        if post.kind != "group_leader":  # held in a group, which the roster does not name
            portfolios.setdefault(post.kind, []).append(post.portfolio)
    return [
        Post(
            organization_id=place,
            member_id=member,
            kind=kind,
            portfolio="、".join(filter(None, several)),
            since=since,
            recorded=today,
        )
        for kind, several in portfolios.items()
    ]


def _add(
    part: Sequence[Planned],
    batch: Batch,
    plan: Plan,
    new_branches: dict[str, str],
    starts: dict[str, date],
    today: date,
    touched: set[str],
) -> list[str]:
    ids = [new_id() for _ in part]
    keys = sealing.object_keys(SEALED_WITH, ids)
    members, memberships, posts = [], [], []
    for identity, row in zip(ids, part, strict=True):
        member = Member(id=identity)
        _profile(member, row.entry.values, {}, keys[identity])
        members.append(member)
        place = row.branch or new_branches[row.new_branch or ""]
        touched.add(place)
        since = _since(row, plan, starts, place)
        memberships.append(_membership(identity, place, row, since, today))
        posts += _posts(row, identity, place, since, today)
    Member.objects.bulk_create(members, batch_size=500)
    Membership.objects.bulk_create(memberships, batch_size=500)
    Post.objects.bulk_create(posts, batch_size=500)
    rows = [BatchRow(batch=batch, member=identity, added=True) for identity in ids]
    BatchRow.objects.bulk_create(rows, batch_size=500)
    return ids


def _membership(member: str, place: str, row: Planned, since: date, today: date) -> Membership:
    return Membership(
        member_id=member,
        organization_id=place,
        status=row.status or "full",
        category=row.category or "staff",
        since=since,
        reason="名册导入",
        recorded=today,
    )


def _change(
    part: Sequence[Planned],
    batch: Batch,
    plan: Plan,
    new_branches: dict[str, str],
    starts: dict[str, date],
    today: date,
    touched: set[str],
) -> list[str]:
    by_id = {row.member.id: row for row in part if row.member is not None}
    found = Member.objects.in_bulk(list(by_id))
    keys = sealing.object_keys(SEALED_WITH, list(by_id))
    latest: dict[str, Membership] = {}
    for membership in Membership.objects.filter(member__in=by_id).order_by("since"):
        latest[membership.member_id] = membership
    ended: list[Membership] = []
    begun: list[Membership] = []
    batch_rows, posts = [], []
    for identity, row in by_id.items():
        member, current = found[identity], latest.get(identity)
        key = keys[identity]
        opened = sealing.open_with(key, SEALED_WITH, identity, bytes(member.sealed)) if member.sealed else {}
        before = {name: getattr(member, name) for name in PLAIN} | (opened or {})
        profile = {name: row.entry.values[name] for name in PROFILE if name in row.changes}
        sensitive = {name: str(before[name]) for name in SEALED if before.get(name)}
        _profile(member, profile, sensitive, key)
        place = (
            row.branch
            or new_branches.get(row.new_branch or "")
            or (current.organization_id if current else "")
        )
        touched |= {place} | ({current.organization_id} if current else set())
        undo: dict[str, Any] = {"profile": {name: before.get(name) for name in profile}}
        since = _since(row, plan, starts, place)
        if {"branch", "status", "category"} & set(row.changes):
            undo["memberships"] = _belong(row, identity, place, current, since, today, ended, begun)
        for post in _posts(row, identity, place, since, today):
            posts.append(post)
            undo.setdefault("posts", []).append(post.pk)
        sealed = sealing.seal(key, SEALED_WITH, identity, undo) if key else None
        batch_rows.append(BatchRow(batch=batch, member=identity, added=False, sealed=sealed))
    Member.objects.bulk_create(
        found.values(), batch_size=200, update_conflicts=True, unique_fields=["id"], update_fields=_CHANGED
    )
    changed = ("until", "status", "category", "organization")
    Membership.objects.bulk_create(
        ended, batch_size=500, update_conflicts=True, unique_fields=["id"], update_fields=changed
    )
    Membership.objects.bulk_create(begun, batch_size=500)
    Post.objects.bulk_create(posts, batch_size=500)
    BatchRow.objects.bulk_create(batch_rows, batch_size=500)
    return list(by_id)


def _belong(
    row: Planned,
    member: str,
    place: str,
    current: Membership | None,
    since: date,
    today: date,
    ended: list[Membership],
    begun: list[Membership],
) -> dict[str, Any]:
    """End the membership that stands and begin the other; what undo needs. A change on the very first day
    corrects it.
    """
    if current is None or not current.holds(today):
        day = max(since, current.until) if current is not None and current.until else since
        new = _membership(member, place, row, min(day, today), today)
        begun.append(new)
        return {"begun": [new.pk]}
    before = {
        name: getattr(current, name) for name in ("id", "until", "status", "category", "organization_id")
    }
    confirmed = row.entry.values.get("confirmed")
    only_status = "branch" not in row.changes and "category" not in row.changes
    known_day = only_status and isinstance(confirmed, date) and current.since < confirmed <= today
    day = confirmed if known_day and isinstance(confirmed, date) else today
    if day <= current.since:
        current.organization_id = place
        current.status, current.category = row.status or current.status, row.category or current.category
        ended.append(current)
        return {"before": before, "begun": []}
    new = _membership(member, place, row, day, today)
    current.until = day
    ended.append(current)
    begun.append(new)
    return {"before": before, "begun": [new.pk]}


@action("roster.import")
def import_branches(
    *,
    actor: Account,
    committee: Organization,
    plan: BranchPlan,
    since: date,
    today: date,
    file_name: str,
    digest: str,
) -> Batch:
    """Set up and change the branches of a sheet, each by the verb that a person would use (so each has its
    log rows).
    """
    permit(actor, "roster.import", committee)
    batch = _batch(actor, committee, "branches", file_name, digest)
    batch.counts = plan.counts()
    for row in plan.rows:
        if row.verb == "add":
            values = dict(row.values)
            founded = values.pop("founded", None)
            began = organizations.establish(
                actor=actor,
                name=str(row.entry.values["name"]),
                kind="branch",
                parent=committee,
                category=row.category,
                since=founded or since,
                **{name: str(value) for name, value in values.items()},
            )
            batch.branches.append(began.pk)
        elif row.verb == "change" and row.organization:
            organization = Organization.objects.get(pk=row.organization)
            details = {name: new for name, (_, new) in row.changes.items() if name != "category"}
            if details:
                organizations.describe(actor=actor, organization=organization, **details)
            if "category" in row.changes:
                organizations.change(
                    actor=actor, organization=organization, since=today, category=row.category
                )
    batch.save(force_insert=True)
    entry = log(
        actor,
        "roster.import",
        batch,
        before=None,
        after=batch.snapshot(),
        organizations=[committee.pk, *batch.branches],
    )
    batch.log_number = entry.number
    batch.save(update_fields=["log_number"])
    return batch
