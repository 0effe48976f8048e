"""The desk's pages on a desktop and on a phone."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from zhibu.desk import findings
from zhibu.registers.activities import actions
from zhibu.registers.activities.actions import Draft, Line
from zhibu.registers.activities.rules import Block
from zhibu.registers.organizations.models import FirstDayOfUse

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = (
    "/desk/",
    "/desk/ahead/",
    "/findings/",
    "/findings/list/",
    "/findings/trend/",
    "/norm/",
    "/norm/study.weekly/",
    "/norm/study.reflection/",
    "/readings/",
    "/readings/half_day/",
    "/exemptions/",
    "/exemptions/new/",
)


@pytest.fixture
def officer(college, account_of):
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 9, 1), pack="*")
    yield account_of("committee_officer", college.committee)
    findings.forget()


def test_pages_fit_and_are_accessible(tour, officer):
    assert tour(ADDRESSES, officer) == {}


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
    expect(page.locator(".shell > nav")).to_be_hidden()
    expect(page.get_by_role("button", name="打印签字")).to_be_hidden()
    expect(page.get_by_text("拟采用").first).to_be_visible()


def test_on_paper_the_whole_map_is_as_wide_as_a_sheet_across(visit, officer):
    sheet = round(277 / 25.4 * 96)  # A4 across without its margins
    page = visit("/findings/?span=year", officer, sheet)
    page.emulate_media(media="print")
    right = page.locator(".heat table").evaluate("table => table.getBoundingClientRect().right")
    assert right <= sheet
    cell = page.locator(".heat a.cell").first.bounding_box()
    assert cell["width"] >= 6
    assert page.evaluate("getComputedStyle(document.querySelector('main')).page") == "across"


def test_on_a_phone_the_numbers_of_the_trend_can_be_read_and_its_tables_keep_their_titles(visit, officer):
    page = visit("/findings/trend/", officer, 360)
    title = page.locator("table.rows caption").first.bounding_box()
    assert title["width"] > title["height"] * 4  # one line, not a column of single words
    assert page.locator(".trend text").first.bounding_box()["height"] >= 9


def test_a_filter_narrows_the_list_by_itself(visit, officer):
    page = visit("/norm/study.weekly/", officer)
    with page.expect_navigation():
        page.select_option("select[name=status]", "met")
    assert "status=met" in page.url
    expect(page.get_by_text("没有符合条件的检查结果")).to_be_visible()


def test_the_check_of_accessibility_can_fail(visit, faults, officer):
    page = visit("/readings/", officer)
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert [fault.partition(":")[0] for fault in faults(page)] == ["label"]


@pytest.fixture
def explained(officer, college, system, today):
    """The address of a finding with a fact that counted, and of one with facts that did not, and a form."""
    actions.record_activity(
        actor=system, organization=college.one, lines=[Line(college.zhang.pk, college.one.pk, "present")],
        today=today,
        draft=Draft(title="集中学习", kinds=("study.session",), blocks=(Block(date(2026, 9, 16), "afternoon"),),
                    content="学习", late_reason="当时未录"),
    )  # fmt: skip
    return [f"/norm/study.weekly/{college.one.pk}/2026-W{week}/" for week in (38, 39)]


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_finding_explains_itself_at_every_width(visit, faults, officer, explained, width):
    for address in explained:
        page = visit(address, officer, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert faults(page) == [], address
    form = page.get_by_role("link", name="登记集中学习")
    beside = page.get_by_role("heading", name="看到而没有计入的记录")
    # On a phone what mends it comes before the long list of what did not count.
    assert form.bounding_box()["y"] < beside.bounding_box()["y"]
    page.get_by_text("不在这一期内").first.wait_for()
    form.click()
    page.wait_for_url("**/activities/new/**")
    assert page.locator("#which-day").input_value() == "2026-09-23"
    assert page.locator("input[name=kinds][value='study.session']").is_checked()


def test_a_fact_leads_to_its_record(visit, officer, explained):
    page = visit(explained[0], officer)
    page.locator(".facts").first.get_by_role("link", name="集中学习").click()
    page.wait_for_url("**/activities/*/")
    expect(page.get_by_role("heading", name="集中学习").first).to_be_visible()


def test_a_finding_on_paper_keeps_what_is_missing_and_drops_the_buttons(visit, officer, explained):
    page = visit(explained[1], officer)
    page.emulate_media(media="print")
    expect(page.get_by_text("还差 1 个半天")).to_be_visible()
    expect(page.get_by_role("link", name="登记集中学习")).to_be_hidden()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_cell_opens_beside_the_map_and_can_be_closed_gone_back_from_and_sent(
    visit, faults, officer, college, width
):
    page = visit("/findings/?span=year", officer, width)
    cell = page.locator(f".heat a.cell[href$='open=study.weekly~{college.one.pk}']")
    cell.click()
    panel = page.locator("#panel.opened")
    panel.wait_for()
    assert page.evaluate("document.activeElement.id") == "panel-title"
    assert f"open=study.weekly~{college.one.pk}" in page.url
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # From the list of the cell to one finding, with what mends it.
    panel.locator(".facts a.link").first.click()
    page.get_by_role("heading", name="怎样补上").wait_for()
    assert faults(page) == []
    sent = page.url
    page.go_back()
    page.get_by_role("heading", name="每周集中学习").wait_for()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Escape")
    page.locator("#panel.opened").wait_for(state="detached")
    assert "open=" not in page.url
    assert "每周集中学习" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    # The address alone opens the same.
    page.goto(sent)
    expect(page.get_by_role("heading", name="怎样补上")).to_be_visible()


def test_a_line_of_the_list_opens_beside_it(visit, faults, officer):
    page = visit("/findings/list/?status=unsigned", officer)
    page.locator("tbody a.link").first.click()
    page.locator("#panel.opened").wait_for()
    assert page.url.startswith(page.url.split("/findings/")[0] + "/findings/list/?status=unsigned&open=")
    assert faults(page) == []


def test_without_scripts_a_cell_is_a_plain_link(chromium, visit, officer, college, live_server):
    page = visit("/findings/?span=year", officer)
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(live_server.url + "/findings/?span=year")
    plain.locator(f".heat a.cell[href$='open=study.weekly~{college.one.pk}']").click()
    assert plain.locator("#panel.opened #panel-title").inner_text() == "每周集中学习"
    plain.locator("#panel a", has_text="关闭").click()
    assert plain.locator("#panel.opened").count() == 0
    context.close()
