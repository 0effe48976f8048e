"""What is to be decided: the norm's duties and the calendar as small tables for the four files of SQL.

Pure and independent of any facts. Days are running integers (`date.toordinal`), so the files need no
arithmetic of dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from zhibu.audit.calendar import Period, due_day, periods
from zhibu.audit.relations import Asked
from zhibu.norm.model import Calendar, Duty, Norm

#: A day after every day: what a null `until` becomes.
FOREVER = 4_000_000
#: Grace (宽限) in days without a parameter.
GRACE = 10


T = TypeVar("T")


class UnknownDuty(ValueError):
    """A duty is asked for that no pack has."""


class Slot(NamedTuple):
    """One period of one quota duty, with everything that is the same for all its subjects."""

    slot: int
    duty: str
    article: str
    roster: int
    by_member: int
    period: str
    first_day: int
    last_day: int
    due: int
    settles: int
    measure: str
    compare: str
    bound: int | None
    bound_from: str  # value, events, states
    filtered: int  # 1: events below `least` do not count
    least: int | None
    no_rule: int
    listed: int  # 1: in scope; 0: only reckoned because its missed findings are anchors
    anchoring: int  # 1: its missed findings are anchors


class Standing(NamedTuple):
    """One standing duty on `as_of`."""

    duty: str
    article: str
    roster: int
    by_member: int
    compare: str
    bound: int | None
    bound_from: str  # value, states
    ratio: int
    no_rule: int


class Moment(NamedTuple):
    """One sequence duty over days in scope on which its values are the same, for anchors that lie there."""

    duty: str
    first_day: int
    last_day: int
    due_after: int  # days from the anchor's; negative: before it
    settles_after: int
    years: int  # 0: states without an end do not end by themselves
    capped: int
    cap: int | None
    no_rule: int


class Streak(NamedTuple):
    """One streak duty on `as_of`."""

    duty: str
    article: str
    roster: int
    by_member: int
    most: int | None
    no_rule: int


@dataclass
class Plan:
    """The tables of the plan. Kinds are numbered; so are rosters: a subject set as a pack uses it."""

    norm: Norm
    asked: Asked
    duties: list[Duty]
    kinds: dict[str, int]
    rosters: dict[tuple[str, str], int] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)
    slot_kinds: list[tuple[int, int, str]] = field(default_factory=list)  # kind, slot, role
    bound_states: list[tuple[int, int]] = field(default_factory=list)  # kind, slot
    standings: list[Standing] = field(default_factory=list)
    standing_kinds: list[tuple[int, str, str, str, int]] = field(
        default_factory=list
    )  # kind duty role measure years
    moments: list[Moment] = field(default_factory=list)
    sequences: list[tuple[str, str, int, str, str, str]] = field(default_factory=list)  # see _sequence
    anchor_kinds: list[tuple[int, str]] = field(default_factory=list)  # kind, duty
    anchor_duties: list[tuple[str, str]] = field(default_factory=list)  # duty whose missed findings, duty
    required_kinds: list[tuple[int, str, int]] = field(default_factory=list)  # kind, duty, group
    streaks: list[Streak] = field(default_factory=list)
    streak_periods: list[tuple[str, int, str, int, int, int, int]] = field(
        default_factory=list
    )  # see _streak
    streak_kinds: list[tuple[int, str]] = field(default_factory=list)  # kind, duty
    excuses: list[tuple[int, str]] = field(default_factory=list)  # kind, duty

    def roster(self, duty: Duty) -> int:
        """The number of the duty's subject set, as its pack uses it."""
        return self.rosters.setdefault((duty.subjects, duty.pack), len(self.rosters) + 1)

    def by_member(self, duty: Duty) -> int:
        """1 where the subject of the duty is a member, 0 where it is an organization."""
        return int(not self.norm.subjects[duty.subjects].is_organization)

    def value(self, parameter: str | None, day: date) -> int | None:
        """The number that a parameter has on a day."""
        found = self.norm.parameters[parameter].on(day) if parameter else None
        return found if isinstance(found, int) else None

    def grace(self, duty: Duty, day: date) -> int:
        """The days of grace of a duty on a day; ten where nothing is said."""
        found = self.value(duty.grace, day)
        return GRACE if found is None else found

    def of_period(self, period: str) -> Plan:
        """Of quotas only this period: of each of them the periods are decided by themselves."""
        slots = [slot for slot in self.slots if slot.period == period]
        left = {slot.slot for slot in slots}
        return replace(
            self,
            slots=slots,
            slot_kinds=[row for row in self.slot_kinds if row[1] in left],
            bound_states=[row for row in self.bound_states if row[1] in left],
        )


def holds(duty: Duty, day: date) -> bool:
    """Whether the duty holds for a period (or anchor) with this last day."""
    return (duty.holds_from is None or duty.holds_from <= day) and (
        duty.holds_until is None or day < duty.holds_until
    )


def plan(norm: Norm, asked: Asked) -> Plan:
    """The tables for what is asked, remembered by norm, days and duties. Raises UnknownDuty, or UnknownPeriod."""
    made = _plan(_Same(norm), replace(asked, organizations=None, subjects=None, whole=()))
    return replace(made, asked=asked)


def forget() -> None:
    """Drop the plans and periods that are remembered."""
    _plan.cache_clear()
    _periods.cache_clear()


class _Same(Generic[T]):
    """Something compared by identity, so that what follows from it can be remembered."""

    def __init__(self, one: T) -> None:
        self.one = one

    def __hash__(self) -> int:
        return id(self.one)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.one is other.one


@lru_cache(maxsize=16)
def _plan(same: _Same[Norm], asked: Asked) -> Plan:
    norm = same.one
    wanted = set(norm.duties if asked.duties is None else asked.duties)
    if unknown := sorted(wanted - set(norm.duties)):
        raise UnknownDuty(", ".join(unknown))
    duties = [norm.duties[duty] for duty in sorted(wanted)]
    made = Plan(
        norm, asked, duties, {kind: number for number, kind in enumerate(sorted(norm.kinds), start=1)}
    )
    anchored: dict[str, int] = {}  # duty → how many days an anchor may lie before the scope
    for duty in duties:
        if duty.form == "sequence":
            back = _sequence(made, duty)
            for base in duty.anchor_duties:
                anchored[base] = max(back, anchored.get(base, 0))
    for duty in duties if asked.last == asked.as_of else ():
        if duty.form == "standing":
            _standing(made, duty)
        elif duty.form == "streak":
            _streak(made, duty)
    for duty_id in sorted({duty.id for duty in duties if duty.form == "quota"} | set(anchored)):
        _quota(made, norm.duties[duty_id], duty_id in wanted, anchored.get(duty_id))
    return made


def periods_of(norm: Norm, duty: Duty, first: date, last: date) -> list[Period]:
    """The periods of a duty with a day from `first` to `last`, and some around them."""
    calendar = norm.calendar_of(duty)
    return list(_periods(_Same(calendar), duty.period or "", max(first.year, 2), min(last.year, 9990)))


@lru_cache(maxsize=256)
def _periods(calendar: _Same[Calendar], unit: str, first_year: int, last_year: int) -> tuple[Period, ...]:
    return tuple(periods(calendar.one, unit, first_year, last_year))


def _quota(made: Plan, duty: Duty, wanted: bool, anchors_back: int | None) -> None:
    """The slots of one quota duty: periods in scope, and those whose missed findings are anchors in scope."""
    norm, asked = made.norm, made.asked
    earliest = asked.first - timedelta(days=anchors_back or 0)
    for period in periods_of(norm, duty, earliest - timedelta(days=400), asked.last):
        due = due_day(period.last, duty.due)
        listed = wanted and period.first <= asked.last and due >= asked.first
        anchoring = anchors_back is not None and earliest <= period.last <= asked.last
        if (listed or anchoring) and holds(duty, period.last):
            _slot(made, duty, period, due, listed, anchoring)


def _slot(made: Plan, duty: Duty, period: Period, due: date, listed: bool, anchoring: bool) -> None:
    norm = made.norm
    number = len(made.slots) + 1
    kinds: tuple[str, ...] = duty.kinds
    bound, bound_from, no_rule = None, "value", period.no_rule
    if duty.bound.all_of:
        checklist = norm.parameters[duty.bound.all_of].on(period.last)
        kinds = checklist if isinstance(checklist, tuple) else ()
        bound = len(kinds)
        no_rule = no_rule or not kinds
    elif duty.bound.sum_of:
        bound_from = "events" if norm.kinds[duty.bound.sum_of[0]].type == "event" else "states"
        for kind in duty.bound.sum_of:
            if norm.kinds[kind].type == "event":
                made.slot_kinds.append((made.kinds[kind], number, "bound"))
            else:
                made.bound_states.append((made.kinds[kind], number))
    else:
        bound = made.value(duty.bound.parameter, period.last)
        no_rule = no_rule or bound is None
    least = made.value(duty.least, period.last)
    no_rule = no_rule or (duty.least is not None and least is None)
    made.slot_kinds.extend((made.kinds[kind], number, "counted") for kind in dict.fromkeys(kinds))
    made.slots.append(
        Slot(
            number, duty.id, duty.article, made.roster(duty), made.by_member(duty), period.name,
            period.first.toordinal(), period.last.toordinal(), due.toordinal(),
            due.toordinal() + made.grace(duty, period.last), duty.measure, duty.compare, bound, bound_from,
            int(duty.least is not None), least, int(no_rule), int(listed), int(anchoring),
        )
    )  # fmt: skip


def _standing(made: Plan, duty: Duty) -> None:
    norm, as_of = made.norm, made.asked.as_of
    if not holds(duty, as_of):
        return
    kinds: tuple[str, ...] = duty.kinds
    bound, bound_from, no_rule = None, "value", False
    years = made.value(duty.lasts, as_of)
    if duty.lasts is not None and years is None:
        no_rule = True
    if duty.bound.all_of:
        checklist = norm.parameters[duty.bound.all_of].on(as_of)
        kinds = checklist if isinstance(checklist, tuple) else ()
        bound = len(kinds)
        no_rule = no_rule or not kinds
    elif duty.bound.sum_of:
        bound_from = "states"
    else:
        bound = made.value(duty.bound.parameter, as_of)
        no_rule = no_rule or bound is None
    terms = [("bound", "sum", duty.bound.sum_of)]
    if duty.ratio:
        above, below = duty.ratio
        terms += [("numerator", above.measure, above.kinds), ("denominator", below.measure, below.kinds)]
    else:
        terms.append(("counted", duty.measure, kinds))
    for role, measure, named in terms:
        for kind in dict.fromkeys(named):
            lasting = 0 if role == "bound" else years or 0
            made.standing_kinds.append((made.kinds[kind], duty.id, role, measure, lasting))
    made.standings.append(
        Standing(duty.id, duty.article, made.roster(duty), made.by_member(duty), duty.compare, bound,
                 bound_from, int(duty.ratio is not None), int(no_rule))
    )  # fmt: skip


def _sequence(made: Plan, duty: Duty) -> int:
    """One sequence duty: groups, anchors, its values on the days in scope. Gives its longest `within`."""
    asked = made.asked
    back = 0
    if duty.direction == "after" and duty.within:
        values = [dated.value for dated in made.norm.parameters[duty.within].values]
        back = max([0, *(value for value in values if isinstance(value, int))])
    direction = duty.direction or "during"
    made.sequences.append(
        (duty.id, duty.article, len(duty.require), direction, "+".join(sorted(duty.match)), duty.pack)
    )
    made.anchor_kinds.extend((made.kinds[kind], duty.id) for kind in dict.fromkeys(duty.anchors))
    made.anchor_duties.extend((base, duty.id) for base in dict.fromkeys(duty.anchor_duties))
    for number, group in enumerate(duty.require, start=1):
        made.required_kinds.extend((made.kinds[kind], duty.id, number) for kind in dict.fromkeys(group))
    for number in range(asked.first.toordinal() - back, asked.last.toordinal() + 1):
        day = date.fromordinal(number)
        lead, within = made.value(duty.lead, day), made.value(duty.within, day)
        due = number
        if duty.direction == "before":
            due = number - (lead or 0)
        elif duty.direction == "after":
            due = number + (within or 0)
        if not holds(duty, day) or (number < asked.first.toordinal() and due < asked.first.toordinal()):
            continue
        years, cap = made.value(duty.lasts, day), made.value(duty.cap, day)
        named = [(duty.lasts, years), (duty.cap, cap)]
        named.append((duty.lead, lead) if duty.direction == "before" else (None, None))
        named.append((duty.within, within) if duty.direction == "after" else (None, None))
        no_rule = any(parameter is not None and value is None for parameter, value in named)
        after = due - number
        found = Moment(
            duty.id, number, number, after, after + made.grace(duty, day), years or 0,
            int(duty.cap is not None), cap, int(no_rule),
        )  # fmt: skip
        last = made.moments[-1] if made.moments else found
        if last.last_day == number - 1 and found._replace(first_day=last.first_day) == last._replace(
            last_day=number
        ):
            made.moments[-1] = last._replace(last_day=number)
        else:
            made.moments.append(found)
    return back


def _streak(made: Plan, duty: Duty) -> None:
    """One streak duty and its closed periods, numbered; `before`: it ends before the first day in scope."""
    asked = made.asked
    if not holds(duty, asked.as_of):
        return
    limit = made.value(duty.limit, asked.as_of)
    made.streaks.append(
        Streak(duty.id, duty.article, made.roster(duty), made.by_member(duty), limit, int(limit is None))
    )
    made.streak_kinds.extend((made.kinds[kind], duty.id) for kind in dict.fromkeys(duty.kinds))
    made.excuses.extend((made.kinds[kind], duty.id) for kind in dict.fromkeys(duty.excused))
    closed = [
        period
        for period in periods_of(made.norm, duty, date(1900, 1, 1), asked.as_of)
        if period.last < asked.as_of and holds(duty, period.last)
    ]
    earlier = sum(period.last < asked.first for period in closed)
    for number, period in enumerate(closed):
        before = int(period.last < asked.first)
        deep = int(number < earlier - ((limit or 1) - 1))  # only looked at where nearer periods are skipped
        first, last = period.first.toordinal(), period.last.toordinal()
        made.streak_periods.append((duty.id, number, period.name, first, last, before, deep))


def narrowed(asked: Asked, duties: tuple[str, ...]) -> Asked:
    """The same question about some duties only."""
    return replace(asked, duties=duties)
