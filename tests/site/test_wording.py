"""Dates, periods, amounts and masks as officials write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.norm.amounts import amount_title
from zhibu.site import packs, wording
from zhibu.site.workbook import safe_text


@pytest.fixture(autouse=True)
def read_packs():
    packs.norm()


def test_a_day_names_its_weekday():
    assert wording.short_day(date(2026, 11, 25)) == "11月25日（周三）"
    assert wording.near_day(date(2026, 11, 25), date(2026, 1, 1)) == "11月25日（周三）"
    assert wording.near_day(date(2027, 1, 3), date(2026, 12, 31)) == "2027年1月3日"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2026", "2026年"),
        ("2026-H1", "2026年上半年"),
        ("2026-Q3", "2026年三季度"),
        ("2026-07", "2026年7月"),
        ("2026-W30", "2026年第30周"),
        ("2026-autumn", "2026年秋季学期"),
        ("2026-theme", "2026年七一前主题活动"),
        ("2026-03+2", "2026年3月起2个月"),
        ("2026-11-25", "2026年11月25日"),
        ("2026-harvest", "2026-harvest"),
    ],
)
def test_periods(name, title):
    assert wording.period_title(name) == title


@pytest.mark.parametrize(
    ("amount", "unit", "title"),
    [
        (None, "fen", "—"),
        (1440, "minutes", "24 学时"),
        (90, "minutes", "1 学时 30 分"),
        (124650, "fen", "1 246.50 元"),
        (-5, "fen", "-0.05 元"),
        (199, "basis points", "1.99%"),
        (2, "slots", "2 个半天"),
        (3, None, "3"),
    ],
)
def test_amounts(amount, unit, title):
    assert amount_title(amount, unit) == title


@given(st.text(max_size=60))
def test_no_exported_text_starts_a_formula(text):
    cell = safe_text(text)
    bare = cell.lstrip()
    starts = bare[:1] in ("=", "@") and cell[:1] != "'"
    assert not starts
    if bare[:1] in ("+", "-") and cell[:1] != "'":
        assert not any(sign.isalpha() for sign in bare)


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", " =cmd|' /C calc'!A0", "+cmd", "-2+3+cmd|x", "\t=1"])
def test_formulas_are_disarmed(text):
    assert safe_text(text).startswith("'")


@pytest.mark.parametrize("text", ["+86 138-0000-0000", "-3.5", "13800000000", "张三", "-"])
def test_plain_numbers_and_names_stay(text):
    assert safe_text(text) == text
