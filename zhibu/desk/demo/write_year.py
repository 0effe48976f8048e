"""Writes what happened in the demo's two years into the registers, as far as it was entered by today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time

from zhibu.desk.demo.ids import Ids
from zhibu.desk.demo.values import Happening, Year
from zhibu.registers.activities.models import Activity, Attendance, Block, Host, Paper, Theme
from zhibu.registers.activities.rules import Block as Stretch
from zhibu.registers.education import kinds as study
from zhibu.registers.evidence.models import Case
from zhibu.registers.evidence.models import Entry as Proved
from zhibu.site.inserting import insert_new

#: What the register of study records (write_study.py).
STUDY = frozenset({study.TRAINING, study.REFLECTION, *study.SHEETS})
_MADE_UP = "自学指定内容，交学习笔记"


def write_activities(year: Year, ids: Ids, today: date) -> list[tuple[Happening, str]]:
    """The activities held or planned by `today`; gives them with their status."""
    known = [(one, status) for one in year.happenings if (status := status_on(one, today))]
    insert_new([_activity(one, status, ids) for one, status in known])
    insert_new([_block(one, ids) for one, _ in known])
    insert_new(
        [
            Theme(activity_id=ids[one.key], kind=kind, recorded=_since(one, status))
            for one, status in known
            for kind in one.kinds
        ]
    )
    insert_new(
        [
            Host(
                activity_id=ids[one.key],
                organization_id=ids[unit],
                leading=place == 0,
                # A host takes part from the day on which it planned or entered the activity.
                recorded=one.planned or one.recorded,
            )
            for one, _ in known
            for place, unit in enumerate(one.hosts)
        ]
    )
    insert_new(list(_papers(known, ids, today)))
    insert_new(list(_attendances(known, ids, today)))
    return known


def status_on(one: Happening, today: date) -> str:
    """`held` once it was entered as held, `planned` once planned, empty before."""
    if one.recorded <= today:
        return Activity.Status.HELD
    if one.planned is not None and one.planned <= today:
        return Activity.Status.PLANNED
    return ""


def _since(one: Happening, status: str) -> date:
    return one.recorded if status == Activity.Status.HELD or one.planned is None else one.planned


def _activity(one: Happening, status: str, ids: Ids) -> Activity:
    held = status == Activity.Status.HELD
    return Activity(
        id=ids[one.key],
        title=one.title,
        day=one.day,
        counts_for=one.counts_for,
        counts_for_reason=one.counts_for_reason,
        place=one.place,
        chair=one.chair,
        content=one.content,
        status=status,
        late_reason=one.late_reason if held else "",
        recorded=_since(one, status),
    )


def _block(one: Happening, ids: Ids) -> Block:
    start = end = None
    if one.clock is not None:
        start, end = time.fromisoformat(one.clock[0]), time.fromisoformat(one.clock[1])
    minutes = Stretch(one.day, one.part, start, end).minutes  # type: ignore[arg-type]
    return Block(activity_id=ids[one.key], day=one.day, part=one.part, start=start, end=end, minutes=minutes)


def _papers(known: Iterable[tuple[Happening, str]], ids: Ids, today: date) -> Iterator[Paper]:
    for one, status in known:
        for paper in one.papers:
            if paper.recorded > today or (status != Activity.Status.HELD and paper.kind != "plan"):
                continue
            # An attendance list is each host's own.
            for unit in one.hosts if paper.kind == "attendance" else (None,):
                yield Paper(
                    activity_id=ids[one.key],
                    kind=paper.kind,
                    organization_id=ids[unit] if unit else None,
                    happened=paper.happened,
                    body=paper.body,
                    recorded=paper.recorded,
                )


def _attendances(known: Iterable[tuple[Happening, str]], ids: Ids, today: date) -> Iterator[Attendance]:
    for one, status in known:
        if status != Activity.Status.HELD:
            continue
        for unit, line in one.came:
            made_up = line.made_up if line.made_up is not None and line.made_up <= today else None
            yield Attendance(
                activity_id=ids[one.key],
                member_id=ids[line.person],
                organization_id=ids[unit],
                state=line.state,
                reason=line.reason,
                recorded=one.recorded,
                made_up=made_up,
                made_up_how=_MADE_UP if made_up else "",
                made_up_recorded=max(made_up, one.recorded) if made_up else None,
            )


def write_evidence(year: Year, ids: Ids, today: date) -> int:
    """The cases and entries known by `today`; gives how many entries."""
    insert_new(
        [
            Case(
                id=ids[one.key],
                type=one.type,
                title=one.title,
                organization_id=ids[one.unit],
                member_id=ids[one.person] if one.person else None,
                recorded=one.recorded,
            )
            for one in year.matters
            if one.recorded <= today
        ]
    )
    titles = {one.key: one.title for one in year.matters} | {one.key: one.title for one in year.happenings}
    rows = [
        Proved(
            id=ids.proofs[number],
            kind=one.kind,
            type=Proved.Type.STATE if one.state else Proved.Type.EVENT,
            organization_id=ids[one.unit],
            member_id=ids[one.person] if one.person else None,
            day=one.day,
            counts_for=one.counts_for,
            counts_for_reason=one.counts_for_reason,
            until=one.until,
            amount=one.amount,
            ref=ids.ref(one.ref),
            ref_title=titles.get(one.ref, ""),
            note=one.note,
            sheet=one.sheet,
            recorded=one.recorded,
        )
        for number, one in enumerate(year.proofs)
        if one.recorded <= today and one.kind not in STUDY
    ]
    insert_new(rows)
    return len(rows)
