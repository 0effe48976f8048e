"""Every list page has search, sort, filters and the Excel export, and each of them works."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from zhibu.access.views import ACCOUNTS
from zhibu.inbox.views import LIST as INBOX
from zhibu.registers.activities.leave import LIST as LEAVE
from zhibu.registers.activities.views import LIST as ACTIVITIES
from zhibu.registers.education.sheet_views import LIST as SHEETS
from zhibu.registers.education.training_views import LIST as TRAININGS
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.evidence.views import LIST as EVIDENCE
from zhibu.registers.exemptions.views import LIST as EXEMPTIONS
from zhibu.registers.members import actions as members
from zhibu.registers.members.views import LIST as MEMBERS
from zhibu.registers.notices.views import LIST as NOTICES
from zhibu.registers.organizations import offices
from zhibu.registers.organizations.post_views import LIST as POSTS
from zhibu.registers.organizations.views import LIST as ORGANIZATIONS

pytestmark = pytest.mark.django_db

LISTS = {
    "organization_list": ORGANIZATIONS,
    "post_list": POSTS,
    "member_list": MEMBERS,
    "activity_list": ACTIVITIES,
    "evidence_list": EVIDENCE,
    "exemptions:index": EXEMPTIONS,
    "education_trainings": TRAININGS,
    "education_sheets": SHEETS,
    "make_up_list": LEAVE,
    "account_list": ACCOUNTS,
    "log_list": None,
    "inbox:index": INBOX,
    "notice_list": NOTICES,
}


def listing(name):
    from zhibu.access.log_views import LOG

    return LISTS[name] or LOG


def rows(page):
    return [[cell["shown"] for cell in row] for row in page.context["shown"].rows]


@pytest.fixture
def officer(client, account_of, college):
    account = account_of("committee_officer", college.committee)
    client.force_login(account)
    return account


@pytest.mark.parametrize("name", sorted(LISTS))
def test_it_searches_sorts_filters_and_exports(name, client, officer, college):
    one, address = listing(name), reverse(name)
    assert one.search
    assert one.filters
    page = client.get(address)
    assert page.status_code == 200
    assert "导出 Excel" in page.content.decode()
    assert client.get(address, {"q": "查无此人此事"}).context["shown"].total == 0
    sortable = [column.key for column in one.columns if column.sort]
    assert sortable
    for key in sortable:
        up = client.get(address, {"sort": key})
        assert (up.status_code, up.context["shown"].notices) == (200, []), key
    for filter_ in one.filters:
        shown = next(shown for shown in page.context["shown"].filters if shown["key"] == filter_.key)
        value = "2026-11-25" if shown["choices"] is None else next(iter(shown["choices"]), ("", ""))[0]
        narrowed = client.get(address, {filter_.key: value})
        assert (narrowed.status_code, narrowed.context["shown"].notices) == (200, []), filter_.key
    assert client.get(address, {"export": "xlsx"})["Content-Type"].endswith("sheet")


def test_the_posts_of_the_committees_own_are_listed_and_exported(
    client, officer, college, system, today, tmp_path
):
    offices.appoint(
        actor=system, organization=college.one, member=college.zhang, kind="branch_secretary",
        since=date(2024, 1, 1), today=today,
    )  # fmt: skip
    offices.appoint(
        actor=system, organization=college.far, member=college.foreign, kind="branch_secretary",
        since=date(2024, 1, 1), today=today,
    )  # fmt: skip
    address = reverse("post_list")
    page = client.get(address)
    assert [(row[0], row[2], row[6]) for row in rows(page)] == [("张三", "机电工程系党支部", "在任")]
    assert client.get(address, {"state": "before"}).context["shown"].total == 0
    assert client.get(address, {"organization": college.committee.pk}).context["shown"].total == 1
    book = tmp_path / "posts.xlsx"
    book.write_bytes(client.get(address, {"export": "xlsx"}).content)
    sheet = [[cell.value for cell in row] for row in load_workbook(book).active.rows]
    assert sheet[0][:3] == ["姓名", "职务", "党组织"]
    assert [row[0] for row in sheet[1:]] == ["张三"]


def test_evidence_is_narrowed_to_one_member(client, officer, college, system, today):
    zhao = members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    drafts = [
        Draft(kind="talk.heart", organization=college.one, day=today, member=one)
        for one in (college.zhang, zhao)
    ]
    evidence.record_entries(actor=officer, drafts=drafts, today=today)
    address = reverse("evidence_list")
    offered = {one["key"]: one["choices"] for one in client.get(address).context["shown"].filters}
    assert {name for _, name in offered["member"]} == {"张三", "赵六"}
    page = client.get(address, {"member": zhao.pk})
    assert page.context["shown"].total == 1
    # Nobody of another committee is offered, named or not.
    foreign = client.get(address, {"member": college.foreign.pk})
    assert foreign.context["shown"].total == 2
    assert "王五" not in foreign.content.decode()
    assert foreign.context["shown"].notices
    # The member's page leads there.
    assert f"{address}?member={zhao.pk}" in client.get(reverse("member", args=[zhao.pk])).content.decode()
