"""Undo (撤回): what one action did is put back as it was, with its own rows in the log."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model, ProtectedError

from zhibu.access import chain
from zhibu.access.models import Account, LogRow, Touched
from zhibu.access.permission import permit, permits
from zhibu.access.refusals import Refused
from zhibu.access.snapshots import snapshot
from zhibu.access.writing import action

#: The verb of the rows that undo writes. Only records whose class says `undoable = True` can be put back.
UNDO = "access.undo"


def _model(type: str) -> type[Model] | None:
    try:
        model = apps.get_model(type)
    except LookupError:
        return None
    return model if getattr(model, "undoable", False) else None


def _touched(row: LogRow) -> list[Touched]:
    return list(row.touched.all())


def can_undo(actor: Account, deed: str) -> bool:
    """True when `undo` would not be refused at once: for showing the button."""
    rows = list(LogRow.objects.filter(deed=deed))
    return bool(rows) and all(
        _model(row.type) is not None and row.verb != UNDO and not _changed_since(row) and _may(actor, row)
        for row in rows
    )


def _changed_since(row: LogRow) -> bool:
    later = LogRow.objects.filter(type=row.type, object=row.object, number__gt=row.number)
    if later.exclude(deed=row.deed).exists():
        return True
    # A roster's batch changes many members under one row, which names them.
    key_type, _, key_object = row.key.partition(":")
    if key_type != "members.member":
        return False
    batches = Touched.objects.filter(member=key_object, row__number__gt=row.number, row__verb="roster.import")
    return batches.exclude(row__deed=row.deed).exists()


def _may(actor: Account, row: LogRow) -> bool:
    places = [one.organization for one in _touched(row) if one.organization]
    return all(permits(actor, row.verb, place) for place in places) if places else permits(actor, row.verb)


def _put_back(row: LogRow, model: type[Model]) -> tuple[Model, dict[str, Any] | None, dict[str, Any] | None]:
    change = chain.change_of(row)
    if change is None:
        raise Refused(
            what="没有撤回", why="这条记录已按要求销毁", mend="无法恢复", code="access.undo_forgotten"
        )
    before, record = change["before"], model._default_manager.filter(pk=row.object).first()
    now = snapshot(record)
    if before is None:
        if record is not None:
            record.delete()
            record.pk = row.object
            return record, now, None
        record = model(pk=row.object)
        return record, None, None
    record = record or model(pk=row.object)
    restore = getattr(record, "restore", None)
    if restore is not None:
        restore(before)
    else:
        for field in model._meta.concrete_fields:
            if field.attname in before:
                setattr(record, field.attname, field.to_python(before[field.attname]))
    record.save()
    return record, now, snapshot(record)


@action(UNDO)
def undo(*, actor: Account, deed: str) -> None:
    """Put back all that the action `deed` wrote, last row first. Refused when any of it was changed since."""
    rows = list(LogRow.objects.filter(deed=deed).order_by("-number").prefetch_related("touched"))
    if not rows:
        raise Refused(what="没有撤回", why="没有这一步操作", mend="请刷新页面", code="access.undo_unknown")
    put_back(actor, rows)


def _writable(row: LogRow) -> type[Model]:
    """The model of a row that may be put back. Raises Refused."""
    model = _model(row.type)
    if model is None or row.verb == UNDO:
        raise Refused(
            what="没有撤回",
            why="这一步不能撤回",
            mend="请用相应的更正或变更办理",
            code="access.undo_not_possible",
        )
    return model


def put_back(actor: Account, rows: list[LogRow]) -> None:
    """Put back what these rows of one deed wrote, in the order given, each with its row. Inside an action."""
    for row in rows:
        _writable(row)
        for one in _touched(row):
            if one.organization:
                permit(actor, row.verb, one.organization)
        if not row.touched.all():
            permit(actor, row.verb)
        if _changed_since(row):
            raise Refused(
                what="没有撤回",
                why="之后又有改动",
                mend="请先撤回后面的改动，或直接更正",
                code="access.undo_changed_since",
            )
    # Only now, as putting a new organization back takes the reach over it away.
    for row in rows:
        try:
            record, before, after = _put_back(row, _writable(row))
        except ProtectedError as error:
            raise Refused(
                what="没有撤回",
                why="已有别的记录用到它",
                mend="请先删除或更正那些记录",
                code="access.undo_in_use",
            ) from error
        chain.log(
            actor,
            UNDO,
            record,
            before=before,
            after=after,
            organizations=[one.organization for one in _touched(row) if one.organization],
            members=[one.member for one in _touched(row) if one.member],
        )
