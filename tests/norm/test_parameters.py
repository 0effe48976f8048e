"""Parameters: every day between the first and the last has exactly one value, whatever the rows."""

from __future__ import annotations

from datetime import date, timedelta

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.packs import shipped
from zhibu.norm.document import Entry
from zhibu.norm.faults import Faults
from zhibu.norm.tables import read_parameters

DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 31))
ROWS = st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS), st.integers(0, 9)), min_size=1, max_size=5)


def values_on(parameter, day):
    return [
        row.value for row in parameter.values if row.first <= day and (row.until is None or day < row.until)
    ]


@given(ROWS)
def test_rows_are_refused_or_give_one_value_a_day(rows):
    faults = Faults()
    values = [{"from": first, "value": value, "source": "试"} for first, _, value in rows]
    for row, (_, until, _) in zip(values, rows, strict=True):
        if until is not None:
            row["until"] = until
    text = yaml.safe_dump({"number": {"title": "数", "unit": "次", "values": values}}, allow_unicode=True)
    parameter, _ = read_parameters(Entry(yaml.compose(text), "parameters.yaml", "", faults))["number"]
    last = parameter.values[-1]
    first = parameter.values[0].first
    end = last.until or last.first + timedelta(days=40)
    counts = {len(values_on(parameter, first + timedelta(days=n))) for n in range((end - first).days)}
    if not faults.found:
        assert counts == {1}
        assert parameter.on(first - timedelta(days=1)) is None
        assert parameter.on(date(2030, 1, 1)) == (last.value if last.until is None else None)
    else:
        # what is refused is refused for a reason: a day with none or two, or rows that end before they begin
        starts = [first for first, _, _ in rows]
        crossing = any(until is not None for _, until, _ in rows)
        assert crossing or len(set(starts)) < len(starts)


def test_installed_parameters_have_one_value_every_day():
    for parameter in shipped().parameters.values():
        day = parameter.values[0].first
        assert parameter.on(day - timedelta(days=1)) is None
        while day < date(2028, 1, 1):
            assert len(values_on(parameter, day)) == 1, (parameter.id, day)
            day += timedelta(days=1)
        assert all(row.source for row in parameter.values), parameter.id
