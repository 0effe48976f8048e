"""What is on paper of each member: reflections, checks, assessments, talks, appraisals, honours. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from zhibu.desk.demo.attendance import long_away
from zhibu.desk.demo.days import careless
from zhibu.desk.demo.record import Pencil
from zhibu.desk.demo.values import College, Handed, Person, Year


def study(year: Year, college: College, of: int, seed: int) -> None:
    """Add reflections and checks of each quarter, the year's assessment and the heart-to-heart talks."""
    pencil = Pencil(year, college, Random(f"study {seed} {of}"))
    random = pencil.random
    for unit in college.branches:
        weight = careless(unit.key)
        for quarter in range(1, 5):
            first = date(of, quarter * 3 - 2, 1)
            written = first + timedelta(days=random.randint(58, 78))
            for person in college.members_on(unit.key, written):
                if random.random() < 0.012 * weight or long_away(person):
                    continue
                late = random.randint(24, 45) if random.random() < 0.01 * weight else 0
                pencil.event(
                    "study.reflection",
                    unit.key,
                    written + timedelta(days=random.randint(0, 10) + late),
                    person=person.key,
                    ref=f"X{of}Q{quarter}-{person.key[1:]}",
                )
            if random.random() >= 0.03 * weight:
                checked = first + timedelta(days=random.randint(70, 86))
                _sheet(pencil, college, "study.check", unit.key, checked, f"J{of}Q{quarter}-{unit.key}")
        if unit.key != "u19":
            day = date(of, 12, 6) + timedelta(days=random.randint(0, 14))
            _sheet(pencil, college, "study.assessment", unit.key, day, f"C{of}-{unit.key}")
        for person in college.members_on(unit.key, date(of, 3, 1)):
            if random.random() < 0.04 * weight:
                continue
            day = date(of, 3, 3) + timedelta(days=random.randint(0, 270))
            belonging = person.belonging_on(day)
            if belonging is not None and belonging.unit == unit.key:
                pencil.event("talk.heart", unit.key, day, person=person.key)


#: Trainings outside: what they were called, how many hours.
_TRAININGS = (
    ("全省高校党支部书记培训示范班", 24),
    ("市直机关党务工作者培训班", 16),
    ("网络党校专题学习", 8),
    ("教师师德师风专题培训", 12),
    ("红色教育基地现场教学", 8),
)


def trainings(year: Year, college: College, this_year: int, seed: int) -> None:
    """Trainings outside of both years, confirmed within days; lately some wait or came back, and reflections too."""
    pencil = Pencil(year, college, Random(f"trainings {seed} {this_year}"))
    random = pencil.random
    for of in (this_year - 1, this_year):
        for place, unit in enumerate(college.branches):
            title, hours = _TRAININGS[(place + of) % len(_TRAININGS)]
            day = date(of, 4 + place % 6, 6 + place % 20)
            people = [one for one in college.members_on(unit.key, day) if not long_away(one)]
            for person in random.sample(people, min(2, len(people))):
                after = random.randint(2, 9)
                pencil.event(
                    "training", unit.key, day, after=after, person=person.key, amount=hours * 60, note=title
                )
    for place, unit in enumerate(college.branches):
        day = date(this_year, 11, 12) + timedelta(days=place % 9)
        people = [one for one in college.members_on(unit.key, day) if not long_away(one)]
        first, second, third = random.sample(people, 3)
        title, hours = _TRAININGS[place % len(_TRAININGS)]
        year.handed.append(Handed("training", unit.key, first.key, day, "handed", title, minutes=hours * 60))
        if place % 3 == 0:
            remark = "证书照片看不清，请重新拍照上传"
            year.handed.append(
                Handed(
                    "training",
                    unit.key,
                    second.key,
                    day,
                    "returned",
                    title,
                    remark=remark,
                    minutes=hours * 60,
                )
            )
        text = "结合本职工作谈了三点体会：一是学深悟透，二是联系实际，三是落到岗位上。"
        year.handed.append(
            Handed("study.reflection", unit.key, third.key, day, "handed", "学习党章的体会", body=text)
        )
        if place % 4 == 1:
            remark = "请结合本岗位再写一段"
            year.handed.append(
                Handed("study.reflection", unit.key, second.key, day, "returned", "读书笔记", text, remark)
            )


def _sheet(pencil: Pencil, college: College, kind: str, unit: str, day: date, sheet: str) -> None:
    """One sheet that names every member of the branch on the day."""
    after = pencil.random.randint(0, 3)
    for person in college.members_on(unit, day):
        pencil.event(kind, unit, day, after=after, person=person.key, sheet=sheet, ref=sheet)


def appraisals(year: Year, college: College, of: int, seed: int) -> None:
    """The appraisal (民主评议) of the year before, in its first months; commendations; honours on July 1."""
    pencil = Pencil(year, college, Random(f"appraisals {seed} {of}"))
    random = pencil.random
    judged: set[str] = set()  # who moved in these weeks is appraised once
    for number, unit in enumerate(college.branches, 1):
        day = date(of, 1, 8) + timedelta(days=number * 3)
        if unit.key == "u16":
            day = date(of, 4, 9)  # too late
        before = date(of - 1, 12, 31)
        why = f"{of - 1}年度的民主评议在次年初进行"
        more: dict[str, Any] = {"counts_for": before, "counts_for_reason": why}
        pencil.event("appraisal.held", unit.key, day, **more)
        members = [
            one
            for one in college.members_on(unit.key, day)
            if one.belonging_on(before) is not None and one.key not in judged
        ]
        judged.update(one.key for one in members)
        excellent = set(random.sample(range(len(members)), len(members) // 4))
        for place, person in enumerate(members):
            result = _result(random, person, place in excellent, day)
            if result is None:
                continue
            key = f"e{of}-{person.key}"
            pencil.event(f"appraisal.{result}", unit.key, day, after=2, person=person.key, key=key, **more)
            _follow(pencil, unit.key, person, result, key, day)
            if result == "excellent" and random.random() < 0.16:
                pencil.event(
                    "honour.awarded", unit.key, date(of, 7, 1), person=person.key, note="优秀共产党员"
                )
    # One is honoured whom nobody had appraised: newly come.
    there = college.members_on("u19", date(of, 7, 1))
    newcomer = next(one for one in there if one.belongings[0].since >= date(of, 5, 1))
    pencil.event("honour.awarded", "u19", date(of, 7, 1), person=newcomer.key, note="优秀学生党员")


def _result(random: Random, person: Person, excellent: bool, day: date) -> str | None:
    belonging = person.belonging_on(day)
    if belonging is not None and belonging.status == "probationary":
        return "ungraded"
    if long_away(person):
        return None if int(person.key[1:]) % 2 else "ungraded"
    if excellent:
        return "excellent"
    throw = random.random()
    return "unqualified" if throw < 0.004 else "basic" if throw < 0.03 else "qualified"


def _follow(pencil: Pencil, unit: str, person: Person, result: str, key: str, day: date) -> None:
    """The excellent are commended, the unqualified handled, nearly always in time."""
    throw = pencil.random.random()
    after = day + timedelta(days=pencil.random.randint(12, 45) if throw > 0.03 else 80)
    if result == "excellent" and throw > 0.015:
        pencil.event("appraisal.commended", unit, after, person=person.key, ref=key)
    elif result == "unqualified" and throw > 0.3:
        pencil.event("appraisal.handled", unit, after, person=person.key, ref=key)
