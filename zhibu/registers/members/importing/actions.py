"""The writers of imports: a batch of members, a batch of branches. One log row a batch, naming all it touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from zhibu.access import action, sealing
from zhibu.access.accounts import permit_numbers
from zhibu.registers.members.importing.branches import BranchPlan
from zhibu.registers.members.importing.models import Batch, BatchRow
from zhibu.registers.members.importing.writing import (
    CHANGED,
    VERB,
    Source,
    Writing,
    added_rows,
    begin_batch,
    change_profile,
    changed_row,
    end_batch,
    put_profile,
)
from zhibu.registers.members.models import SEALED_WITH, Application, Member, Membership
from zhibu.registers.members.roster.planning import Plan, Planned
from zhibu.registers.organizations import actions as organizations
from zhibu.registers.organizations import offices
from zhibu.registers.organizations.models import Organization, Post
from zhibu.site.identifiers import new_id
from zhibu.site.inserting import insert_new


@action(VERB)
def import_members(*, source: Source, plan: Plan) -> Batch:
    """Write a plan: set up its new branches, add and change its members in bulk. Rows that go back are left out."""
    writing = Writing.begin(source, plan, "members")
    for part in writing.parts("add"):
        _add(part, writing)
    for part in writing.parts("change"):
        _change(part, writing)
    return writing.end()


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


def _add(part: Sequence[Planned], writing: Writing) -> None:
    today = writing.source.today
    ids = [new_id() for _ in part]
    keys = sealing.new_keys(SEALED_WITH, ids)
    members, memberships, posts = [], [], []
    for identity, row in zip(ids, part, strict=True):
        member = Member(id=identity)
        put_profile(member, row.entry.values, {}, keys[identity])
        members.append(member)
        place = writing.place_of(row)
        since = writing.first_day(row, place)
        memberships.append(_membership(identity, place, row, since, today))
        posts += _posts(row, identity, place, since, today)
    insert_new(members)
    insert_new(memberships)
    insert_new(posts)
    added_rows(writing.batch, ids)
    writing.members += ids


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


@dataclass
class _Belonging:
    """The memberships that a part begins and ends, and the applications that end with them."""

    latest: dict[str, Membership]
    applications: dict[str, Application]
    ended: list[Membership] = field(default_factory=list)
    begun: list[Membership] = field(default_factory=list)
    received: list[Application] = field(default_factory=list)

    @classmethod
    def of(cls, members: Sequence[str]) -> _Belonging:
        """Of these members, as it stands."""
        latest = {
            row.member_id: row for row in Membership.objects.filter(member__in=members).order_by("since")
        }
        standing = Application.objects.filter(member__in=members, until__isnull=True)
        return cls(latest, {row.member_id: row for row in standing})

    def save(self) -> None:
        """Write them."""
        changed = ("until", "status", "category", "organization")
        Membership.objects.bulk_create(
            self.ended, batch_size=500, update_conflicts=True, unique_fields=["id"], update_fields=changed
        )
        Membership.objects.bulk_create(self.begun, batch_size=500)
        Application.objects.bulk_update(self.received, ["until", "reason"], batch_size=200)


def _change(part: Sequence[Planned], writing: Writing) -> None:
    today = writing.source.today
    by_id = {row.member.id: row for row in part if row.member is not None}
    found = Member.objects.in_bulk(list(by_id))
    permit_numbers(
        writing.source.actor, [found[one] for one, row in by_id.items() if "number" in row.changes]
    )
    keys = sealing.object_keys(SEALED_WITH, list(by_id))
    belonging = _Belonging.of(list(by_id))
    batch_rows, posts = [], []
    for identity, row in by_id.items():
        current = belonging.latest.get(identity)
        key = keys[identity]
        undo: dict[str, Any] = {"profile": change_profile(found[identity], row, key)}
        place = writing.place_of(row, current.organization_id if current else "")
        if current:
            writing.touched.add(current.organization_id)
        since = writing.first_day(row, place)
        if {"branch", "status", "category"} & set(row.changes):
            undo["memberships"] = _belong(row, identity, place, since, today, belonging)
            undo["applications"] = _receive(identity, belonging, since)
        for post in _posts(row, identity, place, since, today):
            posts.append(post)
            undo.setdefault("posts", []).append(post.pk)
        batch_rows.append(changed_row(writing.batch, identity, undo, key))
    Member.objects.bulk_create(
        found.values(), batch_size=200, update_conflicts=True, unique_fields=["id"], update_fields=CHANGED
    )
    belonging.save()
    Post.objects.bulk_create(posts, batch_size=500)
    BatchRow.objects.bulk_create(batch_rows, batch_size=500)
    writing.members += by_id


def _belong(
    row: Planned, member: str, place: str, since: date, today: date, belonging: _Belonging
) -> dict[str, Any]:
    """End the membership that stands and begin the other; what undo needs. A change on the very first day
    corrects it.
    """
    current = belonging.latest.get(member)
    if current is None or not current.holds(today):
        day = max(since, current.until) if current is not None and current.until else since
        new = _membership(member, place, row, min(day, today), today)
        belonging.begun.append(new)
        return {"begun": [new.pk]}
    before = {
        name: getattr(current, name) for name in ("id", "until", "status", "category", "organization_id")
    }
    confirmed = row.entry.values.get("confirmed")
    only_status = "branch" not in row.changes and "category" not in row.changes
    known_day = only_status and isinstance(confirmed, date) and current.since < confirmed <= today
    day = confirmed if known_day and isinstance(confirmed, date) else today
    belonging.ended.append(current)
    if day <= current.since:
        current.organization_id = place
        current.status, current.category = row.status or current.status, row.category or current.category
        return {"before": before, "begun": []}
    new = _membership(member, place, row, day, today)
    current.until = day
    belonging.begun.append(new)
    return {"before": before, "begun": [new.pk]}


def _receive(member: str, belonging: _Belonging, since: date) -> dict[str, Any]:
    """An application that stands ends with the membership that begins; what undo needs."""
    standing = belonging.applications.get(member)
    if standing is None:
        return {}
    before = {"id": standing.pk, "until": None, "reason": standing.reason}
    standing.until = max(since, standing.since + timedelta(days=1))
    standing.reason = "已接收为党员"
    belonging.received.append(standing)
    return {"before": before}


@action(VERB)
def import_branches(*, source: Source, plan: BranchPlan, since: date) -> Batch:
    """Set up and change the branches of a sheet, each by the verb that a person would use (so each has its
    log rows).
    """
    batch = begin_batch(source, "branches", plan.counts())
    actor = source.actor
    stands = source.committee.placements.order_by("since").values_list("since", flat=True)[0]
    for row in plan.rows:
        if row.verb == "add":
            values = dict(row.values)
            founded = values.pop("founded", None)
            began = organizations.establish(
                actor=actor,
                name=str(row.entry.values["name"]),
                kind="branch",
                parent=source.committee,
                category=row.category,
                since=max(founded or since, stands),
                founded=founded,
                **{name: str(value) for name, value in values.items()},
            )
            batch.branches.append(began.pk)
        elif row.verb == "change" and row.organization:
            organization = Organization.objects.get(pk=row.organization)
            apart = ("category", "secretary")
            details = {name: new for name, (_, new) in row.changes.items() if name not in apart}
            if details:
                organizations.describe(actor=actor, organization=organization, **details)
            if "category" in row.changes:
                organizations.change(
                    actor=actor, organization=organization, since=source.today, category=row.category
                )
            if row.secretary is not None:
                offices.appoint(
                    actor=actor,
                    organization=organization,
                    member=row.secretary,
                    kind="branch_secretary",
                    since=source.today,
                    today=source.today,
                )
    batch.save(force_insert=True)
    return end_batch(source, batch, set(batch.branches))
