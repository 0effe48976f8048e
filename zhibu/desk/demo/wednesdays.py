"""The Wednesdays of every branch: the four days in turn, each with study, plan, list and record. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from zhibu.desk.demo import attendance, words
from zhibu.desk.demo.days import Afternoon, afternoons, careless
from zhibu.desk.demo.values import College, Happening, Paper, Unit, Year
from zhibu.norm.model import Calendar

#: Which of the four each Wednesday of the month is; the fifth is study alone.
_THEMES: tuple[tuple[str, ...], ...] = (
    ("four.study",),
    ("four.service", "service.volunteer"),
    ("four.deliberation",),
    ("four.orglife_day",),
    (),
)
_TITLES = {
    "four.study": "集体学习日",
    "four.service": "志愿服务日",
    "four.deliberation": "讨论议事日",
    "four.orglife_day": "组织生活日",
    "meeting.general": "党员大会",
    "lecture": "党课",
    "theme.memberday": "党员活动日",
    "theme.constitution": "党章学习日",
    "service.community": "在职党员进社区",
}
_GENERAL_MONTHS, _LECTURE_MONTHS = (3, 5, 9, 11), (3, 4, 9, 10)
_EVALUATED = (6, 12)  # towards the end of each term


def wednesdays(year: Year, college: College, calendar: Calendar, of: int, seed: int) -> None:
    """Add the Wednesdays of the year `of` for all branches."""
    random = Random(f"wednesdays {seed} {of}")
    all_days = afternoons(calendar, of)
    for unit in college.branches:
        days = all_days
        if unit.category == "retiree":  # the elderly meet twice a month, with two themes each time
            days = [one for one in all_days if one.number in (1, 3)]
        for afternoon in days:
            if random.random() < 0.012 * careless(unit.key):
                continue
            year.happenings.append(_one(random, college, unit, afternoon, len(year.happenings)))


def kinds_of(unit: Unit, afternoon: Afternoon) -> tuple[str, ...]:
    """Everything that the activity of this afternoon is."""
    day = afternoon.day
    number = afternoon.number - 1
    themes = list(_THEMES[min(number, 4)])
    if unit.category == "retiree":
        themes = list(_THEMES[0] + _THEMES[2] if number == 0 else _THEMES[1] + _THEMES[3])
    elif afternoon.of == 3 and number == 2:
        themes += _THEMES[3]
    if number == 0 and day.month in _LECTURE_MONTHS:
        themes.append("lecture")
    if number == 2 and day.month in _GENERAL_MONTHS:
        themes.append("meeting.general")
    if number == 0 and day.month == 6 and unit.key != "u16":
        themes.append("theme.constitution")
    if number == 2 and day.month == 6 and unit.key != "u14":
        themes.append("theme.memberday")
    if "four.service" in themes and day.month in (4, 10) and unit.category != "student":
        themes.append("service.community")
    return (*themes, "study.session")


def _title(kinds: Sequence[str]) -> str:
    named = [_TITLES[kind] for kind in kinds if kind in _TITLES]
    return "暨".join(named[:2]) if named else "集中学习"


def _content(random: Random, kinds: Sequence[str]) -> str:
    parts = [random.choice(words.STUDY)]
    for kind, texts in (
        ("four.service", words.SERVICE),
        ("four.deliberation", words.DELIBERATION),
        ("four.orglife_day", words.ORGLIFE),
    ):
        if kind in kinds:
            parts.append(random.choice(texts))
    if "lecture" in kinds:
        parts.append(f"党课：{random.choice(words.LECTURES)}")
    return "；".join(parts) + "。"


def _one(random: Random, college: College, unit: Unit, afternoon: Afternoon, serial: int) -> Happening:
    weight = careless(unit.key)
    planned_for = afternoon.day
    day, counts_for, moved = planned_for, None, ""
    if random.random() < 0.02:
        day, counts_for, moved = planned_for + timedelta(days=1), planned_for, random.choice(words.MOVED)
    kinds = kinds_of(unit, afternoon)
    recorded = day + timedelta(days=random.choice((0, 0, 0, 1, 1, 2, 3)))
    late = ""
    if random.random() < 0.015 * weight:
        recorded, late = day + timedelta(days=random.randint(13, 40)), random.choice(words.LATE)
    content = _content(random, kinds)
    planned: date | None = planned_for - timedelta(days=random.randint(1, 6))
    if random.random() < 0.02 * weight:
        planned = None  # held without a plan
    members = college.members_on(unit.key, day)
    lines = attendance.came(random, members, day, study=True)
    chair = college.holders("branch_secretary", day, unit.key)
    service = "four.service" in kinds
    return Happening(
        key=f"a{serial:05}",
        title=_title(kinds),
        day=day,
        kinds=kinds,
        hosts=(unit.key,),
        recorded=recorded,
        planned=planned,
        counts_for=counts_for,
        counts_for_reason=moved,
        late_reason=late,
        place=random.choice(words.OUTSIDE if service else words.PLACES),
        chair=college.people[chair[0]].name if chair else "",
        content=content,
        came=tuple((unit.key, line) for line in lines),
        papers=_papers(random, day, recorded, planned, content, kinds, afternoon, weight),
    )


def _papers(
    random: Random,
    day: date,
    recorded: date,
    planned: date | None,
    content: str,
    kinds: Sequence[str],
    afternoon: Afternoon,
    weight: float,
) -> tuple[Paper, ...]:
    papers = [Paper("attendance", day, recorded)]
    if planned is not None:
        papers.append(Paper("plan", planned, planned, content))
    if random.random() >= 0.015 * weight:
        # The record (记录) is usually written up within the week, now and then later.
        written = recorded + timedelta(days=random.choice((0, 0, 0, 1, 2)))
        if random.random() < 0.01 * weight:
            written = day + timedelta(days=random.randint(9, 15))
        papers.append(Paper("record", max(written, recorded), max(written, recorded), words.RESULT))
    if afternoon.number == 3 and day.month in _EVALUATED and random.random() >= 0.08 * weight:
        papers.append(Paper("evaluation", day, recorded + timedelta(days=1), words.EVALUATION))
    return tuple(papers)


#: Student branches and the staff of their department, who go out together in April and October.
_PAIRS = (("u17", "u07"), ("u18", "u09"), ("u19", "u12"))


def join(year: Year) -> None:
    """Make two service days of a year joint ones (联合开展), where both branches held theirs that day."""
    served = {
        (one.hosts[0], one.day): place
        for place, one in enumerate(year.happenings)
        if "four.service" in one.kinds and one.day.month in (4, 10)
    }
    dropped: set[int] = set()
    for leading, other in _PAIRS:
        for (unit, day), place in served.items():
            partner = served.get((other, day))
            if unit != leading or partner is None:
                continue
            mine, theirs = year.happenings[place], year.happenings[partner]
            year.happenings[place] = replace(
                mine,
                title=f"{mine.title}（联合开展）",
                hosts=(*mine.hosts, *theirs.hosts),
                came=(*mine.came, *theirs.came),
            )
            dropped.add(partner)
    year.happenings[:] = [one for place, one in enumerate(year.happenings) if place not in dropped]
