"""Which kinds the register of activities offers and what follows from them, read from the packs' tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from zhibu.norm.model import Kind, Norm
from zhibu.registers.activities.rules import FOUR_DAYS, Hours

#: The register's name in the tables of kinds.
REGISTER = "activities"

#: Papers of any activity and the kinds that they prove.
PAPER_KINDS: Mapping[str, str] = {
    "plan": "activity.plan",
    "attendance": "activity.attendance",
    "record": "activity.record",
}

#: Papers that prove something only of activities of certain kinds: (paper, fact, kinds of the activity).
#: An evaluation is one of study (article 6); notice, minutes and file are those of a forum (article 18).
EVALUATION = "study.evaluation"
SPECIAL_PAPERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("evaluation", EVALUATION, ("study.session", "four.study")),
    ("notice", "forum.notice", ("forum.held",)),
    ("record", "forum.minutes", ("forum.held",)),
    ("file", "forum.file", ("forum.held",)),
)

#: Attendance at a meeting of the first kind proves the second (article 12).
ATTENDED: Mapping[str, str] = {
    "meeting.democratic": "attended.democratic",
    "meeting.orglife": "attended.orglife",
}

#: Training that an organization holds or sends several to: proves nothing for it, hours for those who were there.
#: One member's own training outside (外出培训) is the register of study's.
TRAINING = "training"

#: The periods that follow from study afternoons.
BY_AFTERNOON = ("teaching_week", "teaching_month")

#: Parameters of the pack: what a block of time earns, and the checklist of the kinds that earn.
HOURS_DAY, HOURS_HALF_DAY, HOURS_FULL_HOUR = "hours.day", "hours.slot", "hours.hour"
EARNING = "hours.earning"


@dataclass(frozen=True)
class Group:
    """A heading of the form and the kinds under it."""

    title: str
    kinds: tuple[Kind, ...]


#: Headings of the form: title, beginnings of the kinds under it. The first that fits takes a kind.
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("四个活动", FOUR_DAYS),
    ("学习", ("study.", "lecture", TRAINING)),
    ("会议", ("meeting.",)),
    ("主题与服务", ("theme.", "service.")),
)


def offered(norm: Norm, organization_kind: str | None = None) -> list[Kind]:
    """The kinds that an activity can be of; with `organization_kind`, those that such a one can hold."""
    papers = {fact for _, fact, _ in SPECIAL_PAPERS}
    derived = {*PAPER_KINDS.values(), *ATTENDED.values(), *papers}
    return [
        kind
        for kind in norm.kinds.values()
        if (kind.register == REGISTER or kind.id == TRAINING)
        and kind.type == "event"
        and kind.id not in derived
        and (kind.member != "required" or kind.id == TRAINING)
        and (organization_kind is None or kind.id == TRAINING or organization_kind in kind.organizations)
    ]


def usual(norm: Norm, organization_kind: str) -> list[str]:
    """What such an organization holds where that is one kind of activity only (党小组会)."""
    found = [kind.id for kind in offered(norm, organization_kind) if kind.id != TRAINING]
    return found if len(found) == 1 else []


def recorded_with(fact: str) -> tuple[str, ...]:
    """The kinds of activity of which a paper proves the fact; none where no paper does."""
    return next((activities for _, one, activities in SPECIAL_PAPERS if one == fact), ())


def recorded_as(kind: str) -> str:
    """The kind of activity with which a fact of the kind is recorded: a paper's, an attendance's, else itself."""
    papers = {fact: activities[0] for _, fact, activities in SPECIAL_PAPERS}
    attended = {fact: activity for activity, fact in ATTENDED.items()}
    return {**papers, **attended}.get(kind, kind)


def paper_of(kind: str) -> str | None:
    """The paper of the activity that proves a fact of the kind; None where the activity itself does."""
    return next((paper for paper, fact, _ in SPECIAL_PAPERS if fact == kind), None)


def grouped(kinds: Iterable[Kind]) -> list[Group]:
    """The kinds under the headings of the form; the four activities in their order of the month."""
    left = list(kinds)
    groups: list[Group] = []
    for title, beginnings in _GROUPS:
        found = [kind for start in beginnings for kind in left if kind.id.startswith(start)]
        found = list(dict.fromkeys(found))
        left = [kind for kind in left if kind not in found]
        if found:
            groups.append(Group(title, tuple(found)))
    # What no heading takes stands under those of its own pack.
    own = dict.fromkeys(kind.group for kind in left)
    groups += [Group(title or "其他", tuple(kind for kind in left if kind.group == title)) for title in own]
    return groups


def in_slots(norm: Norm) -> frozenset[str]:
    """The kinds of activity whose amount is the half-day slots that it took."""
    return frozenset(kind.id for kind in offered(norm) if kind.amount == "slots")


def off_weekday(norm: Norm, kinds: Iterable[str], days: Iterable[date]) -> list[str]:
    """The titles of these kinds that belong on the study afternoon, where none of the days is one (article 9).

    They do where a duty asks for them by teaching week or month.
    """
    held, given = set(days), set(kinds)
    found: dict[str, None] = {}
    for duty in norm.duties.values():
        calendar = norm.calendar_of(duty)
        if duty.period in BY_AFTERNOON and calendar.study_weekday is not None:
            usual = any(day.isoweekday() == calendar.study_weekday for day in held)
            if not usual and not held.intersection(calendar.moved.values()):
                found |= dict.fromkeys(title_of(norm, kind) for kind in duty.kinds if kind in given)
    return list(found)


def title_of(norm: Norm, kind: str) -> str:
    """The kind's title; its id where no pack lists it any more."""
    found = norm.kinds.get(kind)
    return found.title if found else kind


def organizations_by_kind(norm: Norm) -> dict[tuple[str, ...], list[str]]:
    """The kinds that an organization's own events have, by the kinds of organization that may have them."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for kind in offered(norm):
        if kind.id != TRAINING:
            groups.setdefault(tuple(sorted(kind.organizations)), []).append(kind.id)
    return groups


def hours_on(norm: Norm, day: date) -> Hours:
    """What blocks of time earn on a day, in minutes; 0 where the packs give no value."""
    return Hours(
        day=norm.number(HOURS_DAY, day) or 0,
        half_day=norm.number(HOURS_HALF_DAY, day) or 0,
        full_hour=norm.number(HOURS_FULL_HOUR, day) or 0,
    )


def changes(norm: Norm, parameter: str) -> list[tuple[date, date | None, int | tuple[str, ...] | None]]:
    """The values of a parameter with their days [first, until)."""
    found = norm.parameters.get(parameter)
    return [(dated.first, dated.until, dated.value) for dated in found.values] if found else []


def earns(norm: Norm, kinds: Iterable[str], day: date) -> bool:
    """True when attendance at an activity of these kinds earns hours (学时) on that day."""
    found = norm.parameters.get(EARNING)
    value = found.on(day) if found else None
    earning = value if isinstance(value, tuple) else ()
    return any(kind in earning or kind == TRAINING for kind in kinds)
