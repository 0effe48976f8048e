"""What the first release shows, in a browser: a secretary records, an officer exempts, an auditor reads.

Two branches, a day at the end of November; the roster's own pages have their own tests.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from zhibu.desk import findings
from zhibu.desk.actions import sign_reading
from zhibu.registers.members import actions as members
from zhibu.registers.organizations.models import FirstDayOfUse
from zhibu.site import packs

pytestmark = pytest.mark.django_db(transaction=True)

WEDNESDAY, EARLIER = date(2026, 11, 18), date(2026, 11, 4)
KINDS = ("four.study", "study.session", "meeting.orglife")


@pytest.fixture
def people(college, system, today, account_of):
    """An officer, the secretary of 机电, a member and an auditor; in use and its readings signed from January 1."""
    findings.forget()
    for reading in packs.norm().readings.values():
        sign_reading(
            actor=system, reading=reading, signed_by="书记", signed=date(2026, 1, 1), today=date(2026, 1, 1)
        )
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 1, 1), pack="*")
    colleague = members.add(
        actor=system, organization=college.one, since=college.began, today=today, name="赵六", number="1003"
    )
    yield {
        "officer": account_of("committee_officer", college.committee),
        "secretary": account_of("branch_secretary", college.one),
        "member": account_of("member", college.one, college.zhang, username="zhang"),
        "auditor": account_of("auditor", college.committee),
        "colleague": colleague,
    }
    findings.forget()


def _state_of(page, live_server, duty, branch, day=""):
    """The words of the cell of a duty and a branch on the living norm."""
    page.goto(f"{live_server.url}/norm/{'?day=' + day if day else ''}")
    cell = page.locator(f"a.cell[href*='/norm/{duty}/'][aria-label*='{branch}']").first
    return cell.get_attribute("aria-label")


def _record(page, live_server, college, day, *, kinds, leave=None, late=""):
    """Record an afternoon as the secretary does: themes, place, content, who was on leave."""
    page.goto(f"{live_server.url}{reverse('activity_record')}?organization={college.one.pk}&day={day}")
    for kind in kinds:
        page.locator(f"label:has(input[name=kinds][value='{kind}'])").click()
    page.fill("[name=place]", "301")
    page.fill("[name=content]", "学习党章，交流体会")
    if leave is not None:
        page.locator(f"label:has(input[name='att-{leave.pk}'][value=leave])").click()
        page.fill(f"[name='why-{leave.pk}']", "因公外出")
    if late:
        page.fill("[name=late_reason]", late)
    page.locator("form.wide-fields .actions button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    assert reverse("activity_record") not in page.url, page.locator(
        ".refusal, .wrong, .errorlist"
    ).all_inner_texts()


def _row(page, live_server, duty, text, period):
    """The line of a duty's page that names a subject and a period."""
    page.goto(f"{live_server.url}/norm/{duty}/?q={text}")
    return page.locator("tbody tr", has_text=text).filter(has_text=period).first.inner_text()


def test_from_a_wednesday_to_its_explanation_and_an_exemption(visit, live_server, college, people):
    page = visit("/norm/", people["secretary"])
    assert "进行中" in _state_of(page, live_server, "three.orglife", "机电工程系党支部")
    assert "进行中" in _row(page, live_server, "four.study", "机电工程系党支部", "11月")

    # One record with attendance: it counts for all that it is, and the hours of who was there grow.
    _record(page, live_server, college, WEDNESDAY, kinds=KINDS, leave=people["colleague"])
    assert "已完成" in _state_of(page, live_server, "three.orglife", "机电工程系党支部")
    assert "已完成" in _row(page, live_server, "four.study", "机电工程系党支部", "11月")
    hours = _row(page, live_server, "study.hours", "张三", "2026")
    absent = _row(page, live_server, "study.hours", "赵六", "2026")
    assert "24 学时\t4 学时" in hours
    assert "24 学时\t0 学时" in absent

    # Another entered late, with its reason: 补办, and as of that week's end it was not known.
    _record(page, live_server, college, EARLIER, kinds=("study.session",), late="书记出差，回来补录")
    assert "补办" in _row(page, live_server, "study.weekly", "机电工程系党支部", "第45周")
    page.goto(f"{live_server.url}/norm/study.weekly/?day=2026-11-10")
    then = page.locator("tbody tr", has_text="机电工程系党支部").filter(has_text="第45周").first
    assert "未完成" in then.inner_text()

    # The officer opens a missed cell of the other branch down to what is missing.
    officer = visit("/norm/study.weekly/?q=信息工程系党支部", people["officer"])
    missed = officer.locator("tbody tr", has_text="第47周").first
    assert "未完成" in missed.inner_text()
    assert "信息工程系党支部" in missed.inner_text()
    missed.locator("a").first.click()
    officer.wait_for_load_state("networkidle")
    assert "未完成" in officer.locator("main").inner_text()
    expect(officer.get_by_role("heading", name="怎样补上")).to_be_visible()

    # An approved exemption.
    officer.goto(f"{live_server.url}/exemptions/new/")
    officer.select_option("[name=organization]", label="信息工程系党支部")
    officer.select_option("[name=duty]", "study.weekly")
    officer.fill("[name=since]", "2026-11-01")
    officer.fill("[name=reason]", "整建制下乡实习")
    officer.fill("[name=decided_by]", "党委会")
    officer.locator("main form.fields button[type=submit]").click()
    officer.wait_for_load_state("networkidle")
    assert "经批准免除" in _row(officer, live_server, "study.weekly", "信息工程系党支部", "第47周")

    # The auditor sees the same and is offered nothing to write.
    auditor = visit("/norm/", people["auditor"])
    assert "已完成" in _state_of(auditor, live_server, "three.orglife", "机电工程系党支部")
    answer = auditor.request.get(f"{live_server.url}{reverse('activity_record')}")
    assert answer.status in (403, 404)
