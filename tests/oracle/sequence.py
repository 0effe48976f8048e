"""Sequences (先后) in plain loops."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.oracle.calendar import holds
from tests.oracle.quota import quota_between
from tests.oracle.values import grace, lacks, value
from tests.oracle.world import Subject, World, ends, in_force
from zhibu.audit.relations import Asked, Event, Finding, State, Status
from zhibu.norm.model import Duty, Norm


@dataclass(frozen=True)
class Anchor:
    """What a sequence hangs on."""

    subject: Subject
    happened: date
    ref: str | None
    amount: int | None


def sequence(world: World, duty: Duty, asked: Asked) -> list[Finding]:
    """One finding for every anchor in scope."""
    found = []
    for anchor in anchors(world, duty, asked):
        begun = world.first_use(anchor.subject.committee, duty.pack)
        if begun is None or anchor.happened < begun or not holds(duty, anchor.happened):
            continue
        finding = sequence_finding(world, duty, anchor)
        begun = anchor.happened >= asked.first or finding.due >= asked.first
        if begun and anchor.happened <= asked.last:
            found.append(finding)
    return found


def anchors(world: World, duty: Duty, asked: Asked) -> list[Anchor]:
    """All anchors that happened by `as_of`; equal ones are one, with the largest amount."""
    every: list[Anchor] = []
    for (committee, kind), events in list(world.events.items()):
        if kind in duty.anchors:
            for event in events:
                subject = Subject(committee, event.org, event.member)
                every.append(Anchor(subject, event.happened, event.ref, event.amount))
    for id in duty.anchor_duties:
        missed_duty = world.norm.duties[id]
        furthest = max([0, *every_within(world, duty)])
        for owed in quota_between(world, missed_duty, (asked.first - timedelta(days=furthest)).year - 3):
            if owed.finding.status == "missed" and owed.period.last <= world.as_of:
                every.append(Anchor(owed.subject, owed.period.last, owed.period.name, None))
    largest: dict[Anchor, Anchor] = {}
    for anchor in every:
        key = replace(anchor, amount=None)
        known = largest.setdefault(key, anchor)
        if known.amount is None or (anchor.amount is not None and anchor.amount > known.amount):
            largest[key] = anchor
    return list(largest.values())


def every_within(world: World, duty: Duty) -> list[int]:
    """All values that the duty's `within` ever has."""
    if duty.within is None:
        return []
    values = [dated.value for dated in world.norm.parameters[duty.within].values]
    return [found for found in values if isinstance(found, int)]


def sequence_finding(world: World, duty: Duty, anchor: Anchor) -> Finding:
    """What one anchor asks for."""
    norm, day = world.norm, anchor.happened
    due = day
    if duty.direction == "before":
        due = day - timedelta(days=value(norm, duty.lead, day) or 0)
    elif duty.direction == "after":
        due = day + timedelta(days=value(norm, duty.within, day) or 0)
    settles = due + grace(norm, duty, day)

    matched, in_time = 0, 0
    for group in duty.require:
        recorded = [stamp for kind in group for stamp in matches(world, duty, anchor, kind, due)]
        matched += bool(recorded)
        in_time += any(on_time and stamp <= settles for on_time, stamp in recorded)
    cap = value(norm, duty.cap, day)
    held = duty.cap is None or (cap is not None and anchor.amount is not None and anchor.amount <= cap)
    asked_for = len(duty.require)

    status: Status
    if world.exempt_on(anchor.subject, duty.id, day):
        status = "exempt"
    elif without_value(norm, duty, day):
        status = "no rule"
    elif held and in_time == asked_for:
        status = "met"
    elif held and matched == asked_for:
        status = "late"
    elif held and duty.direction == "after" and due >= world.as_of:
        status = "open"
    else:
        status = "missed"
    capped = duty.cap is not None
    required = None if without_value(norm, duty, day) else asked_for + capped
    actual = matched + (capped and held)
    subject = anchor.subject
    period = day.isoformat()
    return Finding(
        duty.id,
        duty.article,
        subject.id,
        subject.org,
        period,
        required,
        actual,
        status,
        due,
        anchor.ref,
    )


def without_value(norm: Norm, duty: Duty, day: date) -> bool:
    """True if a parameter that the sequence rests on has no value on the anchor's day."""
    return any(lacks(norm, parameter, day) for parameter in (duty.lead, duty.within, duty.cap, duty.lasts))


def matches(world: World, duty: Duty, anchor: Anchor, kind: str, due: date) -> list[tuple[bool, date]]:
    """For every match of one kind: whether it happened in time, and when it was recorded."""
    committee, day = anchor.subject.committee, anchor.happened
    if duty.direction == "during":
        years = value(world.norm, duty.lasts, day)
        return [
            (True, state.recorded)
            for state in world.states[committee, kind]
            if ties(duty, anchor, state) and in_force(state._replace(until=ends(state, years)), day)
        ]
    events = [event for event in world.events[committee, kind] if ties(duty, anchor, event)]
    if duty.direction == "before":
        return [(True, event.recorded) for event in events if event.happened <= due]
    return [(event.happened <= due, event.recorded) for event in events if event.happened >= day]


def ties(duty: Duty, anchor: Anchor, row: Event | State) -> bool:
    """True if the row answers the anchor by its reference, its member, or both."""
    if "ref" in duty.match and (anchor.ref is None or row.ref != anchor.ref):
        return False
    return "member" not in duty.match or (
        anchor.subject.member is not None and row.member == anchor.subject.member
    )
