"""A member hands a reflection in on a phone, the secretary reads it, the finding turns; the pages on both widths."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from zhibu.desk import findings
from zhibu.registers.education import actions, rules
from zhibu.registers.education.models import Line, Reflection
from zhibu.registers.members import actions as members
from zhibu.registers.organizations.models import FirstDayOfUse

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def zhao(college, system, today):
    """Another member of 机电, in use since September."""
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 9, 1), pack="*")
    yield members.add(
        actor=system,
        organization=college.one,
        since=college.began,
        today=today,
        name="赵六",
        category="staff",
    )
    findings.forget()


def _status(zhao, today):
    return next(
        one.status
        for one in findings.findings(today).findings
        if (one.duty, one.subject, one.period) == ("study.reflection", zhao.pk, "2026-Q4")
    )


def test_a_reflection_from_a_phone_to_the_finding(visit, college, zhao, account_of, today):
    page = visit("/desk/", account_of("member", college.one, zhao), width=PHONE)
    page.get_by_role("link", name="我的学习").click()
    page.get_by_role("link", name="交心得").first.click()
    page.get_by_label("题目").fill("学习党章的体会")
    page.get_by_label("正文").fill("一是学深悟透，二是联系实际。")
    save = page.get_by_role("button", name="交上")
    assert save.bounding_box()["height"] >= 44
    save.click()
    page.get_by_text("心得已交上，支部阅后计入。").wait_for()
    assert page.get_by_text("待阅", exact=True).count() == 1
    assert _status(zhao, today) == "open"

    secretary = account_of("branch_secretary", college.one, college.zhang)
    reading = visit("/desk/", secretary)
    reading.get_by_role("link", name="1 篇心得待阅").click()
    reading.get_by_role("link", name="赵六").click()
    assert reading.get_by_text("一是学深悟透").count() == 1
    reading.get_by_label("评语（可不写）").fill("写得实在")
    reading.get_by_role("button", name="已阅", exact=True).click()
    reading.get_by_text("赵六的心得已阅，已计入。").wait_for()
    assert _status(zhao, today) == "met"
    assert Reflection.objects.get().recorded == today
    # One touch takes the reading back, and it waits again.
    reading.get_by_role("button", name="撤回").first.click()
    reading.get_by_text("已撤回。").wait_for()
    assert _status(zhao, today) == "open"


def test_the_check_is_ticked_at_one_touch(visit, college, zhao, account_of):
    page = visit("/education/check/", account_of("branch_secretary", college.one, college.zhang))
    page.get_by_role("button", name="全选").click()
    page.get_by_label("赵六的笔记已查").uncheck()
    page.get_by_role("button", name="勾选的已检查").click()
    page.get_by_text("已检查 1 人。").wait_for()
    assert Line.objects.get().member == college.zhang
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="勾选的已检查")).to_be_hidden()
    expect(page.get_by_text("检查人：")).to_be_visible()


def test_pages_fit_and_are_sound(tour, college, zhao, account_of, today):
    member = account_of("member", college.one, zhao)
    quarter = rules.period_of("quarter", today)
    row = actions.hand_in_reflection(
        actor=member, organization=college.one, member=zhao, today=today,
        draft=actions.ReflectionDraft(period=quarter, day=today, title="体会", body="三点"),
    )  # fmt: skip
    training = actions.enter_training(
        actor=member, organization=college.one, member=zhao, today=today,
        draft=actions.TrainingDraft("网络学习", date(2026, 10, 9), date(2026, 10, 9), 480, kept_at="本人"),
    )  # fmt: skip
    secretary = account_of("branch_secretary", college.one, college.zhang)
    sheet = actions.record_sheet(
        actor=secretary, kind="study.check", organization=college.one, period=quarter, day=today,
        marks=[actions.Mark(zhao)], today=today,
    )  # fmt: skip
    pages = (
        "/education/", "/education/reflections/", "/education/reflections/new/", "/education/reflections/papers/",
        f"/education/reflections/{row.pk}/", "/education/trainings/", "/education/trainings/new/",
        f"/education/trainings/{training.pk}/", "/education/check/", "/education/sheets/",
        "/education/sheets/assess/", f"/education/sheets/{sheet.pk}/", f"/education/sheets/{sheet.pk}/correct/",
        "/education/make-up/", f"/education/members/{zhao.pk}/",
    )  # fmt: skip
    assert tour(pages, secretary) == {}
