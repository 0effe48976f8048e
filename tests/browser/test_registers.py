"""A secretary records a Wednesday on a phone; the pages of both registers on phone and desktop."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from zhibu.registers.activities import facts
from zhibu.registers.activities.models import Activity
from zhibu.registers.members import actions as members

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = (
    "/activities/",
    "/activities/new/",
    "/activities/plan/",
    "/evidence/",
    "/evidence/list/",
    "/evidence/new/?kind=dues.paid",
    "/evidence/new/?kind=recommended.masses",
    "/evidence/sheet/?kind=dues.paid",
    "/evidence/sheet/?kind=appraisal.qualified",
)


@pytest.fixture
def zhao(college, system, today):
    """Another member of 机电."""
    return members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")


def test_a_wednesday_on_a_phone(visit, college, zhao, account_of):
    secretary = account_of("branch_secretary", college.one, college.zhang)
    page = visit("/activities/new/", secretary, width=PHONE)
    page.get_by_label("组织生活日", exact=True).check()
    page.get_by_label("集中学习", exact=True).check()
    page.get_by_label("地点").fill("实训楼 301")
    page.get_by_label("内容").fill("学习党章")
    line = page.locator(".roll li").filter(has_text="赵六")
    expect(line.get_by_placeholder("事由")).to_be_hidden()
    line.get_by_label("假").check()
    line.get_by_placeholder("事由").fill("出差")
    save = page.get_by_role("button", name="保存")
    assert save.bounding_box()["height"] >= 44
    save.click()
    page.wait_for_load_state("networkidle")
    activity = Activity.objects.get()
    assert page.url.endswith(f"/activities/{activity.pk}/")
    for shown in ("每周集中学习", "组织生活日", "每人 4 学时", "还缺"):
        assert page.get_by_text(shown).count() > 0, shown
    proved = {row[0] for query in facts.EVENTS for row in query()}
    assert proved == {"activity.attendance", "four.orglife_day", "study.session", "training"}
    assert (activity.day, activity.attendances.get(member=zhao).reason) == (date(2026, 11, 18), "出差")


def test_another_day_keeps_what_was_filled_in(visit, college, zhao, account_of):
    secretary = account_of("branch_secretary", college.one, college.zhang)
    page = visit("/activities/new/?kind=study.session&paper=evaluation", secretary)
    expect(page.locator("[name=evaluation_body]")).to_be_visible()  # what the link is for stands open
    page.get_by_label("集中学习", exact=True).uncheck()
    page.get_by_label("组织生活日", exact=True).check()
    page.get_by_label("地点").fill("实训楼 301")
    page.locator(".roll li").filter(has_text="赵六").get_by_label("缺").check()
    page.locator("summary", has_text="记录和决议").click()
    page.locator("[name=resolution]").fill("同意")
    page.get_by_label("日期", exact=True).first.fill("2026-11-11")
    page.wait_for_url("**day=2026-11-11**")
    expect(page.get_by_text("11月11日（周三）").first).to_be_visible()
    expect(page.get_by_label("集中学习", exact=True)).not_to_be_checked()
    expect(page.get_by_label("组织生活日", exact=True)).to_be_checked()
    expect(page.get_by_label("地点")).to_have_value("实训楼 301")
    expect(page.locator(".roll li").filter(has_text="赵六").get_by_label("缺")).to_be_checked()
    expect(page.locator("[name=resolution]")).to_have_value("同意")
    expect(page.locator("[name=resolution]")).to_be_visible()
    page.goto(page.url)  # once: nothing lies about afterwards
    expect(page.get_by_label("地点")).to_have_value("")


def test_without_scripts_too(chromium, live_server, client, college, zhao, account_of):
    client.force_login(account_of("branch_secretary", college.one, college.zhang))
    context = chromium.new_context(java_script_enabled=False, viewport={"width": PHONE, "height": 800})
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(live_server.url + "/activities/new/")
    page.get_by_label("讨论议事日", exact=True).check()
    page.get_by_label("内容").fill("讨论工作")
    page.locator(".roll li").filter(has_text="赵六").get_by_label("缺").check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_load_state()
    assert page.get_by_role("heading", name="讨论议事日").count() == 1
    context.close()
    assert Activity.objects.get().attendances.get(member=zhao).state == "absent"


def test_a_long_list_is_narrowed_as_one_types(visit, college, system, today, account_of):
    for number in range(30):
        name = "欧阳一鸣" if number == 7 else f"钱{'甲乙丙丁戊'[number % 5]}"
        members.add(actor=system, organization=college.one, since=college.began, today=today, name=name)
    page = visit("/exemptions/new/", account_of("committee_officer", college.committee))
    box, chosen = page.get_by_label("缩小“党员”的范围"), page.get_by_label("党员", exact=True)
    box.fill("qj")
    assert page.get_by_text("符合的有 6 项").count() == 1
    assert chosen.input_value() == ""
    box.fill("OYym")
    assert chosen.locator("option:checked").text_content().startswith("欧阳一鸣")
    box.fill("不在册")
    assert page.get_by_text("符合的有 0 项").count() == 1
    assert chosen.input_value() == ""
    box.fill("")
    assert chosen.locator("option:not([hidden])").count() > 30


def test_pages_fit_and_are_sound(tour, college, zhao, account_of):
    assert tour(ADDRESSES, account_of("branch_secretary", college.one, college.zhang)) == {}


def test_a_sheet_is_filled_at_one_touch_and_by_keyboard(visit, college, zhao, account_of):
    secretary = account_of("branch_secretary", college.one, college.zhang)
    page = visit(
        f"/evidence/sheet/?kind=appraisal.qualified&organization={college.one.pk}", secretary, width=PHONE
    )
    page.get_by_label("赵六", exact=True).select_option("appraisal.excellent")
    page.get_by_role("button", name="其余都合格").focus()
    page.keyboard.press("Enter")
    assert page.get_by_label("赵六", exact=True).input_value() == "appraisal.excellent"
    assert page.get_by_label("张三", exact=True).input_value() == "appraisal.qualified"
    assert "其余都合格：1 人" in page.locator(".fill [role=status]").inner_text()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已登记 2 人。").wait_for()
    # One touch takes it back.
    page.get_by_role("button", name="撤回").first.click()
    page.get_by_text("已撤回。").wait_for()
    from zhibu.registers.evidence.models import Entry

    assert Entry.objects.count() == 0


def test_the_list_of_an_activity_is_filled_at_one_touch(visit, college, zhao, account_of):
    leader = account_of("group_leader", college.group, college.zhang)
    page = visit(f"/activities/new/?organization={college.group.pk}&kind=meeting.group", leader, width=PHONE)
    page.locator(f"input[name=att-{zhao.pk}][value=leave]").check()
    page.get_by_role("button", name="其余都到").click()
    assert page.locator(f"input[name=att-{zhao.pk}]:checked").input_value() == "leave"
    assert page.locator(f"input[name=att-{college.zhang.pk}]:checked").input_value() == "present"
    page.get_by_role("button", name="全部不列").click()
    assert page.locator("input[value=none]:checked").count() == 2
