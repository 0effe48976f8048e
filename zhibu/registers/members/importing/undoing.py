"""Undoing the last batch: only while nothing that came later depends on it, and saying what does."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import ProtectedError, QuerySet

from zhibu.access import Refused, action, log, permit, sealing
from zhibu.access.models import Account, LogRow, Touched
from zhibu.access.undo import put_back
from zhibu.registers.members import names
from zhibu.registers.members.importing.models import Batch, BatchRow
from zhibu.registers.members.models import SEALED_WITH, Application, Member, Membership
from zhibu.registers.members.profile import SEALED
from zhibu.registers.organizations.models import Organization, Post
from zhibu.site import clock

_PART = 500


def last_batch(committee: Organization) -> Batch | None:
    """The batch that may be undone: the committee's latest that was not."""
    return Batch.objects.filter(committee=committee, undone__isnull=True).order_by("-at", "-id").first()


def blockers(batch: Batch) -> list[str]:
    """Why the batch cannot be undone, in words; empty when it can."""
    if batch.undone is not None:
        return ["这一批已经撤销"]
    last = last_batch(batch.committee)
    if last is not None and last.pk != batch.pk:
        return [f"只能撤销最近一批；在它之后还导入了“{last.file_name}”"]
    later = _later(batch)
    found = []
    people = later.filter(member__in=batch.rows.values("member")).values_list("member", flat=True).distinct()
    if count := people.count():
        some = Member.objects.filter(pk__in=list(people[:5])).values_list("name", flat=True)
        listed = "、".join(some) + ("等" if count > 5 else "")
        found.append(f"导入之后又有 {count} 名党员的记录被改动或用到（{listed}）")
    places = later.filter(organization__in=batch.branches).values_list("organization", flat=True).distinct()
    if count := places.count():
        found.append(f"这一批新建的党支部中有 {count} 个已有后来的记录")
    return found


def _later(batch: Batch) -> QuerySet[Touched]:
    deed = LogRow.objects.filter(number=batch.log_number or 0).values_list("deed", flat=True)
    return Touched.objects.filter(row__number__gt=batch.log_number).exclude(row__deed__in=deed)


@action("roster.undo")
def undo_batch(*, actor: Account, batch: Batch, today: date) -> Batch:
    """Take back a batch: what it added goes, what it changed is as before. Refused with what depends on it."""
    permit(actor, "roster.undo", batch.committee)
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if why := blockers(batch):
        raise Refused(
            what="没有撤销",
            why="；".join(why),
            mend="请先撤回后来的改动，或逐人更正",
            code="roster.undo_depends",
        )
    before = batch.snapshot()
    members = list(batch.rows.values_list("member", flat=True))
    organizations = list(
        Touched.objects.filter(row=batch.log_number, organization__isnull=False).values_list(
            "organization", flat=True
        )
    )
    try:
        _take_out(batch)
        _restore(batch)
        _put_back_branches(actor, batch)
    except ProtectedError as error:
        used = {str(one._meta.verbose_name) for one in error.protected_objects}
        raise Refused(
            what="没有撤销",
            why=f"这一批新增的党员已有别的记录用到（{'、'.join(sorted(used))}）",
            mend="请先删除或更正那些记录",
            code="roster.undo_in_use",
        ) from error
    batch.undone = clock.now()
    batch.save(update_fields=["undone"])
    standing = Organization.objects.filter(pk__in=organizations).values_list("pk", flat=True)
    log(
        actor,
        "roster.undo",
        batch,
        before=before,
        after=batch.snapshot(),
        organizations=[one for one in organizations if one in set(standing)],
        members=members,
    )
    return batch


def _take_out(batch: Batch) -> None:
    added = list(batch.rows.filter(added=True).values_list("member", flat=True))
    for start in range(0, len(added), _PART):
        part = added[start : start + _PART]
        Post.objects.filter(member__in=part).delete()
        Membership.objects.filter(member__in=part).delete()
        Application.objects.filter(member__in=part).delete()
        Member.objects.filter(pk__in=part).delete()


def _restore(batch: Batch) -> None:
    rows = list(batch.rows.filter(added=False))
    for start in range(0, len(rows), _PART):
        part = rows[start : start + _PART]
        keys = sealing.object_keys(SEALED_WITH, [row.member for row in part])
        found = Member.objects.in_bulk([row.member for row in part])
        for row in part:
            key = keys[row.member]
            if key is None or row.sealed is None:  # forgotten since: nothing is left to restore
                continue
            undo = sealing.open_with(key, SEALED_WITH, row.member, bytes(row.sealed))
            _restore_one(found[row.member], row, undo, key)


def _restore_one(member: Member, row: BatchRow, undo: dict[str, Any], key: bytes) -> None:
    Post.objects.filter(pk__in=undo.get("posts", [])).delete()
    for model, written in ((Membership, "memberships"), (Application, "applications")):
        rows = undo.get(written, {})
        model.objects.filter(pk__in=rows.get("begun", [])).delete()
        if earlier := rows.get("before"):
            model.objects.filter(pk=earlier["id"]).update(**{k: v for k, v in earlier.items() if k != "id"})
    profile = undo["profile"]
    for field in Member._meta.concrete_fields:
        if field.attname in profile:
            value = profile[field.attname]
            empty = None if field.null else ""
            setattr(member, field.attname, field.to_python(value) if value is not None else empty)
    if "name" in profile:
        member.pinyin, member.initials = names.pinyin(member.name), names.initials(member.name)
    if set(SEALED) & set(profile):
        opened = sealing.open_with(key, SEALED_WITH, member.id, bytes(member.sealed)) if member.sealed else {}
        kept = opened | {name: profile[name] or "" for name in SEALED if name in profile}
        kept = {name: text for name, text in kept.items() if text}
        member.sealed = sealing.seal(key, SEALED_WITH, member.id, kept) if kept else None
        member.id_number_index = sealing.index(kept["id_number"]) if "id_number" in kept else None
    member.save()


def _put_back_branches(actor: Account, batch: Batch) -> None:
    """The verbs of organizations that the batch used are put back by their own rows of the log."""
    own = LogRow.objects.filter(number=batch.log_number or 0).values("deed")
    rows = LogRow.objects.filter(deed__in=own, number__lt=batch.log_number).order_by("-number")
    put_back(actor, list(rows.prefetch_related("touched")))
