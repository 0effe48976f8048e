"""Writes the demo's study: reflections, trainings outside, sheets of checks and assessments."""

from __future__ import annotations

from datetime import date

from zhibu.desk.demo.ids import Ids, id_of
from zhibu.desk.demo.values import Proof, Year
from zhibu.registers.education import kinds
from zhibu.registers.education.models import Line, Reflection, Sheet, Stage, Submission, Training
from zhibu.site.inserting import insert_new

#: Serials of the records that are no proofs: sheets, and what was handed in and does not count.
_SHEETS, _HANDED = 5_000_000, 6_000_000


def write_study(year: Year, ids: Ids, today: date) -> None:
    """What was read, confirmed or filled by `today`, and what was handed in by then and still waits."""
    reflections: list[Reflection] = []
    trainings: list[Training] = []
    sheets: dict[str, Sheet] = {}
    lines: list[Line] = []
    for number, one in enumerate(year.proofs):
        if one.recorded > today:
            continue
        if one.kind == kinds.REFLECTION:
            reflections.append(_reflection(one, ids.proofs[number], ids))
        elif one.kind == kinds.TRAINING:
            trainings.append(_training(one, ids.proofs[number], ids))
        elif one.kind in kinds.SHEETS:
            sheet = sheets.setdefault(one.sheet, _sheet(one, id_of(one.recorded, _SHEETS + number), ids))
            passed = Line.Result.PASSED if one.kind == kinds.ASSESSMENT else ""
            lines.append(
                Line(
                    id=ids.proofs[number],
                    sheet=sheet,
                    member_id=ids[one.person or ""],
                    result=passed,
                    recorded=one.recorded,
                )
            )
    for number, waits in enumerate(year.handed):
        if waits.day > today:
            continue
        row: Submission
        given = {
            "id": id_of(waits.day, _HANDED + number),
            "organization_id": ids[waits.unit],
            "member_id": ids[waits.person],
            "title": waits.title,
            "stage": Stage(waits.stage),
            "remark": waits.remark,
            "entered": waits.day,
        }
        if waits.kind == kinds.REFLECTION:
            row = Reflection(**given, day=waits.day, body=waits.body)
            reflections.append(row)
        else:
            row = Training(
                **given, first=waits.day, last=waits.day, minutes=waits.minutes, kept_at="本人保存"
            )
            trainings.append(row)
    for rows in (reflections, trainings, list(sheets.values()), lines):
        insert_new(rows)


def _reflection(one: Proof, id: str, ids: Ids) -> Reflection:
    return Reflection(
        id=id,
        organization_id=ids[one.unit],
        member_id=ids[one.person or ""],
        stage=Stage.ACCEPTED,
        day=one.day,
        kept_at="支部档案盒",
        ref=one.ref,
        entered=one.recorded,
        recorded=one.recorded,
    )


def _training(one: Proof, id: str, ids: Ids) -> Training:
    return Training(
        id=id,
        organization_id=ids[one.unit],
        member_id=ids[one.person or ""],
        title=one.note,
        stage=Stage.ACCEPTED,
        first=one.day,
        last=one.day,
        minutes=one.amount or 0,
        kept_at="支部档案盒",
        entered=one.recorded,
        recorded=one.recorded,
    )


def _sheet(one: Proof, id: str, ids: Ids) -> Sheet:
    return Sheet(id=id, kind=one.kind, organization_id=ids[one.unit], day=one.day, ref=one.ref)
