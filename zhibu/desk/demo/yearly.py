"""What is owed once a year or each half: reports, budget, reviews, benchmarks, brands. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from zhibu.desk.demo.record import Pencil
from zhibu.desk.demo.values import College, Exemption, Year

_FIVE = (
    "concurrent.study",
    "concurrent.deploy",
    "concurrent.inspect",
    "concurrent.assess",
    "concurrent.account",
)


def yearly(year: Year, college: College, of: int, seed: int) -> None:
    """Add what the committee and the branches did once in the year `of`, and the rest of the year before."""
    pencil = Pencil(year, college, Random(f"yearly {seed} {of}"))
    _committee(pencil, of)
    _life(pencil, of)
    _money(pencil, of)
    _branches(pencil, of)


def _for_last_year(of: int, what: str) -> dict[str, Any]:
    return {"counts_for": date(of - 1, 12, 31), "counts_for_reason": f"{of - 1}年度的{what}在次年初进行"}


def _committee(pencil: Pencil, of: int) -> None:
    committee = pencil.college.committee.key
    pencil.event("report.secretary", committee, date(of, 1, 28), **_for_last_year(of, "述职"))
    pencil.event("branch_review.closed", committee, date(of, 3, 4), **_for_last_year(of, "党建考核"))
    pencil.event("dues.published", committee, date(of, 2, 26), **_for_last_year(of, "党费公布"))
    for kind in ("benchmark.self", "benchmark.representatives", "benchmark.organisation"):
        pencil.event(kind, committee, date(of, 3, 11), **_for_last_year(of, "对标定位考核"))
    for branch in ("u09", "u12", "u03", "u15"):
        pencil.event("brand.awarded", committee, date(of, 3, 6), ref=branch, **_for_last_year(of, "品牌评选"))
    pencil.event("venue.improved", committee, date(of, 5, 20), note="更新 4 个活动室的教学设备")
    pencil.event("benchmark.report", committee, date(of, 12, 18))
    pencil.event("benchmark.submitted", committee, date(of, 12, 23))
    for half, day in ((1, date(of, 6, 23)), (2, date(of, 12, 15))):
        seats = {
            *pencil.college.holders("secretary", day),
            *pencil.college.holders("deputy_secretary", day),
            *pencil.college.holders("committee_member", day),
        }
        for place, person in enumerate(sorted(seats)):
            if (place, half) == (7, 1):
                continue
            when = day + timedelta(days=20) if place == 3 and half == 1 else day - timedelta(days=place % 4)
            pencil.event("report.leader", committee, when, person=person, ref=f"L{of}H{half}-{person[1:]}")


def _life(pencil: Pencil, of: int) -> None:
    """Papers before and after the democratic life meeting (民主生活会) of the year before."""
    committee = pencil.college.committee.key
    for meeting in pencil.year.happenings:
        if "meeting.democratic" in meeting.kinds and meeting.day.year == of:
            for kind, days in (
                ("life.theme", -21),
                ("life.opinions_members", -14),
                ("life.opinions_masses", -14),
                ("life.talks", -6),
                ("life.rectification", 11),
            ):
                pencil.event(kind, committee, meeting.day + timedelta(days=days), ref=meeting.key)


def _money(pencil: Pencil, of: int) -> None:
    """The budget of the committee and the branches and what they spent; one branch went over."""
    college = pencil.college
    committee = college.committee.key
    pencil.event("budget.adopted", committee, date(of, 3, 16), note="列入学院年度财务预算")
    end = date(of + 1, 1, 1)
    pencil.state("budget", committee, date(of, 1, 1), until=end, amount=320_000_00)
    for number in range(14):
        day = date(of, 1, 20) + timedelta(days=24 * number)
        _spend(pencil, committee, day, 8_000_00 + 700_00 * (number % 7), number)
    for place, unit in enumerate(college.branches):
        budget = 4_000_00 + 500_00 * (place % 9)
        pencil.state("budget", unit.key, date(of, 1, 1), until=end, amount=budget)
        share = 26 if unit.key == "u11" and of == pencil.college.first_day.year + 1 else 14
        for number in range(5):
            day = date(of, 2, 10) + timedelta(days=60 * number + place)
            _spend(pencil, unit.key, day, budget * share // 100, number)


def _spend(pencil: Pencil, unit: str, day: date, amount: int, number: int) -> None:
    pencil.event("fund.spent", unit, day, amount=amount, ref=f"V{day.year}-{unit[1:]}-{number + 1:02}")


def _branches(pencil: Pencil, of: int) -> None:
    for place, unit in enumerate(pencil.college.branches):
        key, last_year = unit.key, _for_last_year
        if key != "u14":
            pencil.event(
                "report.secretary", key, date(of, 1, 12) + timedelta(days=place), **last_year(of, "述职")
            )
        published = date(of, 4, 8) if key == "u05" else date(of, 2, 24) + timedelta(days=place)
        if key != "u19":
            pencil.event("dues.published", key, published, **last_year(of, "党费公布"))
        if key != "u14":
            closed = date(of, 1, 16) if key in ("u05", "u16") else date(of, 1, 4) + timedelta(days=place % 5)
            pencil.event("handbook.closed", key, closed, **last_year(of, "工作手册定稿"))
    for place, key in enumerate(
        [pencil.college.committee.key, *(one.key for one in pencil.college.branches)]
    ):
        for kind, month in zip(_FIVE, (3, 4, 10, 12, 12), strict=True):
            if (key, kind) == ("u19", "concurrent.deploy"):
                continue
            note = "本年无" if kind == "concurrent.account" else ""
            pencil.event(kind, key, date(of, month, 8) + timedelta(days=place % 15), note=note)


def exemptions(year: Year, college: College, this_year: int) -> None:
    """Who is freed from what, with the committee's approval."""
    first = college.first_day
    for unit in college.branches:
        if unit.category == "retiree":
            why = "离退休党员年事已高，经党委会研究，集中学习改为每月两次"
            year.exemptions.append(Exemption(unit.key, None, "study.weekly", first, None, why, first))
    for person in ("p0110", "p0207"):  # two of those who are long ill
        unit_key = college.people[person].belongings[0].unit
        why = "长期患病，经支部申请、党委批准"
        since = date(this_year, 1, 1)
        year.exemptions.append(Exemption(unit_key, person, "*", since, date(this_year + 1, 1, 1), why, since))
