"""The search field of every page: by keyboard, by touch, without scripts, for who hears the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer(account_of, college):
    return account_of("committee_officer", college.committee)


def typed(page, text):
    page.keyboard.type(text, delay=20)
    page.locator("#find-panel [role=option], #find-panel .none").first.wait_for()


def marked(page):
    return page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText"
    )


def test_from_the_keyboard_alone(visit, faults, officer, college):
    page = visit("/readings/", officer)
    page.keyboard.press("/")
    typed(page, "zhangs")
    field = page.locator("#find")
    assert field.evaluate("one => one === document.activeElement")
    assert field.get_attribute("aria-expanded") == "true"
    assert page.locator("#find-said").inner_text().startswith("找到")
    assert faults(page) == []
    assert marked(page) is None
    page.keyboard.press("ArrowDown")
    assert marked(page).startswith("张三")
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    page.keyboard.press("ArrowUp")
    assert marked(page) is None
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/members/{college.zhang.pk}/")


def test_escape_closes_then_empties_then_leaves(visit, officer):
    page = visit("/readings/", officer)
    page.keyboard.press("Control+k")
    typed(page, "机电")
    field, panel = page.locator("#find"), page.locator("#find-panel")
    page.keyboard.press("Escape")
    assert (panel.is_visible(), field.input_value()) == (False, "机电")
    assert field.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Escape")
    assert field.input_value() == ""
    page.keyboard.press("Escape")
    assert field.evaluate("one => one !== document.activeElement")


def test_enter_without_a_choice_leads_to_the_page_of_all(visit, officer, faults):
    page = visit("/readings/", officer)
    page.keyboard.press("/")
    typed(page, "zs")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=zs")
    expect(page.get_by_role("heading", name="查找“zs”")).to_be_visible()
    expect(page.locator("mark", has_text="张三")).to_be_visible()
    assert faults(page) == []


def test_a_stroke_in_another_field_is_text(visit, officer):
    page = visit("/members/", officer)
    page.locator("#listing-q").focus()
    page.keyboard.type("a/b")
    assert page.locator("#listing-q").input_value() == "a/b"


def test_what_an_input_method_composes_is_not_asked_for(visit, officer):
    page = visit("/readings/", officer)
    asked = []
    # The browser fetches the icon when it likes.
    page.on("request", lambda request: None if "/static/" in request.url else asked.append(request.url))
    page.keyboard.press("/")
    page.locator("#find").evaluate(
        "one => { one.value = 'zhang'; one.dispatchEvent(new InputEvent('input', {isComposing: true})); }"
    )
    page.wait_for_timeout(400)
    assert asked == []
    page.locator("#find").evaluate(
        "one => { one.value = '张'; one.dispatchEvent(new CompositionEvent('compositionend')); }"
    )
    page.locator("#find-panel [role=option]").first.wait_for()
    assert len(asked) == 1


def test_nothing_found_is_said(visit, officer, faults):
    page = visit("/readings/", officer)
    page.keyboard.press("/")
    typed(page, "查无此人")
    expect(page.get_by_text("没有找到“查无此人”")).to_be_visible()
    assert page.locator("#find-said").inner_text() == "没有找到"
    assert faults(page) == []


def test_on_a_phone_a_sign_opens_the_field_over_the_page(visit, officer, faults, college):
    page = visit("/readings/", officer, PHONE)
    expect(page.locator("#find")).to_be_hidden()
    opener = page.locator(".find-open")
    assert opener.bounding_box()["height"] >= 44
    opener.click()
    box = page.locator("#find").bounding_box()
    assert box["width"] > PHONE * 0.9
    typed(page, "zs")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.get_by_role("button", name="关闭查找").click()
    expect(page.locator("#find")).to_be_hidden()
    opener.click()
    page.locator("#find").fill("")
    typed(page, "lisi")
    page.get_by_role("option", name="李四").click()
    page.wait_for_url(f"**/members/{college.li.pk}/")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_without_scripts_it_is_a_plain_form(chromium, live_server, client, officer, width):
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 800})
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + "/readings/")
    if width == PHONE:
        page.locator(".find-open").click()
        page.wait_for_url("**/search/")
        page.locator("#find-again").fill("zhangsan")
    else:
        page.locator("#find").fill("zhangsan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=zhangsan")
    expect(page.get_by_role("link", name="张三")).to_be_visible()
    context.close()
