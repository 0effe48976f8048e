"""List pages: search, sort, filters, pages and the workbook, of a QuerySet and of a list alike."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pytest
from django.test import RequestFactory

from zhibu.registers.members.models import Member
from zhibu.site.listing import Column, Filter, Listing

LISTING = Listing(
    title="名单",
    columns=(
        Column("name", "姓名", sort="name"),
        Column("number", "学工号", sort="number", number=True),
        Column("secret", "备注", lambda row: "=1+1", only="workbook"),
    ),
    search=("name", "number"),
    filters=(Filter("sex", "性别", [("男", "男"), ("女", "女")], keep=lambda row, value: row.sex == value),
             Filter("born", "出生", None, keep=lambda row, value: row.born == value)),
    order=("number",),
    per_page=2,
)  # fmt: skip
PEOPLE = [("甲一", "3", "男"), ("乙二", "1", "女"), ("丙一", "2", "男")]


@pytest.fixture(params=["query", "list"])
def rows(request, db):
    if request.param == "list":
        people = sorted(PEOPLE, key=lambda person: person[1])
        return [SimpleNamespace(name=name, number=number, sex=sex, born=None) for name, number, sex in people]
    Member.objects.bulk_create(Member(name=name, number=number, sex=sex) for name, number, sex in PEOPLE)
    return Member.objects.all()


def shown(rows, query=""):
    from zhibu.site.listing import _Asked

    asked = _Asked(LISTING, RequestFactory().get(f"/list/{query}"))
    return asked.shown(asked.chosen(rows))


def names(found):
    return [row[0]["shown"] for row in found.rows]


def test_rows_come_in_order_page_by_page(rows):
    assert names(shown(rows)) == ["乙二", "丙一"]
    assert names(shown(rows, "?page=2")) == ["甲一"]
    assert [(label, here) for label, _, here in shown(rows, "?page=2").page_links] == [
        ("1", False),
        ("2", True),
    ]


def test_sorting_goes_both_ways(rows):
    assert names(shown(rows, "?sort=-number")) == ["甲一", "丙一"]
    head = shown(rows, "?sort=number").heads[1]
    assert head["sorted"] == "ascending"
    assert head["address"] == "/list/?sort=-number"


def test_search_takes_every_word_and_filters_narrow(rows):
    assert names(shown(rows, "?q=一")) == ["丙一", "甲一"]
    assert names(shown(rows, "?q=一 3")) == ["甲一"]
    assert names(shown(rows, "?sex=女")) == ["乙二"]
    assert shown(rows, "?sex=女&q=一").narrowed
    assert shown(rows, "?sex=女&q=一").rows == []


@pytest.mark.parametrize(
    "query",
    [
        "?page=0",
        "?page=99",
        "?page=x",
        "?page=²",
        "?sort=none",
        "?sort=secret",
        "?sex=x",
        "?born=2020-13-01",
        "?what=1",
    ],
)
def test_nonsense_is_left_out_with_a_notice(rows, query):
    found = shown(rows, query)
    assert names(found) == ["乙二", "丙一"]
    assert len(found.notices) == 1


def test_the_workbook_has_all_rows_that_are_left_and_no_formula(rows):
    answer = LISTING.page(RequestFactory().get("/list/?export=xlsx&sex=男&sort=name"), rows)
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == ["姓名", "学工号", "备注"]
    assert [row[1] for row in cells[1:]] == ["2", "3"]
    assert {row[2] for row in cells[1:]} == {"'=1+1"}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_counts_and_one_fetches(db, count, django_assert_num_queries):
    Member.objects.bulk_create(Member(name=name, number=number) for name, number, _ in PEOPLE[:count])
    with django_assert_num_queries(2):
        assert shown(Member.objects.all()).total == count


def test_a_filter_with_a_default_holds_until_it_is_opened(rows):
    from dataclasses import replace

    from zhibu.site.listing import _Asked

    men = replace(LISTING, filters=(replace(LISTING.filters[0], default="男"),))

    def found(query=""):
        asked = _Asked(men, RequestFactory().get(f"/list/{query}"))
        return asked.shown(asked.chosen(rows))

    assert names(found()) == ["丙一", "甲一"]
    assert not found().narrowed
    assert names(found("?sex=")) == ["乙二", "丙一"]
    assert "sex=" in found("?sex=").page_links[-1][1]
    assert names(found("?sex=女")) == ["乙二"]
    assert found("?sex=女").all_address == "/list/"


def test_a_search_of_many_words_uses_the_first_and_says_so(rows):
    """A hundred characters are fifty words: each would be looked for in every column of every row."""
    found = shown(rows, "?q=" + "+".join(["一"] * 6 + ["无"] * 40))
    assert names(found) == ["丙一", "甲一"]
    assert any("6 个词" in notice for notice in found.notices)
    assert not shown(rows, "?q=一+一").notices
