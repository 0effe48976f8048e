"""How far somebody's way into the Party has come (发展进程): the steps of the pack's procedure, each with the day on
which it was done, what comes next and whose it is.

Whoever it is about sees the same page as the branch. Of a step it says that it was done and when: never who said
what in a talk, what a review found, or where the papers lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from zhibu.access import permits, scope
from zhibu.norm.model import Norm, Procedure, Step
from zhibu.registers.evidence import kinds, permission, queries
from zhibu.registers.evidence.models import Case, Entry
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import Application, Member, Membership, Status
from zhibu.site import clock, packs, panels

#: The case, and the procedure of the pack that it follows.
DEVELOPMENT = "development"
#: Steps whose day the register of applications has too: nobody enters it twice.
_OF_APPLICATION = {"application": "since", "activist": "activist", "prospect": "prospect"}

State = Literal["done", "next", "unrecorded", "later"]


@dataclass(frozen=True)
class Line:
    """A step: who does it, how it stands, on which day it was done; the form that records it, where the reader may."""

    title: str
    who: str
    deadline: str
    state: State
    day: date | None
    form: str


@dataclass(frozen=True)
class Stage:
    """The steps of one part of the procedure. `here`: what comes next is among them."""

    title: str
    lines: list[Line]
    done: int
    here: bool


def states(steps: Sequence[Step], done: Iterable[str]) -> dict[str, State]:
    """How each step stands: what a later one rests on and nobody entered is `unrecorded`, no longer next. Pure."""
    by_id, have = {step.id: step for step in steps}, set(done)
    passed, ahead = set(have), list(have)
    while ahead:
        for before in by_id[ahead.pop()].after:
            if before not in passed:
                passed.add(before)
                ahead.append(before)

    def state(step: Step) -> State:
        if step.id in have:
            return "done"
        if step.id in passed:
            return "unrecorded"
        return "next" if passed.issuperset(step.after) else "later"

    return {step.id: state(step) for step in steps}


def procedure_of(norm: Norm) -> Procedure | None:
    """The procedure, if a pack has it and its steps are kinds."""
    found = norm.procedures.get(DEVELOPMENT)
    return found if found and any(kind.startswith(f"{DEVELOPMENT}.") for kind in norm.kinds) else None


def opens(reader: Any, member: Member) -> bool:
    """Whoever sees the person's evidence, while the person is on the way; and who is not yet on it sees the own."""
    if procedure_of(packs.norm()) is None or not permits(reader, permission.READ, member=member):
        return False
    today, own = clock.today(), Member.objects.filter(pk=member.pk)
    applying = Exists(Application.objects.filter(member=OuterRef("pk"), until=None))
    here = Membership.objects.filter(in_force(today), member=OuterRef("pk"))
    begun = Entry.objects.filter(member=OuterRef("pk"), kind__startswith=f"{DEVELOPMENT}.", withdrawn=None)
    probation = Exists(here.filter(status=Status.PROBATIONARY)) & Exists(begun)
    on_the_way = Q(applying) | Q(probation)
    if reader.member_id == member.pk and queries.is_own_only(reader):
        on_the_way |= ~Q(Exists(Membership.objects.filter(member=OuterRef("pk"))))
    return own.filter(on_the_way).exists()


def of_person(asked: panels.Asked) -> Mapping[str, Any]:
    """The stages with their steps, what comes next, and the recommendations and certificates that are asked for."""
    norm, member = packs.norm(), asked.subject
    procedure = procedure_of(norm)
    assert procedure is not None
    application = Application.objects.filter(member=member).order_by("-since").first()
    case = Case.objects.filter(type=DEVELOPMENT, member=member).first()
    days = _days(member, case, application, asked.today)
    steps = procedure.steps
    stands = states(steps, [step.id for step in steps if f"{DEVELOPMENT}.{step.id}" in days])
    host = case.organization_id if case else application.organization_id if application else None
    may = host is not None and permits(asked.reader, permission.RECORD, host)

    def form(step: Step) -> str:
        if not may or stands[step.id] in ("done", "later"):
            return ""
        given = {"kind": f"{DEVELOPMENT}.{step.id}", "organization": host, "member": member.pk}
        return f"{reverse('evidence_add')}?{urlencode(given | ({'ref': case.pk} if case else {}))}"

    lines = {
        step.id: Line(
            step.title,
            step.who,
            step.deadline,
            stands[step.id],
            days.get(f"{DEVELOPMENT}.{step.id}"),
            form(step),
        )
        for step in steps
    }
    stages = [
        Stage(
            title or procedure.title,
            here := [lines[step.id] for step in of],
            sum(line.state == "done" for line in here),
            any(line.state == "next" for line in here),
        )
        for title, several in groupby(steps, key=lambda step: step.stage)
        for of in [list(several)]
    ]
    done = [line for line in lines.values() if line.state == "done"]
    return {
        "begun": bool(application or done),
        "own": asked.reader.member_id == member.pk and not scope.roots(asked.reader, permission.READ),
        "stages": stages,
        "next": [line for line in lines.values() if line.state == "next"],
        "last": max(done, key=lambda line: line.day or date.min, default=None),
        "done": len(done),
        "total": len(lines),
        "papers": _papers(norm, days),
    }


def _days(member: Member, case: Case | None, application: Application | None, today: date) -> dict[str, date]:
    """Kind → the first day on which it was done in the latest case, of steps, recommendations and certificates.

    All of the person's, wherever they were recorded: the case moves with the person from branch to branch.
    """
    found: dict[str, date] = {}
    for step, column in _OF_APPLICATION.items():
        day = getattr(application, column, None)
        if day is not None and day <= today:
            found[f"{DEVELOPMENT}.{step}"] = day
    if case is not None:
        rows = Entry.objects.filter(member=member, ref=case.pk, withdrawn=None, day__lte=today)
        # The last that is read stands: the earliest day.
        found |= dict(rows.order_by("-day").values_list("kind", "day"))
    return found


def _papers(norm: Norm, days: Mapping[str, date]) -> list[tuple[str, date | None]]:
    """What belongs to the case and is no step (推荐、合格证), each with its day or None."""
    beside = [one for one in kinds.matter_of(f"{DEVELOPMENT}.").kinds if one != f"{DEVELOPMENT}."]
    listed = [kind for kind in norm.kinds.values() if any(kind.id.startswith(one) for one in beside)]
    return [(kind.title, days.get(kind.id)) for kind in listed]


PANEL = panels.Panel("progress", "发展进程", 5, "evidence/progress.html", opens, of_person, tab=False)
