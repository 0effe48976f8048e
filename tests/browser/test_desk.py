"""The desk's pages on a desktop and on a phone."""

from __future__ import annotations

from datetime import date

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from zhibu.desk import findings
from zhibu.registers.organizations.models import FirstDayOfUse

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = ("/norm/", "/norm/study.weekly/", "/norm/study.reflection/", "/readings/", "/readings/half_day/",
             "/exemptions/", "/exemptions/new/")  # fmt: skip


@pytest.fixture
def officer(college, account_of):
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 9, 1), pack="*")
    yield account_of("committee_officer", college.committee)
    findings.forget()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_pages_fit_and_are_accessible(visit, faults, officer, width):
    for address in ADDRESSES:
        page = visit(address, officer, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert faults(page) == [], address


def test_a_cell_names_its_branch_and_leads_to_the_duty(visit, officer):
    page = visit("/norm/", officer)
    cell = page.locator(".bar > a.cell[aria-label*='机电工程系党支部']").first
    cell.scroll_into_view_if_needed()
    cell.hover()
    assert "机电工程系党支部" in cell.evaluate("cell => getComputedStyle(cell, '::after').content")
    address = cell.get_attribute("href")
    assert address.startswith("/norm/")


def test_a_bar_is_one_tab_stop_and_arrows_go_from_cell_to_cell(visit, officer):
    page = visit("/norm/", officer)
    bar = page.locator(".bar:has(> a.cell + a.cell)").first
    stops = bar.locator("a.cell").evaluate_all("cells => cells.map(cell => cell.tabIndex)")
    assert stops[0] == 0
    assert set(stops[1:]) == {-1}
    bar.locator("a.cell").first.focus()
    page.keyboard.press("ArrowRight")
    assert bar.locator("a.cell").nth(1).evaluate("cell => cell === document.activeElement")


def test_on_paper_the_navigation_goes(visit, officer):
    page = visit("/readings/", officer)
    page.emulate_media(media="print")
    assert not page.locator(".shell > nav").is_visible()
    assert not page.get_by_role("button", name="打印签字").is_visible()
    assert page.get_by_text("拟采用").first.is_visible()


def test_a_filter_narrows_the_list_by_itself(visit, officer):
    page = visit("/norm/study.weekly/", officer)
    with page.expect_navigation():
        page.select_option("select[name=status]", "met")
    assert "status=met" in page.url
    assert page.get_by_text("没有符合条件的检查结果").is_visible()


def test_the_check_of_accessibility_can_fail(visit, faults, officer):
    page = visit("/readings/", officer)
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert [fault.partition(":")[0] for fault in faults(page)] == ["label"]
