"""The log (日志): each write adds a row whose hash covers the row before it; `verify` finds the first
broken one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from django.db.models import Model

from zhibu.access import sealing, writing
from zhibu.access.models import Account, LogHead, LogRow, Touched
from zhibu.site import clock
from zhibu.site.inserting import insert_new

HEAD = 1
GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One write to be logged: the record, how it was and is, whom it touched."""

    record: Model
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    organizations: Sequence[str] = field(default=())
    members: Sequence[str] = field(default=())
    verb: str | None = None  # None: that of the call


def head(lock: bool = False) -> LogHead:
    """The end of the chain, made when there is none; with `lock` no other process can add until this
    transaction ends.
    """
    rows = LogHead.objects.select_for_update() if lock else LogHead.objects.all()
    row = rows.filter(pk=HEAD).first()
    if row is None:
        LogHead.objects.bulk_create([LogHead(pk=HEAD, number=0, hash=GENESIS)], ignore_conflicts=True)
        row = rows.get(pk=HEAD)
    return row


def data_version() -> int:
    """The number of the last row: caches of what is computed from the registers go by it."""
    return LogHead.objects.filter(pk=HEAD).values_list("number", flat=True).first() or 0


def _identity(value: Any) -> str:
    return str(getattr(value, "pk", value))


def _names(record: Model) -> tuple[str, str]:
    return record._meta.label_lower, str(record.pk)


def _key_of(record: Model) -> tuple[str, str]:
    """Whose key seals the record's changes: its own, or (method `sealed_with`) that of the person it
    is about.
    """
    own = getattr(record, "sealed_with", None)
    return own() if own is not None else _names(record)


def _hash(row: LogRow, touched: Iterable[tuple[str | None, str | None]]) -> str:
    parts = [
        row.hash_before,
        row.number,
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.deed,
        row.actor,
        row.verb,
        row.type,
        row.object,
        row.key,
        bytes(row.sealed).hex(),
        sorted([organization or "", member or ""] for organization, member in touched),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def log(
    actor: Account,
    verb: str,
    record: Model,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    organizations: Iterable[Any] = (),
    members: Iterable[Any] = (),
) -> LogRow:
    """Add the row of one write. Inside an action only; `organizations` and `members` (records or ids)
    are what it touched.
    """
    entry = Entry(
        record,
        before,
        after,
        tuple(_identity(one) for one in organizations),
        tuple(_identity(one) for one in members),
    )
    return log_many(actor, verb, [entry])[0]


def log_many(actor: Account, verb: str, entries: Iterable[Entry]) -> list[LogRow]:
    """Add the rows of many writes at once, in their order: one lock, a few queries for any number."""
    writing.require_open()
    given = list(entries)
    if not given:
        return []
    end = head(lock=True)
    sealing.refuse_other(
        end.key_fingerprint
    )  # what another key sealed beside it could never be read together
    now = clock.now()
    by_type: dict[str, list[str]] = {}
    for entry in given:
        key_type, key_object = _key_of(entry.record)
        by_type.setdefault(key_type, []).append(key_object)
    opened = {type: sealing.object_keys(type, objects) for type, objects in by_type.items()}
    rows: list[LogRow] = []
    touched: list[Touched] = []
    for entry in given:
        type, object = _names(entry.record)
        key_type, key_object = _key_of(entry.record)
        key = opened[key_type][key_object]
        change = {"before": entry.before, "after": entry.after}
        row = LogRow(
            number=end.number + 1,
            at=now,
            deed=writing.deed(),
            actor=actor.pk,
            verb=entry.verb or verb,
            type=type,
            object=object,
            key=f"{key_type}:{key_object}",
            # Of a forgotten object nothing can be sealed any more; that something was written still stands.
            sealed=b"" if key is None else sealing.seal(key, key_type, key_object, change),
            hash_before=end.hash,
        )
        pairs = [(one, None) for one in dict.fromkeys(entry.organizations)]
        pairs += [(None, one) for one in dict.fromkeys(entry.members)]  # type: ignore[misc]
        row.hash = _hash(row, pairs)
        end.number, end.hash = row.number, row.hash
        rows.append(row)
        touched += [Touched(row=row, organization=one, member=other) for one, other in pairs]
    LogRow.objects.bulk_create(rows, batch_size=500)
    insert_new(touched)
    end.save(update_fields=["number", "hash"])
    writing.note_logged(len(rows))
    return rows


def change_of(row: LogRow) -> dict[str, Any] | None:
    """The change of a row, opened: `before` and `after`. None once its object is forgotten."""
    if not row.sealed:
        return None
    type, _, object = row.key.partition(":")
    change: dict[str, Any] | None = sealing.opened(type, object, bytes(row.sealed))
    return change


@dataclass(frozen=True)
class Broken:
    """The first row of the chain that is not as it was written."""

    number: int
    why: str


def verify() -> Broken | None:
    """Walk the whole chain; None when it is whole. Reads in parts, so any length is fine."""
    number, hash_before = 0, GENESIS
    size = 2000
    while True:
        rows = list(LogRow.objects.filter(number__gt=number).order_by("number")[:size])
        pairs: dict[int, list[tuple[str | None, str | None]]] = {}
        if rows:
            span = Touched.objects.filter(row__gte=rows[0].number, row__lte=rows[-1].number)
            for row_id, organization, member in span.values_list("row_id", "organization", "member"):
                pairs.setdefault(row_id, []).append((organization, member))
        for row in rows:
            if row.number != number + 1:
                return Broken(number + 1, "这一行不见了")
            if row.hash_before != hash_before:
                return Broken(row.number, "与前一行接不上")
            if row.hash != _hash(row, pairs.get(row.number, [])):
                return Broken(row.number, "内容被改动")
            number, hash_before = row.number, row.hash
        if len(rows) < size:
            break
    end = head()
    if (end.number, end.hash) != (number, hash_before):
        return Broken(number + 1, "末尾缺行，或链尾被改动")
    return None
