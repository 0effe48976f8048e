"""The calendar by keyboard and on a phone: month, week, a new activity; a feed made, fetched, revoked."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import date

import icalendar
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from zhibu.desk import findings
from zhibu.registers.activities.models import Activity
from zhibu.registers.organizations.models import FirstDayOfUse

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = (
    "/calendar/",
    "/calendar/?view=week&day=2026-11-25",
    "/calendar/?day=2050-05-01",
    "/calendar/school/",
    "/calendar/feeds/",
    "/calendar/feeds/new/",
)


@pytest.fixture
def secretary(college, account_of):
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 9, 1), pack="*")
    yield account_of("branch_secretary", college.one, college.zhang)
    findings.forget()


def test_pages_fit_and_are_accessible(tour, secretary):
    assert tour(ADDRESSES, secretary, (DESKTOP, PHONE, 360)) == {}


def focused(page):
    return page.evaluate("document.activeElement.id")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_the_keyboard_goes_through_days_and_months(visit, secretary):
    page = visit("/calendar/", secretary)
    page.locator("#d2026-11-23").focus()
    press(page, "ArrowRight", "ArrowRight", "ArrowDown")
    assert focused(page) == "d2026-12-02"
    press(page, "ArrowUp", "Home")
    assert focused(page) == "d2026-11-23"
    press(page, "End")
    assert focused(page) == "d2026-11-29"
    with page.expect_navigation():
        press(page, "PageDown")
    page.wait_for_load_state()
    assert page.locator("#calendar-title").inner_text() == "2026年12月"
    assert focused(page) == "d2026-12-23"
    with page.expect_navigation():
        press(page, "PageUp")
    page.locator("#d2026-10-26").focus()  # the first of the sheet
    with page.expect_navigation():
        press(page, "ArrowLeft")
    page.wait_for_load_state()
    assert page.locator("#calendar-title").inner_text() == "2026年10月"
    assert focused(page) == "d2026-10-25"
    # All days are one stop of the Tab key.
    assert page.locator("[data-day][tabindex='0']").count() == 1


def test_from_the_month_to_the_week_to_a_new_activity(visit, secretary):
    page = visit("/calendar/", secretary)
    page.get_by_role("navigation", name="前后").get_by_role("link", name="下一月").click()
    page.get_by_role("link", name="12月3日（周四）", exact=True).press("Enter")
    page.wait_for_load_state()
    assert page.locator("#calendar-title").inner_text() == "2026年11月30日—12月6日"
    # A click on the free day itself, not on a word in it.
    page.locator("td:has(#d2026-12-03)").click(position={"x": 60, "y": 200})
    page.wait_for_url("**/activities/plan/**")
    assert page.get_by_label("日期", exact=True).input_value() == "2026-12-03"
    page.get_by_label("讨论议事日", exact=True).check()
    page.get_by_role("button", name="保存安排").click()
    page.wait_for_load_state("networkidle")
    assert Activity.objects.get().day == date(2026, 12, 3)
    page.get_by_role("link", name="日历", exact=True).click()
    page.goto(page.url.partition("?")[0] + "?day=2026-12-03")
    expect(page.locator("td:has(#d2026-12-03) .thing").get_by_role("link", name="讨论议事日")).to_be_visible()


def test_on_a_phone_the_days_are_a_list(visit, secretary):
    page = visit("/calendar/?day=2026-11-23", secretary, width=PHONE)
    shown = page.locator(".agenda-day:visible").all_inner_texts()
    assert "11月25日（周三）" in shown
    assert "11月23日（周一） 今天" in shown
    assert "11月26日（周四）" not in shown  # nothing stands there
    expect(page.locator("thead th").first).to_be_hidden()


def test_a_month_is_one_sheet_across(visit, secretary, tmp_path):
    page = visit("/calendar/", secretary)
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page\r") + pdf.count(b"/Type /Page/") == 1
    assert b"841.9" in pdf or b"842" in pdf


def fetched(address):
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_feed_is_made_fetched_and_revoked(visit, secretary):
    page = visit("/calendar/", secretary, width=PHONE)
    page.get_by_role("link", name="订阅到手机").click()
    page.get_by_role("link", name="新建订阅地址").first.click()
    page.get_by_label("名称").fill("我的手机")
    page.get_by_role("button", name="建立").click()
    address = page.get_by_label("地址", exact=True).input_value()
    expect(page.get_by_alt_text("订阅地址的二维码")).to_be_visible()
    status, text = fetched(address)
    assert status == 200
    calendar = icalendar.Calendar.from_ical(text)
    assert "组织生活日" in [str(one["summary"]) for one in calendar.walk("VEVENT")]
    page.get_by_role("link", name="完成").click()
    page.get_by_text("2026-11-23").first.wait_for()
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已撤销，用它的日历从此读不到内容。").wait_for()
    assert fetched(address)[0] == 404
