"""The school's days and due days of a calendar: whose turn it is, which week, what falls due. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.audit.relations import Finding
from zhibu.desk.calendar import dues, school
from zhibu.desk.cells import gathered
from zhibu.norm.model import Calendar, Schooldays
from zhibu.site import packs

FOUR = ["集体学习日", "志愿服务日", "讨论议事日", "组织生活日"]
CALENDAR = Calendar(
    study_weekday=3,
    weeks_of_teaching_month=3,
    terms=(Schooldays("2026-autumn", date(2026, 8, 31), date(2027, 1, 17)),),
    vacations=(Schooldays("2027-winter", date(2027, 1, 18), date(2027, 2, 28)),),
    lost={date(2026, 10, 7): "国庆节放假"},
    moved={date(2026, 10, 14): date(2026, 10, 16)},
)


def norm_with(calendar):
    norm = packs.norm()
    with_calendar = {
        key: replace(pack, calendar=calendar if pack.calendar.study_weekday else pack.calendar)
        for key, pack in norm.packs.items()
    }
    return replace(norm, packs=with_calendar)


def titles(norm, month):
    found = school.turns(norm, month, month.replace(day=28))
    return {day.day: [duty.title for duty in duties] for day, duties in found.items()}


def test_the_four_days_take_turns_on_the_wednesdays_of_a_month():
    assert titles(packs.norm(), date(2026, 11, 1)) == {
        day: [one] for day, one in zip((4, 11, 18, 25), FOUR, strict=True)
    }
    # Five Wednesdays in September: the fifth is study alone.
    assert list(titles(packs.norm(), date(2026, 9, 1))) == [2, 9, 16, 23]


def test_a_lost_wednesday_leaves_two_for_the_last_and_a_moved_one_is_where_it_went():
    assert titles(norm_with(CALENDAR), date(2026, 10, 1)) == {
        16: [FOUR[0]], 21: [FOUR[1]], 28: FOUR[2:],
    }  # fmt: skip


def test_a_month_that_is_not_taught_has_no_turns():
    assert titles(packs.norm(), date(2026, 8, 1)) == {}
    assert titles(norm_with(Calendar()), date(2026, 11, 1)) == {}


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 8, 31), "教学1周"),
        (date(2026, 11, 23), "教学13周"),
        (date(2027, 1, 18), "寒假"),
        (date(2027, 7, 5), ""),
    ],
)
def test_weeks_are_numbered_from_the_terms_first(day, said):
    assert school.week_title(norm_with(CALENDAR), day) == said


def test_holidays_worked_weekends_and_the_packs_own_rows():
    days = school.days(norm_with(CALENDAR), date(2026, 10, 1), date(2026, 10, 31))
    assert days[date(2026, 10, 1)].off == "国庆节"
    assert days[date(2026, 10, 10)].working
    assert not days[date(2026, 10, 17)].working
    assert days[date(2026, 10, 7)].notes == ("集中学习停：国庆节放假",)
    assert not days[date(2026, 10, 7)].study
    assert days[date(2026, 10, 16)].notes == ("补 10月14日的集中学习",)
    # A year whose holidays nobody has published yet is not guessed.
    later = school.days(norm_with(CALENDAR), date(2040, 10, 1), date(2040, 10, 3))
    assert all(day.off == "" and not day.working for day in later.values())


def finding(duty, subject="b1", org="b1", period="2026-Q4", status="open", due=date(2026, 12, 31), **given):
    values = {"required": 1, "actual": 0, "ref": None, "article": packs.norm().duties[duty].article} | given
    return Finding(duty=duty, subject=subject, org=org, period=period, status=status, due=due, **values)


def owed(rows):
    return dues.owed(packs.norm(), gathered(packs.norm(), rows).values())


def test_alike_findings_of_an_organization_are_one_due_day():
    people = [finding("study.reflection", subject=one) for one in ("m1", "m2")]
    found = owed([*people, finding("study.reflection", subject="m3", status="met", actual=1)])
    (due,) = dues.within(found, date(2026, 12, 1), date(2026, 12, 31))
    assert (due.day, due.org, due.status, due.count) == (date(2026, 12, 31), "b1", "open", 2)
    assert dues.within(found, date(2026, 12, 1), date(2026, 12, 30)) == []


def test_an_organizations_own_and_its_members_of_one_duty_are_one_due_day():
    day = date(2026, 12, 20)
    rows = [
        finding("study.record", subject=one, period="2026-12-13", due=day, status=status)
        for one, status in (("b1", "open"), ("m1", "missed"))
    ]
    (due,) = dues.within(owed(rows), day, day)
    assert (due.status, due.count, due.first.subject) == ("missed", 2, "m1")


def test_what_is_missed_leads_and_what_is_momentary_has_no_due_day():
    rows = [
        finding("study.reflection", subject="m1", period="2026-Q3", due=date(2026, 9, 30)),
        finding("study.reflection", subject="m2", period="2026-Q3", due=date(2026, 9, 30), status="missed"),
        finding(
            "org.affiliation", subject="m1", period="2026-11-23", due=date(2026, 11, 23), status="missed"
        ),
    ]
    found = owed(rows)
    (due,) = dues.within(found, date(2026, 1, 1), date(2026, 12, 31))
    assert (due.status, due.first.subject) == ("missed", "m2")
    assert found.concerned == {("study.reflection", "b1")}


def test_periods_to_come_fall_due_too_but_not_every_week():
    concerned = {
        ("study.reflection", "b1"),
        ("study.weekly", "b1"),
        ("four.study", "b1"),
        ("review.branches", "c1"),
    }
    today = date(2026, 11, 23)
    coming = dues.to_come(packs.norm(), concerned, today, date(2026, 11, 1), date(2027, 7, 31))
    assert [(due.duty.id, due.org, due.day, due.status) for due in coming] == [
        ("study.reflection", "b1", date(2027, 3, 31), "ahead"),
        ("study.reflection", "b1", date(2027, 6, 30), "ahead"),
    ]
    # The year 2027 falls due on March 31, 2028: further ahead than is told.
    review = {("review.branches", "c1")}
    assert dues.to_come(packs.norm(), review, today, today, date(2030, 12, 31)) == []


@given(st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(0, 120))
def test_every_turn_is_an_afternoon_on_which_people_work(first, length):
    norm, last = packs.norm(), first + timedelta(days=length)
    calendar = norm.packs["zjkvtc"].calendar
    for day in school.turns(norm, first, last):
        assert first <= day <= last
        assert day in school.afternoons(calendar, first, last)
