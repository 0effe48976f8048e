"""Amounts, dates and periods of evidence, by properties and at the bounds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.registers.evidence import rules

TODAY = date(2026, 11, 23)


@given(st.integers(0, rules.LARGEST_AMOUNT // 100), st.sampled_from([*rules.UNITS, "pages"]))
def test_what_the_field_shows_is_read_back_exactly(amount, unit):
    shape = rules.unit_of(unit)
    if unit == "minutes":
        amount -= (
            amount % 3
        )  # a third of a minute cannot be written in hundredths of an hour, three minutes can
    assert rules.amount_of(rules.amount_input(amount, unit), unit) == amount
    assert rules.amount_text(amount, unit).endswith(shape.title)


@pytest.mark.parametrize(
    ("text", "unit", "kept"),
    [
        ("1 246.50", "fen", 124_650),
        ("1,246.5", "fen", 124_650),
        ("0", "fen", 0),
        ("0.01", "fen", 1),
        ("1.5", "minutes", 90),
        ("24", "minutes", 1440),
        ("640", "people", 640),
    ],
)
def test_amounts_are_read_as_people_write_them(text, unit, kept):
    assert rules.amount_of(text, unit) == kept


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("0.001", "fen"),
        ("-1", "fen"),
        ("十元", "fen"),
        ("", "fen"),
        ("NaN", "fen"),
        ("Infinity", "fen"),
        ("1e99", "fen"),
        ("1.5", "people"),
        ("0.001", "minutes"),
    ],
)
def test_what_is_no_amount_is_refused_with_words(text, unit):
    with pytest.raises(ValueError, match=r"请"):
        rules.amount_of(text, unit)


@pytest.mark.parametrize(
    "name", ["2026", "2026-H1", "2026-Q3", "2026-07", "2026-W01", "2026-W53", "2026-autumn", "2026-03+2"]
)
def test_names_of_periods(name):
    assert rules.is_period(name)


@pytest.mark.parametrize(
    "name", ["", "26", "2026-13", "2026-H3", "2026-Q0", "2026-W54", "2026-07 ", "2026-07-01"]
)
def test_no_names_of_periods(name):
    assert not rules.is_period(name)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_dues_count_for_the_first_of_their_month_and_others_for_the_day_named(happened, named):
    month = rules.counted_day("dues.paid", happened, named) or happened
    assert month.day == 1
    assert (month.year, month.month) == ((named or happened).year, (named or happened).month)
    assert (rules.counted_day("report.secretary", happened, named) or happened) == (named or happened)


def faults(**other):
    given_ = {
        "state": False,
        "day": TODAY,
        "until": None,
        "counts_for": None,
        "reason": "",
        "kind": "report.secretary",
    }
    return rules.date_faults(**{**given_, **other}, today=TODAY)


def test_events_may_be_of_today_and_not_of_tomorrow_states_may_begin_ahead():
    tomorrow = TODAY + timedelta(days=1)
    assert faults() == {}
    assert "day" in faults(day=tomorrow)
    assert faults(state=True, day=tomorrow) == {}


def test_a_state_ends_after_it_begins():
    assert "until" in faults(state=True, until=TODAY)
    assert faults(state=True, until=TODAY + timedelta(days=1)) == {}


def test_another_day_asks_for_its_reason_except_the_month_of_dues():
    other = date(2026, 12, 31)
    assert "counts_for_reason" in faults(counts_for=other)
    assert faults(counts_for=other, reason="补上年度述职") == {}
    assert faults(counts_for=TODAY) == {}
    assert faults(counts_for=other, kind="dues.paid") == {}
