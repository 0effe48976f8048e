"""Small norms and facts built by hand: one committee, two branches, two members."""

from __future__ import annotations

from datetime import date

from zhibu.audit.relations import Asked, Event, Facts, Finding, Membership, Organization, State
from zhibu.audit.run import audit
from zhibu.norm.model import Calendar, Dated, Duty, Kind, Norm, Pack, Parameter, SubjectSet

BEGAN = date(2020, 1, 1)
KINDS = ("meeting", "lecture", "paid", "owed", "plan", "record", "case")
STATES = ("post", "paper", "budget", "certificate", "excused", "exemption", "in_use", "branch", "membership")


def kind(id: str) -> Kind:
    derived = id in ("branch", "membership")
    type_ = "event" if id in KINDS else "derived" if derived else "state"
    return Kind(id, id, type_, ("branch",), "optional", None, "", "evidence")


def number(id: str, value: object, first: date = date(2000, 1, 1), until: date | None = None) -> Parameter:
    return Parameter(id, id, "", isinstance(value, tuple), (Dated(first, until, value, "test"),))


def norm(*duties: Duty, parameters: tuple[Parameter, ...] = (), calendar: Calendar | None = None) -> Norm:
    numbers = [number(str(n), n) for n in (0, 1, 2, 3, 5, 7, 10, 24, 100)]
    sets = [
        SubjectSet("committee", "党委", organizations=("committee",)),
        SubjectSet("branch", "支部", organizations=("branch",)),
        SubjectSet("member", "党员", members=("*",)),
        SubjectSet("retired", "离退休党员", members=("retiree",)),
        SubjectSet("holder", "任职者", holders=("post",)),
    ]
    return Norm(
        packs={"pack": Pack("pack", "", "", "", {}, calendar or Calendar())},
        articles=(),
        duties={each.id: each for each in duties},
        kinds={each: kind(each) for each in (*KINDS, *STATES)},
        subjects={each.id: each for each in sets},
        parameters={each.id: each for each in (*numbers, *parameters)},
        readings={},
        procedures={},
        fingerprint="",
    )


def duty(form: str, subjects: str = "branch", **options: object) -> Duty:
    return Duty("duty", "pack", "1", "1.1", "duty", subjects, form, **options)


def facts(**rows: list) -> Facts:
    organizations = [
        Organization("c", None, "committee", None, "党委", BEGAN, None),
        Organization("b1", "c", "branch", "staff", "一支部", BEGAN, None),
        Organization("b2", "c", "branch", "retiree", "二支部", BEGAN, None),
    ]
    memberships = [
        Membership("m1", "b1", "full", "staff", BEGAN, None),
        Membership("m2", "b2", "full", "retiree", BEGAN, None),
    ]
    return Facts(
        rows.get("organizations", organizations),
        rows.get("memberships", memberships),
        rows.get("events", []),
        rows.get("states", []),
    )


def event(kind: str, happened: date, org: str = "b1", member: str | None = None, **more: object) -> Event:
    values = {"day": happened, "amount": None, "ref": None, "recorded": happened, **more}
    return Event(
        kind, org, member, values["day"], happened, values["amount"], values["ref"], values["recorded"]
    )


def state(kind: str, since: date, org: str = "b1", member: str | None = None, **more: object) -> State:
    values = {"until": None, "amount": None, "ref": None, "recorded": since, **more}
    return State(
        kind, org, member, since, values["until"], values["amount"], values["ref"], values["recorded"]
    )


def one(
    norm: Norm,
    given: Facts,
    as_of: date,
    subject: str = "b1",
    engine: object = "sqlite",
    since: date | None = None,
) -> list[Finding]:
    return [found for found in audit(norm, given, Asked(as_of, since), engine) if found.subject == subject]
