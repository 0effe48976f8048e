"""docs/twin.md states the rates by which the twin fails, as they are."""

from __future__ import annotations

from pathlib import Path

from tests.packs import shipped
from zhibu.twin.describe import tables
from zhibu.twin.write import rates

PAGE = Path(__file__).parents[2] / "docs" / "twin.md"


def test_the_page_holds_every_table_of_rates():
    page = PAGE.read_text("utf-8")
    for table in tables(rates(), shipped().kinds):
        assert "\n".join(table) in page, f"docs/twin.md 里没有这张表：\n{table[0]}\n{table[2]}"


def test_the_page_names_every_argument():
    page = PAGE.read_text("utf-8")
    for word in ("--committees", "--members", "--years", "--seed", "--out", "--parts", "--as-of", "--norm"):
        assert f"`{word}" in page
