"""A document goes to three branches, a secretary acts on it by telephone, the officer sees it."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from zhibu.registers.members import actions as members
from zhibu.registers.notices import actions
from zhibu.registers.notices.actions import Draft, Line
from zhibu.registers.notices.models import Notice
from zhibu.registers.organizations import actions as organizations
from zhibu.registers.organizations import offices
from zhibu.site import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(college, account_of, system, today):
    three = organizations.establish(
        actor=system, name="离退休党支部", kind="branch", parent=college.committee, category="retiree",
        since=college.began,
    )  # fmt: skip
    old = members.add(
        actor=system, organization=three, since=college.began, today=today, name="周老", category="retiree"
    )
    for place, member in ((college.one, college.zhang), (college.two, college.li), (three, old)):
        offices.appoint(
            actor=system, organization=place, member=member, kind="branch_secretary",
            since=date(2024, 1, 1), today=today,
        )  # fmt: skip
    return SimpleNamespace(
        officer=account_of("committee_officer", college.committee),
        secretary=account_of("branch_secretary", college.one, member=college.zhang),
    )


def test_an_officer_sends_a_secretary_acts_on_a_phone_and_the_officer_sees(visit, faults, people, today):
    page = visit("/notices/new/", people.officer)
    page.get_by_label("上级文件", exact=True).check()
    page.get_by_label("标题").first.fill("关于报送学习计划的通知")
    page.locator("details summary").first.click()
    page.get_by_label("发文单位").fill("市委教育工委")
    page.get_by_label("办理", exact=True).check()
    page.get_by_label("截止日期").fill((today + timedelta(days=5)).isoformat())
    page.get_by_role("button", name="全选").click()
    page.get_by_label("示例学院党委", exact=True).uncheck()
    page.get_by_role("button", name="保存，核对收件人").click()
    page.wait_for_url("**/notices/*/")
    page.get_by_role("button", name="发送给 3 人").click()
    page.get_by_text("已发送").first.wait_for()

    phone = visit("/inbox/", people.secretary, PHONE)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert faults(phone) == []
    assert "1" in phone.locator("nav a.place", has_text="收件箱").inner_text()
    phone.get_by_role("button", name="关于报送学习计划的通知", exact=False).first.click()
    phone.wait_for_url("**/notices/*/")
    assert faults(phone) == []
    read = phone.get_by_role("button", name="已阅", exact=True)
    assert read.bounding_box()["height"] >= 40
    read.click()
    phone.get_by_text("已阅").first.wait_for()
    phone.get_by_role("link", name="已办，写办理情况").click()
    phone.get_by_label("办理情况").fill("计划已报，12人参加")
    phone.get_by_role("button", name="已办", exact=True).click()
    phone.get_by_text("已登记办理情况").wait_for()

    page = visit("/notices/", people.officer)
    assert "1/3" in page.locator("tbody tr").first.inner_text()
    page.get_by_role("link", name="关于报送学习计划的通知").click()
    page.get_by_role("link", name="回执", exact=True).click()
    page.wait_for_url("**/receipts/")
    assert faults(page) == []
    row = page.locator("tbody tr", has_text="张三").last.inner_text()
    assert "计划已报，12人参加" in row
    assert page.get_by_text("没有账号，请另行告知").count() == 2
    page.get_by_role("button", name="催办 2 人").click()
    page.get_by_text("已催办").wait_for()


def test_pages_fit_and_are_accessible(tour, people, college, system, today):
    draft = Draft(title="关于做好年终工作的通知", body="请做好。", asked="act",
                  lines=[Line("group", "all"), Line("post", "branch_secretary")])  # fmt: skip
    made = [
        actions.save_draft(actor=people.officer, organization=college.committee, draft=draft, today=today)
        for _ in range(3)
    ]
    for one in made[:2]:
        actions.send(actor=people.officer, notice=one, now=clock.now())
    actions.withdraw(actor=people.officer, notice=made[1], reason="发错了", now=clock.now())
    one = f"/notices/{made[0].pk}/"
    seen = [
        (
            people.officer,
            [
                "/notices/",
                "/notices/new/",
                one,
                f"{one}receipts/",
                f"{one}withdraw/",
                f"/notices/{made[1].pk}/",
                f"/notices/{made[2].pk}/",
                f"/notices/{made[2].pk}/edit/",
            ],
        ),  # fmt: skip
        (people.secretary, ["/inbox/", "/inbox/?box=all", one, f"{one}act/", "/desk/"]),
    ]
    assert [tour(addresses, account) for account, addresses in seen] == [{}, {}]
    assert Notice.objects.count() == 3


def test_on_paper_the_receipts_keep_their_names_and_drop_the_buttons(visit, people, college, today):
    draft = Draft(title="通知", lines=[Line("group", "all")])
    made = actions.save_draft(actor=people.officer, organization=college.committee, draft=draft, today=today)
    actions.send(actor=people.officer, notice=made, now=clock.now())
    page = visit(f"/notices/{made.pk}/receipts/", people.officer)
    page.emulate_media(media="print")
    expect(page.get_by_text("张三").first).to_be_visible()
    expect(page.get_by_role("button", name="催办 3 人")).to_be_hidden()
