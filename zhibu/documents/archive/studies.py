"""What the register of study says beside its facts: reflections with their text, trainings with their proof, sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from zhibu.audit.evidence import Evidence
from zhibu.documents.archive.told import Original, Seen, Told, joined, lots, original
from zhibu.registers.education import kinds, queries
from zhibu.registers.education.models import Attachment, Line, Stage


def studies(reader: Any, facts: Sequence[Evidence]) -> dict[Seen, Told]:
    """By what is seen of each in its fact. A fixed number of queries."""
    if not facts:
        return {}
    organizations = {fact.org for fact in facts}
    days = [fact.happened for fact in facts]
    between = (min(days), max(days))
    found: dict[Seen, Told] = {}
    _reflections(reader, organizations, between, found)
    _trainings(reader, {fact.ref for fact in facts if fact.ref}, found)
    _lines(reader, organizations, between, found)
    return found


def _files(owner: str, ids: Iterable[str]) -> Callable[[str], tuple[Original, ...]]:
    """The files of some records, each record's by its id."""
    found: dict[str, list[Original]] = {}
    for lot in lots(ids):
        for file in Attachment.objects.filter(**{f"{owner}__in": lot}):
            found.setdefault(getattr(file, f"{owner}_id"), []).append(original(file))
    return lambda key: tuple(found.get(key, ()))


def _reflections(
    reader: Any, organizations: set[str], between: tuple[date, date], found: dict[Seen, Told]
) -> None:
    rows = list(
        queries.reflections(reader).filter(
            organization__in=organizations, day__range=between, stage=Stage.ACCEPTED
        )
    )
    files = _files("reflection", [row.pk for row in rows])
    for row in rows:
        seen = (kinds.REFLECTION, row.organization_id, row.member_id, row.day, None, row.ref or row.pk)
        found[seen] = Told(
            row.title, joined(row.body, row.remark, row.counts_for_reason), row.kept_at, files(row.pk)
        )


def _trainings(reader: Any, ids: set[str], found: dict[Seen, Told]) -> None:
    rows = [row for lot in lots(ids) for row in queries.trainings(reader).filter(pk__in=lot)]
    files = _files("training", [row.pk for row in rows])
    for row in rows:
        told = Told(row.title, joined(row.organizer, row.remark), row.kept_at, files(row.pk))
        found[kinds.TRAINING, row.pk] = told


def _lines(reader: Any, organizations: set[str], between: tuple[date, date], found: dict[Seen, Told]) -> None:
    rows = queries.lines(reader).filter(sheet__organization__in=organizations, sheet__day__range=between)
    columns = (
        "member_id",
        "result",
        "note",
        "sheet_id",
        "sheet__kind",
        "sheet__organization_id",
        "sheet__day",
    )
    more = ("sheet__ref", "sheet__kept_at", "sheet__counts_for_reason")
    given = list(rows.values_list(*columns, *more))
    files = _files("sheet", {row[3] for row in given})
    for member, result, note, sheet, kind, place, day, ref, kept_at, reason in given:
        said = str(Line.Result(result).label) if result else ""
        seen = (kind, place, member, day, None, ref or sheet)
        found[seen] = Told(ref, joined(said, note, reason), kept_at, files(sheet))
