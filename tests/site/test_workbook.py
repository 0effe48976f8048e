"""Amounts in a workbook are numbers that can be added up, written with their unit."""

from __future__ import annotations

import io

import openpyxl
import pytest

from zhibu.norm.amounts import measured
from zhibu.site import workbook


@pytest.mark.parametrize(
    ("amount", "unit", "number", "pattern"),
    [
        (450_000, "fen", 4500, '#,##0.00" 元"'),
        (270, "minutes", 4.5, 'General" 学时"'),
        (193, "basis points", 0.0193, "0.00%"),
        (2, "slots", 2, 'General" 个半天"'),
        (23, None, 23, "General"),
    ],
)
def test_an_amount_is_a_number_with_its_unit(amount, unit, number, pattern):
    data = workbook.build("表", [("数额", 12)], [[measured(amount, unit)]])
    cell = openpyxl.load_workbook(io.BytesIO(data)).active["A2"]
    assert (cell.data_type, cell.value, cell.number_format) == ("n", number, pattern)


def test_no_amount_is_an_empty_cell():
    assert measured(None, "fen") is None
