"""Dates of rosters: every notation gives the day it was made from, and what is no date is refused."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.registers.members.roster.dates import Day, NoDay, read_date

days = st.dates(datetime.date(1901, 1, 1), datetime.date(2099, 12, 31))
EPOCH = datetime.date(1899, 12, 30)

NOTATIONS = (
    lambda d: d,
    lambda d: datetime.datetime(d.year, d.month, d.day, 0, 0),  # noqa: DTZ001
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d:%Y.%m.%d}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: int(f"{d:%Y%m%d}"),
    lambda d: float(f"{d:%Y%m%d}"),
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f" {d.year} 年 {d.month:02} 月 {d.day:02} 日 ",
    lambda d: f"{d:%Y-%m-%d} 00:00:00",
    lambda d: f"{d:%Y-%m-%d}（周三）",
    lambda d: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in f"{d:%Y-%m-%d}"),
)

MONTHS = (
    lambda d: f"{d.year}.{d.month}",
    lambda d: f"{d.year}.{d.month:02}",
    lambda d: f"{d:%Y%m}",
    lambda d: int(f"{d:%Y%m}"),
    lambda d: f"{d.year}年{d.month}月",
    lambda d: f"{d.year}-{d.month}",
)


@given(days, st.sampled_from(NOTATIONS))
def test_every_notation_of_a_day_gives_that_day(day, notation):
    assert read_date(notation(day)) == Day(day)


@given(days, st.sampled_from(MONTHS))
def test_every_notation_of_a_month_gives_its_first_day_and_says_so(day, notation):
    assert read_date(notation(day)) == Day(day.replace(day=1), month_only=True)


@given(days, st.sampled_from([int, float, str, lambda n: f"{n}.0", lambda n: n + 0.5]))
def test_serial_numbers(day, write):
    serial = (day - EPOCH).days
    read = read_date(write(serial))
    if 1880 <= serial <= 2100 and write(serial) == serial + 0.5:
        return  # 1905.5 reads as May 1905, as rosters mean it
    if 1880 <= serial <= 2100:  # these look like years and are refused rather than guessed
        assert isinstance(read, NoDay)
    else:
        assert read == Day(day)


@given(st.integers(1900, 2099), st.integers(2, 9))
def test_a_number_cell_with_a_month_behind_the_point(year, month):
    assert read_date(float(f"{year}.{month}")) == Day(datetime.date(year, month, 1), month_only=True)
    assert read_date(float(f"{year}.0{month}")) == Day(datetime.date(year, month, 1), month_only=True)


@given(st.integers(1900, 2099))
def test_a_number_cell_cannot_tell_january_from_october(year):
    read = read_date(float(f"{year}.1"))
    assert isinstance(read, NoDay)
    assert read.code == "ambiguous"
    assert {day.month for day in read.either} == {1, 10}
    assert read_date(f"{year}.10") == Day(datetime.date(year, 10, 1), month_only=True)
    assert read_date(float(f"{year}.11")) == Day(datetime.date(year, 11, 1), month_only=True)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2023-02-29", "impossible"),
        ("2023-13-01", "impossible"),
        ("20230231", "impossible"),
        ("2023.00", "impossible"),
        ("0000-01-01", "unreadable"),
        (datetime.date(1, 1, 1), "impossible"),
        ("1980", "year_only"),
        (1980, "year_only"),
        ("1980年", "year_only"),
        ("80.3.5", "unreadable"),
        ("3/5/1980", "unreadable"),
        ("不详", "unreadable"),
        ("", "unreadable"),
        (True, "unreadable"),
        (None, "unreadable"),
        (-1.0, "unreadable"),
        (float("nan"), "unreadable"),
        (float("inf"), "unreadable"),
        (1e300, "unreadable"),
        (1980.123, "unreadable"),
    ],
)
def test_what_is_no_date_is_refused(written, code):
    read = read_date(written)
    assert isinstance(read, NoDay)
    assert read.code == code


@given(st.one_of(st.text(max_size=80), st.floats(), st.integers(), st.none(), st.booleans()))
def test_nothing_makes_it_fall_over(value):
    assert isinstance(read_date(value), Day | NoDay)
