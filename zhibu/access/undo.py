"""Undo (撤回): what one action did is put back as it was, with its own rows in the log.

A model says `undoable = True`. Where its snapshot holds more than its own columns it says how to take them
back: `restore(before)` before it is saved, `restore_rows(before)` after. `needed()` says what else refers to it
that no foreign key guards, so that it is not taken away from under that. `verbs_besides(ids)` says with which
other verb than its row's some of its records may be written, and so put back.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model, ProtectedError

from zhibu.access import chain, scope
from zhibu.access.models import Account, LogRow, Touched
from zhibu.access.permission import permit, permits
from zhibu.access.refusals import Refused
from zhibu.access.snapshots import snapshot
from zhibu.access.writing import action

#: The verb of the rows that undo writes. Only records whose class says `undoable = True` can be put back.
UNDO = "access.undo"
#: Verbs that only look, or only tell others: their rows change nothing, and are no later change of the record.
ONLY_LOOKS = ("members.unmask", "notices.urge", "notices.remind")

#: The type of a person: whose profile it is, and whose key seals a row.
PERSON = "members.member"


def _model(type: str) -> type[Model] | None:
    try:
        model = apps.get_model(type)
    except LookupError:
        return None
    return model if getattr(model, "undoable", False) else None


def _touched(row: LogRow) -> list[Touched]:
    return list(row.touched.all())


def can_undo(actor: Account, deed: str) -> bool:
    """True when `undo` would not be refused at once: for showing the button. A fixed number of queries."""
    rows = list(LogRow.objects.filter(deed=deed).prefetch_related("touched"))
    return (
        bool(rows)
        and all(_model(row.type) is not None and row.verb not in (UNDO, *ONLY_LOOKS) for row in rows)
        and not _not_allowed(actor, rows)
        and not _changed_since(rows)
    )


def _changed_since(rows: list[LogRow]) -> bool:
    """True when a later deed changed one of the records of these rows, all of one deed."""
    if not rows:
        return False
    ends: dict[tuple[str, str], int] = {}
    people: dict[str, int] = {}
    for row in rows:
        ends[row.type, row.object] = max(row.number, ends.get((row.type, row.object), 0))
        # A roster's batch changes many members under one row, which names them.
        key_type, _, key_object = row.key.partition(":")
        if key_type == PERSON and row.type.startswith("members."):
            people[key_object] = max(row.number, people.get(key_object, 0))
    others = LogRow.objects.exclude(deed=rows[0].deed).filter(number__gt=min(row.number for row in rows))
    later = others.exclude(verb__in=ONLY_LOOKS).filter(
        type__in={type for type, _ in ends}, object__in={object for _, object in ends}
    )
    if any(
        number > ends.get((type, object), number)
        for type, object, number in later.values_list("type", "object", "number")
    ):
        return True
    if not people:
        return False
    batches = Touched.objects.filter(member__in=people, row__in=others.filter(verb="roster.import"))
    return any(number > people[member or ""] for member, number in batches.values_list("member", "row_id"))


def _not_allowed(actor: Account, rows: list[LogRow]) -> list[LogRow]:
    """The rows that the actor may not put back: neither with the row's verb nor with the record's other one."""
    left = [row for row in rows if not _may(actor, row, row.verb)]
    for type in {row.type for row in left}:
        besides = getattr(_model(type), "verbs_besides", None)
        if besides is not None:
            verbs: dict[str, str] = besides([row.object for row in left if row.type == type])
            left = [
                row for row in left if row.type != type or not _may(actor, row, verbs.get(row.object, ""))
            ]
    return left


def _may(actor: Account, row: LogRow, verb: str) -> bool:
    """Whoever may do it everywhere it touched; of one's own deed, whoever still may do it where it was done.

    The list of a group touches its branch, a joint activity the others: their leave was not asked for then.
    """
    if row.type == PERSON and not permits(actor, verb, member=row.object):
        return False  # who has moved on is the new branch's
    touched = _touched(row)
    places = [one.organization for one in touched if one.organization]
    if all(permits(actor, verb, place) for place in places) if places else permits(actor, verb):
        return True
    if row.actor != actor.pk:
        return False
    oneself = {one.member for one in touched if one.member} == {actor.member_id}
    return any(permits(actor, verb, place) for place in places) or (oneself and scope.owns(actor, verb))


def _put_back(row: LogRow, model: type[Model]) -> tuple[Model, dict[str, Any] | None, dict[str, Any] | None]:
    change = chain.change_of(row)
    if change is None:
        raise Refused(
            what="没有撤回", why="这条记录已按要求销毁", mend="无法恢复", code="access.undo_forgotten"
        )
    before, record = change["before"], model._default_manager.filter(pk=row.object).first()
    now = snapshot(record)
    if before is None:
        if (change["after"] or {}).get(model._meta.pk.attname) != row.object:
            raise _not_possible()  # the row says nothing of the record's own beginning
        if record is not None:
            if needed := getattr(record, "needed", None):
                _refuse_needed(needed())
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
    if rows := getattr(record, "restore_rows", None):
        rows(before)
    return record, now, snapshot(record)


def _not_possible() -> Refused:
    return Refused(
        what="没有撤回",
        why="这一步不能撤回",
        mend="请用相应的更正或变更办理",
        code="access.undo_not_possible",
    )


def _refuse_needed(by: str) -> None:
    if by:
        raise Refused(
            what="没有撤回", why=f"已有{by}用到它", mend="请先撤销或更正那些记录", code="access.undo_in_use"
        )


@action(UNDO)
def undo(*, actor: Account, deed: str) -> list[str]:
    """Put back all that the action `deed` wrote, last row first; gives the ids of the records that are gone by it.

    Refused when any of it was changed since.
    """
    rows = list(LogRow.objects.filter(deed=deed).order_by("-number").prefetch_related("touched"))
    if not rows:
        raise Refused(what="没有撤回", why="没有这一步操作", mend="请刷新页面", code="access.undo_unknown")
    return put_back(actor, rows)


def _writable(row: LogRow) -> type[Model]:
    """The model of a row that may be put back. Raises Refused."""
    model = _model(row.type)
    if model is None or row.verb in (UNDO, *ONLY_LOOKS):
        raise _not_possible()
    return model


def put_back(actor: Account, rows: list[LogRow]) -> list[str]:
    """Put back what these rows of one deed wrote, in the order given, each with its row. Inside an action.

    Gives the ids of the records that are gone by it.
    """
    gone: list[str] = []
    for row in rows:
        _writable(row)
    for row in _not_allowed(actor, rows):
        for one in _touched(row):
            permit(actor, row.verb, one.organization)
        permit(actor, row.verb, member=row.object if row.type == PERSON else None)
    if _changed_since(rows):
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
        if after is None:
            gone.append(row.object)
        chain.log(
            actor,
            UNDO,
            record,
            before=before,
            after=after,
            organizations=[one.organization for one in _touched(row) if one.organization],
            members=[one.member for one in _touched(row) if one.member],
        )
    return gone
