"""The day that the form begins with: in the period, not ahead, a study afternoon for what is an activity."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.audit.relations import Finding
from zhibu.desk.mending import Day, mending_day
from zhibu.site import packs


def begins(duty, period, due, kind, today):
    norm = packs.norm()
    finding = Finding(duty, "6", "b", "b", period, 1, 0, "missed", due, None)
    return mending_day(norm, finding, norm.kinds[kind], today)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 9, 14), date(2026, 9, 14)),  # the Monday: the Wednesday still lies ahead
        (date(2026, 9, 16), date(2026, 9, 16)),
        (date(2026, 9, 19), date(2026, 9, 16)),  # the Saturday after
        (date(2026, 11, 23), date(2026, 9, 16)),  # long over: not the Sunday on which it was due
    ],
)
def test_a_week_begins_with_its_wednesday(today, expected):
    assert begins("study.weekly", "2026-W38", date(2026, 9, 20), "study.session", today) == Day(expected)


def test_a_lost_afternoon_is_no_day_to_begin_with():
    # October 7, 2026 is lost, the 28th is the month's last; on the 12th the last afternoon was September's.
    month = ("four.study", "2026-10", date(2026, 10, 31), "four.study")
    assert begins(*month, date(2026, 11, 23)) == Day(date(2026, 10, 28))
    assert begins(*month, date(2026, 10, 12)) == Day(date(2026, 10, 12))


def test_what_is_done_after_its_year_but_in_time_counts_for_the_year():
    year = ("report.secretary", "2025", date(2026, 3, 31), "report.secretary")
    assert begins(*year, date(2026, 2, 9)) == Day(date(2026, 2, 9), date(2025, 12, 31))
    assert begins(*year, date(2025, 12, 30)) == Day(date(2025, 12, 30))
    assert begins(*year, date(2026, 5, 4)) == Day(date(2025, 12, 31))


def test_money_for_a_month_that_is_over_is_received_today():
    month = ("dues.monthly", "2026-01", date(2026, 1, 31), "dues.paid")
    assert begins(*month, date(2026, 5, 20)) == Day(date(2026, 5, 20), date(2026, 1, 31))
    assert begins(*month, date(2026, 1, 20)) == Day(date(2026, 1, 20))


def test_other_records_begin_with_a_working_day():
    # March 31, 2024 is a Sunday.
    quarter = ("study.check", "2024-Q1", date(2024, 3, 31), "study.check")
    assert begins(*quarter, date(2024, 5, 20)) == Day(date(2024, 3, 29))


def test_what_should_have_followed_is_done_today():
    after = ("study.record", "2026-09-16", date(2026, 9, 23), "activity.record")
    assert begins(*after, date(2026, 11, 23)) == Day(date(2026, 11, 23))
