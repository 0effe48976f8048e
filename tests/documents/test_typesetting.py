"""Pages on paper: what is typed stays text, the same values give the same bytes, long tables run over pages."""

import re
from datetime import UTC, datetime

import pytest

from zhibu.documents.typesetting import pdf

MADE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def _list(rows: list[list[str]]) -> dict[str, object]:
    return {"title": "党员名册", "widths": [1, 3], "head": ["序号", "姓名"], "rows": rows}


def test_same_values_give_the_same_bytes() -> None:
    values = _list([["1", "张三"]])
    first = pdf("list", values, MADE)
    assert first.startswith(b"%PDF-")
    assert pdf("list", values, MADE) == first
    assert pdf("list", _list([["1", "李四"]]), MADE) != first


@pytest.mark.parametrize("typed", ["#panic()", "$x^", "*", '#read("/etc/passwd")', "\\", "[", "// 注", "```"])
def test_what_people_typed_is_text(typed: str) -> None:
    assert pdf("list", _list([["1", typed]]), MADE).startswith(b"%PDF-")


def test_a_long_table_runs_over_pages() -> None:
    written = pdf("list", _list([[str(number), "姓名"] for number in range(400)]), MADE)
    pages = re.search(rb"/Type/Pages/Count (\d+)", written)
    assert pages is not None
    assert int(pages[1]) > 5


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        pdf("none", {}, MADE)
