"""Hours by member and source, one member's study, the check sheet, leave to make up: figures, reach, queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.desk.demo.test_build import in_database
from zhibu.desk import findings, hours
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Draft, Line
from zhibu.registers.activities.models import Attendance
from zhibu.registers.activities.rules import Block
from zhibu.registers.education import actions, kinds, rules
from zhibu.registers.education.models import Sheet
from zhibu.registers.members import actions as members

pytestmark = pytest.mark.django_db
WEDNESDAY = date(2026, 11, 18)
Q4 = rules.period_of("quarter", WEDNESDAY)


@pytest.fixture
def studied(in_use, system, today):
    """机电 in use since January: 张三 was there, 赵六 on leave and at a training outside, 新来 came in October."""
    from zhibu.registers.organizations.models import FirstDayOfUse

    FirstDayOfUse.objects.update(since=date(2026, 1, 1))
    given = {"actor": system, "organization": in_use.one, "today": today}
    in_use.zhao = members.add(**given, since=in_use.began, name="赵六", category="staff")
    in_use.late = members.add(**given, since=date(2026, 10, 1), name="新来", category="staff")
    in_use.session = activities.record_activity(
        **given,
        draft=Draft(
            title="集中学习", kinds=("study.session",), blocks=(Block(WEDNESDAY, "afternoon"),), content="学"
        ),
        lines=[
            Line(in_use.zhang.pk, in_use.one.pk, "present"),
            Line(in_use.zhao.pk, in_use.one.pk, "leave", "出差"),
        ],
    )
    training = actions.TrainingDraft("示范班", date(2026, 5, 6), date(2026, 5, 8), 16 * 60, kept_at="本人")
    actions.enter_training(**given, member=in_use.zhao, draft=training, confirmed=True)
    findings.forget()
    return in_use


def open_as(client, account):
    client.force_login(account)
    return client


def rows(page):
    return {row[0]["shown"]: [str(cell["shown"]) for cell in row] for row in page.context["shown"].rows}


def test_hours_come_from_their_sources_and_what_is_short_from_the_findings(
    client, studied, account_of, tmp_path
):
    browser = open_as(client, account_of("branch_secretary", studied.one, studied.zhang))
    page = browser.get("/education/")
    found = rows(page)
    asked = {
        one.subject: one
        for one in findings.findings(date(2026, 11, 23)).findings
        if one.duty == "study.hours"
    }
    assert set(found) == {"张三", "赵六", "新来"}
    assert found["张三"][2:7] == ["24 学时", "4 学时", "20 学时", "4 学时", ""]
    assert found["赵六"][2:8] == ["24 学时", "16 学时", "8 学时", "", "", "16 学时"]
    assert found["新来"][2:5] == ["—", "0 学时", ""]  # not a member the whole year: nothing is asked
    assert asked[studied.zhao.pk].actual == 16 * 60
    assert set(rows(browser.get("/education/", {"short": "yes", "sort": "-short"}))) == {"张三", "赵六"}
    assert list(rows(browser.get("/education/", {"short": "yes", "sort": "-short"}))) == ["张三", "赵六"]
    book = tmp_path / "hours.xlsx"
    book.write_bytes(browser.get("/education/", {"export": "xlsx", "q": "赵六"}).content)
    sheet = [[cell.value for cell in row] for row in load_workbook(book).active.rows]
    assert sheet[1][:5] == ["赵六", "机电工程系党支部", 24, 16, 8]
    assert "要求" in sheet[0]


def test_study_made_up_counts_for_the_day_missed_and_leaves_the_list(client, studied, account_of, today):
    browser = open_as(client, account_of("branch_secretary", studied.one, studied.zhang))
    listed = browser.get("/education/make-up/")
    assert [row[0]["shown"] for row in listed.context["shown"].rows] == ["赵六"]
    address = listed.context["shown"].rows[0][0]["address"]
    line = Attendance.objects.get(member=studied.zhao)
    assert 'value="4"' in browser.get(address).content.decode()
    given = {"day": "2026-11-20", "how": "自学讲话，交笔记"}
    assert browser.post(address, {**given, "hours": "5"}).status_code == 409
    assert browser.post(address, {**given, "hours": "一"}).status_code == 422
    answer = browser.post(address, {**given, "hours": "3"})
    assert answer.headers["Location"] == "/education/make-up/"
    line.refresh_from_db()
    assert line.made_up_minutes == 180
    made_up = [
        row for row in in_database("EVENTS") if row[2] == studied.zhao.pk and row[6] == studied.session.pk
    ]
    assert made_up == [
        (
            "training",
            studied.one.pk,
            studied.zhao.pk,
            WEDNESDAY,
            date(2026, 11, 20),
            180,
            studied.session.pk,
            today,
        )
    ]
    assert browser.get("/education/make-up/").context["shown"].total == 0
    assert browser.get("/education/make-up/", {"state": "done"}).context["shown"].total == 1
    assert rows(browser.get("/education/"))["赵六"][6] == "3 学时"


def test_a_member_sees_the_own_study_and_nobody_elses(client, studied, account_of):
    browser = open_as(client, account_of("member", studied.one, studied.zhao))
    assert browser.get("/education/").headers["Location"] == f"/education/members/{studied.zhao.pk}/"
    text = browser.get("/education/", follow=True).content.decode()
    for shown in ("我的学习", "16 学时", "8 学时", "示范班", "已确认", "请假未补学", "集中学习", "出差"):
        assert shown in text, shown
    assert "登记补学" not in text
    assert browser.get(f"/education/members/{studied.zhang.pk}/").status_code == 404
    assert {row[0]["shown"] for row in browser.get("/education/reflections/").context["shown"].rows} == {
        "赵六"
    }
    for shut in ("/education/check/", "/education/sheets/assess/", "/education/make-up/"):
        assert browser.get(shut).status_code == 403, shut


def test_pieces_add_up_to_what_the_finding_counts(studied, system, today):
    line = Attendance.objects.get(member=studied.zhao)
    activities.make_up_study(actor=system, attendance=line, day=date(2026, 11, 20), how="自学", today=today)
    asked = {one.subject: one for one in findings.findings(today).findings if one.duty == "study.hours"}
    for member in (studied.zhang, studied.zhao):
        parts = hours.pieces(member.pk, date(2026, 1, 1), date(2026, 12, 31))
        assert sum(one.minutes for one in parts) == asked[member.pk].actual
    assert {one.source for one in hours.pieces(studied.zhao.pk, date(2026, 1, 1), date(2026, 12, 31))} == {
        "made_up", "outside",
    }  # fmt: skip


def test_the_check_sheet_is_filled_from_what_is_recorded_and_ticked(
    client, studied, account_of, system, today
):
    draft = actions.ReflectionDraft(period=Q4, day=today, kept_at="档案柜")
    actions.record_papers(
        actor=system, organization=studied.one, members=[studied.zhao], draft=draft, today=today
    )
    browser = open_as(client, account_of("branch_secretary", studied.one, studied.zhang))
    page = browser.get("/education/check/")
    told = {
        row.member.name: (row.came, row.hours, row.reflection and row.reflection.stage_title(), row.picked)
        for row in page.context["rows"]
    }
    assert told == {
        "张三": ("1 / 1", "4 学时", None, False),
        "赵六": ("0 / 1", "0 学时", "已阅", True),
        "新来": ("", "0 学时", None, False),
    }
    given = {"day": today.isoformat(), f"pick-{studied.zhao.pk}": "1", f"note-{studied.zhao.pk}": "笔记完整"}
    assert browser.post("/education/check/", {"day": today.isoformat()}).status_code == 409
    assert browser.post("/education/check/", given).status_code == 302
    assert [line.note for line in Sheet.objects.get().lines.all()] == ["笔记完整"]
    status = {
        one.subject: one.status
        for one in findings.findings(today).findings
        if (one.duty, one.period) == ("study.check", Q4.name)
    }
    assert (status[studied.zhao.pk], status[studied.zhang.pk]) == ("met", "open")
    page = browser.get("/education/check/")
    assert page.context["left"] == 2
    assert browser.get("/education/check/", {"organization": studied.two.pk}).status_code == 404
    assert browser.get("/education/check/", {"period": "2099-Q1"}).context["period"] == Q4


@pytest.mark.parametrize(
    "address", ["/education/", "/education/check/", "/education/members/{}/", "/education/reflections/"]
)
def test_the_queries_do_not_grow(client, studied, account_of, system, today, address):
    browser = open_as(client, account_of("branch_secretary", studied.one, studied.zhang))
    address, counts = address.format(studied.zhang.pk), []
    for number in range(3):
        browser.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(address).status_code == 200
        counts.append(len(caught))
        members.add(
            actor=system,
            organization=studied.one,
            since=studied.began,
            today=today,
            name=f"新{number}",
            category="staff",
        )
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 26, counts


def test_an_earlier_year_and_nonsense_are_answered(client, studied, account_of):
    browser = open_as(client, account_of("committee_officer", studied.committee))
    assert browser.get("/education/", {"year": "2025"}).status_code == 200
    assert browser.get("/education/", {"year": "x", "organization": "nobody", "sort": "?"}).status_code == 200
    assert browser.get(f"/education/members/{studied.zhang.pk}/", {"year": "1800"}).context["year"] == 2026
    assert browser.get("/education/members/nobody/").status_code == 404
    assert browser.get("/education/reflections/", {"period": "2026-Q9"}).status_code == 200
    assert browser.get("/education/new/", {"kind": "no.such"}).headers["Location"] == "/education/"


def test_the_buttons_of_the_workbench_lead_here(client, studied, account_of):
    browser = open_as(client, account_of("branch_secretary", studied.one, studied.zhang))
    text = browser.get("/desk/").content.decode()
    check = f"{reverse('education_new')}?kind=study.check&amp;organization={studied.one.pk}&amp;period="
    assert check in text
    answer = browser.get(
        reverse("education_new"), {"kind": kinds.CHECK, "organization": studied.one.pk, "day": "2026-09-30"}
    )
    assert answer.headers["Location"] == f"/education/check/?organization={studied.one.pk}&period=2026-Q3"
    answer = browser.get(
        reverse("education_new"),
        {
            "kind": kinds.REFLECTION,
            "organization": studied.one.pk,
            "member": studied.zhao.pk,
            "day": "2026-09-30",
        },
        follow=True,
    )
    assert 'value="2026-Q3" selected' in answer.content.decode()
