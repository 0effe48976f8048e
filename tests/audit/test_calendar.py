"""Periods at the boundaries of years, months and terms."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.audit.calendar import UnknownPeriod, anniversary, due_day, months_later, periods
from zhibu.norm.model import Calendar, Due, Schooldays

WEDNESDAY = date(2026, 3, 4)
SCHOOL = Calendar(
    study_weekday=3,
    weeks_of_teaching_month=3,
    terms=(Schooldays("2026-spring", date(2026, 3, 2), date(2026, 7, 3)),),
    vacations=(Schooldays("winter", date(2026, 1, 19), date(2026, 3, 1)),),
    lost={date(2026, 4, 1): "清明", date(2026, 4, 8): "运动会", date(2026, 4, 15): "考试"},
    moved={date(2026, 4, 15): date(2026, 4, 16)},
    windows={"theme": ((6, 1), (7, 1)), "turn": ((12, 15), (1, 15)), "leap": ((2, 1), (2, 29))},
    spans={"two": (date(2025, 1, 31), 1)},
)


def named(unit, first=2026, last=2026, calendar=SCHOOL):
    return {each.name: each for each in periods(calendar, unit, first, last)}


def test_iso_week_one_begins_in_the_old_year():
    weeks = named("week")
    assert weeks["2026-W01"].first == date(2025, 12, 29)
    assert weeks["2026-W53"].last == date(2027, 1, 3)
    assert len(weeks) == 53


@given(st.integers(2000, 2060), st.sampled_from(["week", "month", "quarter", "half", "year"]))
def test_common_units_leave_no_day_out(year, unit):
    found = periods(Calendar(), unit, year, year)
    assert found[0].first <= date(year, 1, 1)
    assert found[-1].last >= date(year, 12, 31)
    for one, following in zip(found, found[1:], strict=False):
        assert following.first - one.last == timedelta(days=1)
    assert len({each.name for each in found}) == len(found)


def test_names():
    assert {"2026-Q3", "2026-Q1"} <= set(named("quarter"))
    assert list(named("half")) == ["2026-H1", "2026-H2"]
    assert list(named("year")) == ["2026"]
    assert "2026-07" in named("month")


def test_teaching_weeks_need_a_working_afternoon():
    weeks = named("teaching_week")
    assert weeks["2026-W10"].first == date(2026, 3, 2)
    assert not weeks["2026-W10"].no_rule
    assert "2026-W14" not in weeks  # lost
    assert "2026-W16" in weeks  # lost but moved: it works
    assert "2026-W05" not in weeks  # vacation
    assert weeks["2026-W02"].no_rule  # listed nowhere
    assert weeks["2026-W30"].no_rule


def test_teaching_months_need_three():
    months = named("teaching_month")
    assert [name for name, each in months.items() if not each.no_rule] == [
        "2026-03",
        "2026-04",
        "2026-05",
        "2026-06",
    ]
    assert "2026-02" not in months  # vacation
    assert "2026-07" not in months  # one afternoon
    assert months["2026-09"].no_rule
    fewer = Calendar(**{**SCHOOL.__dict__, "moved": {}})
    assert "2026-04" not in named("teaching_month", calendar=fewer)


def test_semesters_and_unlisted_halves():
    found = named("semester")
    assert found["2026-spring"].last == date(2026, 7, 3)
    assert set(found) == {"2026-spring"}  # the term has days in July: the second half is listed too
    assert named("semester", 2027, 2027)["2027-H1"].no_rule


def test_without_a_school_calendar_nothing_is_guessed():
    assert all(each.no_rule for each in periods(Calendar(), "teaching_week", 2026, 2026))
    assert all(each.no_rule for each in periods(Calendar(), "teaching_month", 2026, 2026))
    assert [each.name for each in periods(Calendar(), "semester", 2026, 2026)] == ["2026-H1", "2026-H2"]


def test_windows_include_both_days_and_may_turn_the_year():
    assert named("theme")["2026-theme"][2:4] == (date(2026, 6, 1), date(2026, 7, 1))
    assert named("turn")["2025-turn"][2:4] == (date(2025, 12, 15), date(2026, 1, 15))
    assert named("leap")["2026-leap"].last == date(2026, 2, 28)
    assert named("leap", 2028, 2028)["2028-leap"].last == date(2028, 2, 29)


def test_spans_are_reckoned_from_their_start():
    found = periods(SCHOOL, "two", 2025, 2025)
    assert [each.first for each in found[:4]] == [
        date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30),
    ]  # fmt: skip
    assert found[0].name == "2025-01+1"
    assert found[0].last == date(2025, 2, 27)


def test_unknown_period():
    with pytest.raises(UnknownPeriod):
        periods(SCHOOL, "fortnight", 2026, 2026)


@pytest.mark.parametrize(
    ("last", "due", "expected"),
    [
        (date(2026, 12, 31), None, date(2026, 12, 31)),
        (date(2026, 12, 31), Due(3, 31), date(2027, 3, 31)),
        (date(2026, 3, 30), Due(3, 31), date(2026, 3, 31)),
        (date(2026, 3, 31), Due(3, 31), date(2027, 3, 31)),
        (date(2026, 12, 31), Due(2, 29), date(2027, 2, 28)),
        (date(2027, 12, 31), Due(2, 29), date(2028, 2, 29)),
    ],
)
def test_due_is_after_the_last_day(last, due, expected):
    assert due_day(last, due) == expected


def test_months_and_anniversaries():
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert months_later(date(2023, 12, 31), 2) == date(2024, 2, 29)
    assert anniversary(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert anniversary(date(2024, 2, 29), 4) == date(2028, 2, 29)
