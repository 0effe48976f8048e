"""The page of a branch and of a member: read on both widths, an earlier year chosen, a roster printed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from zhibu.desk import findings
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.members import actions as members
from zhibu.registers.organizations import offices
from zhibu.registers.organizations.models import FirstDayOfUse

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def secretary(college, account_of, system, today):
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2025, 9, 1), pack="*")
    offices.start_term(actor=system, organization=college.one, since=date(2024, 1, 1), today=today, number=2)
    for day in (date(2025, 10, 8), date(2026, 10, 8)):
        draft = Draft(kind="talk.heart", organization=college.one, day=day, member=college.zhang)
        evidence.record_entry(actor=system, draft=draft, today=today)
    yield account_of("branch_secretary", college.one)
    findings.forget()


def test_every_tab_fits_and_is_accessible(tour, secretary, college):
    branch = ("", "offices", "people", "activities", "education", "evidence", "documents")
    pages = {
        f"/organizations/{college.one.pk}/": branch,
        f"/organizations/{college.group.pk}/": ("", "people"),
        f"/members/{college.zhang.pk}/": ("", "life", "activities", "education", "evidence", "documents"),
        f"/members/groups/{college.one.pk}/": ("",),
    }
    tabs = [f"{at}?tab={tab}" if tab else at for at, names in pages.items() for tab in names]
    assert tour(tabs, secretary) == {}


def test_a_branch_is_opened_an_earlier_year_chosen_a_roster_printed(visit, secretary, college):
    page = visit(f"/organizations/{college.one.pk}/", secretary)
    with page.expect_navigation():
        page.get_by_label("年度", exact=True).select_option("2025")
    expect(page.get_by_role("heading", name="2025年各条的情形")).to_be_visible()
    page.locator(".strips a.name").first.click()
    page.wait_for_url("**/findings/list/**")
    expect(page.get_by_text("只列 2025 年的各项要求")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="佐证", exact=True).last.click()
    expect(page.get_by_text("10月8日 张三")).to_be_visible()
    page.get_by_role("link", name="打印", exact=True).first.click()
    roster = page.locator(".documents > li", has_text="在册党员的基本情况").get_by_role("link", name="打印")
    answer = page.request.get(page.evaluate("link => link.href", roster.element_handle()))
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")


def test_full_numbers_are_given_only_after_the_question(visit, secretary, college):
    page = visit(f"/members/{college.zhang.pk}/?tab=documents", secretary)
    page.get_by_role("link", name=re.compile("完整号码.*党员登记表")).click()
    expect(page.get_by_role("heading", name="党员登记表（完整号码）：张三")).to_be_visible()
    expect(page.get_by_role("button", name="打印（记入日志）")).to_be_visible()


def test_members_are_put_into_their_group(visit, secretary, college):
    page = visit(f"/organizations/{college.one.pk}/?tab=people", secretary)
    page.get_by_role("link", name="编入党小组").click()
    page.get_by_label("张三").select_option("机电第一党小组")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已编组。")).to_be_visible()
    expect(page.get_by_role("cell", name="机电第一党小组")).to_be_visible()


def test_the_filters_of_a_list_fold_on_a_phone_until_one_is_in_use(visit, secretary):
    page = visit("/members/", secretary, width=PHONE)
    chosen, opener = page.get_by_label("人员类别"), page.get_by_text("筛选", exact=True)
    expect(chosen).to_be_hidden()
    opener.click()
    with page.expect_navigation():
        chosen.select_option(index=1)
    expect(chosen).to_be_visible()
    page.goto(page.url.partition("?")[0])
    expect(chosen).to_be_hidden()
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    expect(chosen).to_be_visible()
    expect(opener).to_be_hidden()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_list_of_many_pages_opens_at_its_head_and_the_strip_at_its_place(
    visit, college, account_of, system, today, width
):
    for number in range(52):
        members.add(
            actor=system,
            organization=college.one,
            since=college.began,
            today=today,
            name=f"人{number}",
            category="staff",
        )
    page = visit("/members/?page=2&nonsense=1", account_of("auditor", college.committee), width)
    assert page.locator(".pages [aria-current]").inner_text() == "2"
    assert page.evaluate("scrollY") == 0
    place = page.locator(".shell > nav [aria-current]").bounding_box()
    assert 0 <= place["x"] <= width - place["width"]


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_an_applicant_finds_where_the_case_stands(visit, faults, college, account_of, system, today, width):
    applicant = members.apply(
        actor=system, organization=college.one, since=date(2026, 3, 9), today=today, name="赵新"
    )
    page = visit("/", account_of("applicant", college.one, applicant), width)
    assert page.locator(".progress h2").inner_text() == "发展进程"
    assert page.locator(".progress .lines").first.inner_text().startswith("党组织派人谈话")
    page.get_by_text("入党积极分子 0/4").click()
    expect(page.get_by_text("指定培养联系人")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []
