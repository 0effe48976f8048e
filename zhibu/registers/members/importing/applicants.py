"""The writer of an applicants' sheet (article 7): persons with an application and no membership."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from zhibu.access import action, sealing
from zhibu.registers.members.importing.models import Batch, BatchRow
from zhibu.registers.members.importing.writing import (
    CHANGED,
    VERB,
    Source,
    Writing,
    added_rows,
    change_profile,
    changed_row,
    put_profile,
)
from zhibu.registers.members.models import SEALED_WITH, Application, Member
from zhibu.registers.members.roster.applicants import DAYS
from zhibu.registers.members.roster.planning import Plan, Planned
from zhibu.site.identifiers import new_id
from zhibu.site.inserting import insert_new

#: What undo puts back of an application that was changed.
_KEPT = ("organization_id", "since", "until", "reason", *DAYS)


@action(VERB)
def import_applicants(*, source: Source, plan: Plan) -> Batch:
    """Write the plan of an applicants' sheet, as `import_members` writes a roster."""
    writing = Writing.begin(source, plan, "applicants")
    for part in writing.parts("add"):
        _add(part, writing)
    for part in writing.parts("change"):
        _change(part, writing)
    return writing.end()


def _application(
    member: str, row: Planned, place: str, writing: Writing, earliest: date = date.min
) -> Application:
    applied = row.entry.values.get("applied")
    values: dict[str, Any] = {name: row.entry.values.get(name) for name in DAYS}
    since = max(applied if isinstance(applied, date) else writing.plan.choices.since, earliest)
    return Application(
        member_id=member, organization_id=place, since=since, recorded=writing.source.today, **values
    )


def _add(part: Sequence[Planned], writing: Writing) -> None:
    ids = [new_id() for _ in part]
    keys = sealing.new_keys(SEALED_WITH, ids)
    members, applications = [], []
    for identity, row in zip(ids, part, strict=True):
        member = Member(id=identity)
        put_profile(member, row.entry.values, {}, keys[identity])
        members.append(member)
        applications.append(_application(identity, row, writing.place_of(row), writing))
    insert_new(members)
    insert_new(applications)
    added_rows(writing.batch, ids)
    writing.members += ids


def _change(part: Sequence[Planned], writing: Writing) -> None:
    by_id = {row.member.id: row for row in part if row.member is not None}
    found = Member.objects.in_bulk(list(by_id))
    keys = sealing.object_keys(SEALED_WITH, list(by_id))
    rows = list(Application.objects.filter(member__in=by_id).order_by("since"))
    standing = {row.member_id: row for row in rows if row.until is None}
    ended = {row.member_id: row.until for row in rows if row.until is not None}
    changed: list[Application] = []
    begun: list[Application] = []
    batch_rows: list[BatchRow] = []
    for identity, row in by_id.items():
        key = keys[identity]
        undo: dict[str, Any] = {"profile": change_profile(found[identity], row, key)}
        current = standing.get(identity)
        if row.applies:
            place = writing.place_of(row)
            new = _application(identity, row, place, writing, ended.get(identity, date.min))
            begun.append(new)
            undo["applications"] = {"begun": [new.pk]}
        elif current is not None:
            undo["applications"] = _amend(current, row, writing, changed, begun)
        batch_rows.append(changed_row(writing.batch, identity, undo, key))
    Member.objects.bulk_create(
        found.values(), batch_size=200, update_conflicts=True, unique_fields=["id"], update_fields=CHANGED
    )
    Application.objects.bulk_update(changed, ["since", "until", "reason", *DAYS], batch_size=200)
    Application.objects.bulk_create(begun, batch_size=500)
    BatchRow.objects.bulk_create(batch_rows, batch_size=500)
    writing.members += by_id


def _amend(
    current: Application,
    row: Planned,
    writing: Writing,
    changed: list[Application],
    begun: list[Application],
) -> dict[str, Any]:
    """Another day corrects the application; another branch takes it over from today. What undo needs."""
    writing.touched.add(current.organization_id)
    before = {"id": current.pk} | {name: getattr(current, name) for name in _KEPT}
    values = row.entry.values
    applied = values.get("applied")
    if "applied" in row.changes and isinstance(applied, date):
        current.since = applied
    for name in DAYS:
        if name in row.changes:
            setattr(current, name, values[name])
    changed.append(current)
    if "branch" not in row.changes:
        return {"before": before, "begun": []}
    new = Application(
        member_id=current.member_id,
        organization_id=writing.place_of(row),
        since=max(writing.source.today, current.since + timedelta(days=1)),
        recorded=writing.source.today,
        **{name: getattr(current, name) for name in DAYS},
    )
    current.until, current.reason = new.since, "转交其他支部"
    begun.append(new)
    return {"before": before, "begun": [new.pk]}
