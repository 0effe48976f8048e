"""Entries of evidence whose kind has got a register of its own move into it, with the ids that their facts have.

Asked by `zhibu migrate`: a database of before keeps everything readable and counted, and nothing is counted
twice, as an entry goes out of evidence in the transaction in which it comes in. Entries that were withdrawn
prove nothing and stay where they are.
"""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from zhibu.access import action, snapshot
from zhibu.access.chain import Entry as LogEntry
from zhibu.access.chain import log_many
from zhibu.access.models import Account
from zhibu.registers.education import kinds
from zhibu.registers.education.models import Attachment, Line, Reflection, Sheet, Stage
from zhibu.registers.evidence.models import Entry
from zhibu.site import packs
from zhibu.site.identifiers import new_id

VERB = "education.adopt"
#: The kinds that evidence recorded before they had a register.
MOVED = (kinds.REFLECTION, *kinds.SHEETS)


def _left() -> QuerySet[Entry]:
    """The entries of kinds that the packs in use record as study."""
    norm = packs.norm()
    moved = [kind for kind in MOVED if kind in norm.kinds and norm.kinds[kind].register == kinds.REGISTER]
    return Entry.objects.filter(kind__in=moved, withdrawn=None).exclude(member=None)


def waiting() -> bool:
    """Whether anything is left to move."""
    return _left().exists()


@action(VERB)
def adopt(*, actor: Account) -> int:
    """Move the entries; gives how many. Each has a row in the log, so that no earlier deed on it is undone."""
    entries = list(_left().order_by("day", "pk").prefetch_related("attachments"))
    taken = [LogEntry(one, snapshot(one), None, (one.organization_id,), _members(one)) for one in entries]
    log_many(actor, VERB, taken)
    Entry.objects.filter(pk__in=[one.pk for one in entries]).delete()
    sheets: dict[tuple[object, ...], Sheet] = {}
    reflections: list[Reflection] = []
    lines: list[Line] = []
    files: list[Attachment] = []
    for one in entries:
        if one.kind == kinds.REFLECTION:
            reflections.append(_reflection(one))
            files += _files(one, reflection=reflections[-1])
            continue
        key = _sheet_key(one)
        if key in sheets and any(
            line.sheet_id == sheets[key].pk and line.member_id == one.member_id for line in lines
        ):
            key = (*key, one.pk)  # named twice on one paper: each stays a fact of its own
        sheet = sheets.setdefault(key, _sheet(one))
        lines.append(
            Line(
                id=one.pk,
                sheet=sheet,
                member_id=str(one.member_id),
                note=one.note[:200],
                recorded=one.recorded,
            )
        )
        files += _files(one, sheet=sheet)
    Reflection.objects.bulk_create(reflections, batch_size=500)
    Sheet.objects.bulk_create(sheets.values(), batch_size=500)
    Line.objects.bulk_create(lines, batch_size=500)
    Attachment.objects.bulk_create(files, batch_size=500)
    come: list[Reflection | Sheet] = [*reflections, *sheets.values()]
    log_many(
        actor,
        VERB,
        [LogEntry(row, None, snapshot(row), (row.organization_id,), _members(row)) for row in come],
    )
    return len(entries)


def _members(record: Entry | Reflection | Sheet) -> tuple[str, ...]:
    member = getattr(record, "member_id", None)
    return (member,) if member else ()


def _reflection(one: Entry) -> Reflection:
    return Reflection(
        id=one.pk,
        organization_id=one.organization_id,
        member_id=str(one.member_id),
        title=one.ref_title[:120],
        kept_at=one.kept_at,
        stage=Stage.ACCEPTED,
        remark=one.note,
        entered=one.recorded,
        recorded=one.recorded,
        day=one.day,
        counts_for=one.counts_for,
        counts_for_reason=one.counts_for_reason,
        ref=one.ref,
    )


def _sheet_key(one: Entry) -> tuple[object, ...]:
    """What one paper has in common: entries without a number of their own were entered by one sheet."""
    days: tuple[date | None, ...] = (one.day, one.counts_for)
    return (one.kind, one.organization_id, *days, one.ref, one.sheet or ("" if one.ref else one.pk))


def _sheet(one: Entry) -> Sheet:
    return Sheet(
        id=new_id(),
        kind=one.kind,
        organization_id=one.organization_id,
        day=one.day,
        counts_for=one.counts_for,
        counts_for_reason=one.counts_for_reason,
        kept_at=one.kept_at,
        # An entry without a reference referred to itself.
        ref=one.ref or one.pk,
    )


def _files(one: Entry, **owner: Reflection | Sheet) -> list[Attachment]:
    names = ("name", "digest", "size", "content_type", "recorded")
    return [
        Attachment(id=file.pk, **owner, **{name: getattr(file, name) for name in names})
        for file in one.attachments.all()
    ]
