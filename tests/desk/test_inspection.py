"""检查: the heat map and the list of findings, for each role and any past day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.audit.relations import Finding
from zhibu.desk import inspection, matrix
from zhibu.desk.addresses import Addresses
from zhibu.desk.document import Place
from zhibu.site import packs

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("span", "day", "first", "last"),
    [
        ("month", date(2026, 2, 10), date(2026, 2, 1), date(2026, 2, 28)),
        ("month", date(2028, 2, 10), date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        ("quarter", date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        ("quarter", date(2026, 11, 23), date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 6, 1), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_spans_are_those_of_the_calendar(span, day, first, last):
    assert matrix.days_of(span, day) == (first, last)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(sorted(matrix.SPANS)))
def test_a_span_holds_its_day_and_begins_on_a_first(day, span):
    first, last = matrix.days_of(span, day)
    assert first <= day <= last
    assert first.day == 1
    assert matrix.days_of(span, first) == matrix.days_of(span, last) == (first, last)


def finding(duty, org, status, period="2026-W47", due=date(2026, 11, 22)):
    return Finding(duty, packs.norm().duties[duty].article, org, org, period, 1, 0, status, due, None)


def drawn(findings, doubtful=frozenset()):
    places = [Place("b2", "乙支部", "branch"), Place("b1", "甲支部", "branch")]
    return matrix.matrix(packs.norm(), findings, places, DAY, doubtful, {}, Addresses(DAY, DAY))


def test_lines_keep_the_order_of_the_roll_and_heads_that_of_the_norm():
    found = drawn([finding("study.weekly", "b1", "missed"), finding("dues.day", "b2", "met"),
                   finding("term.branch", "b1", "met")])  # fmt: skip
    assert [line.name for line in found.lines] == ["乙支部", "甲支部"]
    assert [title for head in found.heads for title, _ in head.duties] == [
        "支部任期有效",
        "每周集中学习",
        "党费收缴日",
    ]
    assert [cell and cell.state for cell in found.lines[1].cells] == ["met", "missed", None]
    assert found.lines[1].missed == 1


def test_what_rests_on_an_unsigned_reading_is_counted_apart():
    (line,) = drawn([finding("study.weekly", "b1", "missed")], {"study.weekly"}).lines
    assert (line.missed, line.doubtful) == (0, 1)
    assert line.cells[0].state == "unsigned"


def signed_in(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.django_db
def test_an_officer_compares_branches_and_a_secretary_sees_the_own(client, in_use, account_of):
    page = (
        signed_in(client, account_of("committee_officer", in_use.committee))
        .get("/findings/")
        .content.decode()
    )
    assert "机电工程系党支部" in page
    assert "信息工程系党支部" in page
    page = signed_in(client, account_of("branch_secretary", in_use.one)).get("/findings/").content.decode()
    assert "信息工程系党支部" not in page


@pytest.mark.django_db
def test_the_list_is_narrowed_by_branch_duty_status_and_day_and_exported(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    # Its reading is not signed: what is missed of it is counted apart.
    asked = {"org": in_use.one.pk, "duty": "study.weekly", "status": "unsigned"}
    page = browser.get("/findings/list/", asked).content.decode()
    assert "每周集中学习" in page
    assert browser.get("/findings/list/", asked | {"status": "missed"}).context["shown"].total == 0
    rows = page.split("<tbody", 1)[1].split("</tbody>", 1)[0]
    assert "信息工程系党支部" not in rows
    assert "已完成" not in rows
    # So it is on the duty's own page.
    duty = browser.get("/norm/study.weekly/", {"status": "unsigned"})
    assert {state for state, _ in duty.context["counts"]} & {"missed", "unsigned"} == {"unsigned"}
    assert duty.context["shown"].total == dict(duty.context["counts"])["unsigned"]
    assert "口径待确认" in duty.context["shown"].rows[0][4]["shown"]
    nonsense = {"org": "nobody", "status": "unknown", "since": "2026-13-45", "span": "x", "page": "99999"}
    page = browser.get("/findings/list/", nonsense)
    assert page.status_code == 200
    assert "已忽略" in page.content.decode()
    book = browser.get("/findings/list/", {**asked, "export": "xlsx"})
    assert book.headers["Content-Type"].startswith("application/vnd.openxmlformats")


@pytest.mark.django_db
def test_a_past_day_is_said_and_nonsense_is_today(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    assert (
        "2026年10月31日 当天看到的情形"
        in browser.get("/findings/?day=2026-10-31&span=quarter").content.decode()
    )
    assert browser.get("/findings/?day=2026-02-31&span=decade").status_code == 200


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(
    client, in_use, account_of, system, today, django_assert_num_queries
):
    from zhibu.registers.members import actions as members

    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    for number in range(3):
        for address in ("/findings/", "/findings/list/"):
            browser.get(address)
            with django_assert_num_queries(9 if address == "/findings/" else 10):
                browser.get(address)
        members.add(actor=system, organization=in_use.one, since=in_use.began, today=today, name=f"新{number}",
                    category="staff")  # fmt: skip


def test_articles_are_offered_in_the_order_of_the_norm():
    titles = [title for _, title in inspection.articles(packs.norm())]
    assert titles[0] == "第 1 条 组织设置"
    assert [one for one in titles if one.startswith("党支部组织生活")] == titles[-3:]
