"""Periods, hours as people write them, days of trainings."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.norm import amounts
from zhibu.registers.education import kinds, rules
from zhibu.site import packs

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@given(DAYS, st.sampled_from(sorted(rules.MONTHS)))
def test_a_period_holds_its_day_and_the_next_begins_the_day_after(day, unit):
    period = rules.period_of(unit, day)
    assert day in period
    assert rules.period_of(unit, period.first) == rules.period_of(unit, period.last) == period
    assert rules.period_of(unit, period.last + rules.ONE_DAY).first == period.last + rules.ONE_DAY
    newest = rules.latest(unit, day, 4)
    assert newest[0] == period
    assert all(
        after.first == before.last + rules.ONE_DAY for after, before in zip(newest, newest[1:], strict=False)
    )


@pytest.mark.parametrize(
    ("unit", "name"), [("month", "2026-11"), ("quarter", "2026-Q4"), ("half", "2026-H2"), ("year", "2026")]
)
def test_periods_are_named_as_the_audit_names_them(unit, name):
    assert rules.period_of(unit, date(2026, 11, 23)).name == name


@given(DAYS)
def test_a_period_is_found_by_its_name(day):
    norm = packs.norm()
    for kind in (kinds.REFLECTION, kinds.ASSESSMENT):
        period = rules.period_of(kinds.unit_of(norm, kind), day)
        assert kinds.period_named(norm, kind, period.name) == period


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-Q5", "2026-Q0", "2026-H1", "26-Q1", "2026-Q１", "9999-Q1", "x"]
)
def test_no_period_is_found_by_nonsense(name):
    assert kinds.period_named(packs.norm(), kinds.REFLECTION, name) is None


@pytest.mark.parametrize(("text", "minutes"), [("8", 480), (" 4.5 ", 270), ("0.5学时", 30), ("1.25", 75)])
def test_hours_are_kept_in_minutes(text, minutes):
    assert amounts.minutes_of(text) == minutes
    assert amounts.minutes_of(amounts.hours_input(minutes)) == minutes


@pytest.mark.parametrize("text", ["", "八", "-1", "0", "NaN", "inf", "0.001", "99999", "1e9999"])
def test_hours_that_are_none_are_refused_in_words(text):
    with pytest.raises(ValueError, match="学时|数字"):
        amounts.minutes_of(text)


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("first", "last", "minutes", "after", "field"),
    [
        (TODAY, TODAY, 480, None, None),
        (TODAY, date(2026, 11, 24), 480, None, "last"),
        (TODAY, date(2026, 11, 22), 480, None, "last"),
        (date(1900, 1, 1), date(1900, 1, 1), 480, None, "first"),
        (TODAY, TODAY, 25 * 60, None, "minutes"),
        (date(2025, 12, 30), date(2026, 1, 3), 480, None, "minutes_next"),
        (date(2025, 12, 30), date(2026, 1, 3), 480, 960, None),
        (TODAY, TODAY, 480, 60, "minutes_next"),
        (date(2025, 1, 1), date(2026, 1, 2), 480, 60, "last"),
    ],
)
def test_days_and_hours_of_a_training(first, last, minutes, after, field):
    faults = rules.training_faults(first, last, minutes, after, TODAY)
    assert list(faults) == ([field] if field else [])
