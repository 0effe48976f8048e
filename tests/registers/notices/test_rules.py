"""Dates and stages of notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from zhibu.registers.notices import rules

DEADLINE = date(2026, 11, 30)
SENT = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2026, 11, 20), None),
        (date(2026, 11, 26), None),
        (date(2026, 11, 27), "before"),
        (date(2026, 11, 29), "before"),
        (date(2026, 11, 30), "due"),
        (date(2026, 12, 1), "late-0"),
        (date(2026, 12, 7), "late-0"),
        (date(2026, 12, 8), "late-1"),
        (date(2027, 1, 25), "late-7"),
        (date(2027, 1, 26), None),
    ],
)
def test_a_stage_begins_on_its_day_and_lasts_until_the_next(today, stage):
    assert rules.stage(DEADLINE, 3, SENT, today) == stage


def test_nobody_is_reminded_on_the_day_of_sending():
    assert rules.stage(SENT, 3, SENT, SENT) is None
    assert rules.stage(SENT, 3, SENT, SENT + timedelta(days=1)) == "late-0"


@given(before=some.integers(0, 60), days=some.integers(-100, 100))
def test_stages_follow_each_other_and_no_stage_comes_twice(before, days):
    order = ["before", "due", *(f"late-{week}" for week in range(rules.WEEKS_LATE))]
    sent = DEADLINE - timedelta(days=90)
    today = DEADLINE + timedelta(days=days)
    found = [rules.stage(DEADLINE, before, sent, today + timedelta(days=n)) for n in range(30)]
    known = [order.index(one) for one in found if one]
    assert known == sorted(known)


def test_dates_that_make_no_sense():
    today = SENT

    def faults(**given):
        plain = {"issued": None, "received": None, "deadline": None}
        return set(rules.date_faults(**plain | given, sent=today, today=today))

    assert faults() == set()
    assert faults(deadline=today) == set()
    assert faults(deadline=today - timedelta(days=1)) == {"deadline"}
    assert faults(deadline=date(2126, 1, 1)) == {"deadline"}
    assert faults(issued=today + timedelta(days=1)) == {"issued"}
    assert faults(issued=date(1026, 1, 1)) == {"issued"}
    assert faults(issued=today, received=today - timedelta(days=1)) == {"received"}


@pytest.mark.parametrize(
    ("asked", "read", "acted", "state"),
    [
        ("read", False, False, "unread"),
        ("read", True, False, "read"),
        ("act", True, False, "unacted"),
        ("act", True, True, "acted"),
    ],
)
def test_how_a_receipt_stands(asked, read, acted, state):
    assert rules.state(asked, read, acted) == state


def test_how_far_the_deadline_is():
    said = {days: rules.said_of(SENT + timedelta(days=days), SENT) for days in (-2, 0, 1, 5)}
    assert said == {-2: "已过期 2 天", 0: "今天截止", 1: "明天截止", 5: "还有 5 天"}
    assert rules.said_of(None, SENT) == ""


def test_stages_in_words():
    titles = [rules.stage_title(stage) for stage in ("before", "due", "late-0", "late-7", "urged-2026-11-20")]
    assert titles == ["截止前", "截止当天", "过期后第 1 周", "过期后第 8 周", "催办"]
