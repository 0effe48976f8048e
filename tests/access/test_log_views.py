"""The pages of the log: no number in full, nobody out of reach, no day that breaks them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.registers.activities.conftest import draft
from zhibu.access import accounts
from zhibu.access.models import LogRow
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Line
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.members import actions as members

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def page_of(client, row):
    return client.get(reverse("log_row", args=[row.number])).content.decode()


@pytest.mark.parametrize("role", ["branch_secretary", "auditor"])
def test_the_log_shows_no_number_in_full_to_anybody(client, college, account_of, system, today, role):
    """To look at a whole number is itself logged: the log is no way round that."""
    members.change_profile(actor=system, member=college.zhang, today=today, mobile="13911112222")
    client.force_login(account_of(role, college.one), backend=BACKEND)
    page = page_of(client, LogRow.objects.filter(verb="members.change").latest("number"))
    assert "13911112222" not in page
    assert "139****2222" in page


def test_nor_of_a_person_who_is_no_longer_there(client, college, account_of, system, today):
    from zhibu.access.undo import undo

    members.add(
        actor=system,
        organization=college.one,
        since=college.began,
        today=today,
        name="钱七",
        mobile="13700009999",
    )
    undo(actor=system, deed=LogRow.objects.latest("number").deed)
    client.force_login(account_of("auditor", college.committee), backend=BACKEND)
    gone = LogRow.objects.filter(verb="access.undo", type="members.member").latest("number")
    page = page_of(client, gone)
    assert "钱七" in page
    assert "13700009999" not in page


def test_of_a_joint_activity_the_lines_of_the_other_branch_are_only_counted(
    client, college, account_of, system, today
):
    """Why somebody of another branch was on leave is nothing for this one."""
    activity = activities.record_activity(
        actor=system,
        organization=college.one,
        draft=draft(joint=(college.two,)),
        lines=[Line(college.zhang.pk, college.one.pk, "leave", "出差")],
        today=today,
    )
    activities.confirm_part(
        actor=system,
        activity=activity,
        organization=college.two,
        lines=[Line(college.li.pk, college.two.pk, "leave", "住院手术")],
        today=today,
    )
    row = LogRow.objects.filter(object=activity.pk).latest("number")
    client.force_login(account_of("branch_secretary", college.one), backend=BACKEND)
    page = page_of(client, row)
    assert "住院手术" not in page
    assert college.li.pk not in page
    assert "另有 1 人不在您的范围" in page
    client.force_login(account_of("branch_secretary", college.two), backend=BACKEND)
    page = page_of(client, row)
    assert "李四" in page
    assert "住院手术" in page


def test_what_the_former_branch_wrote_of_a_person_stays_there(client, college, account_of, system, today):
    """The entry is 404 for the new branch; the log tells no more of it. The person's own record is told to both."""
    entry = evidence.record_entry(
        actor=system,
        draft=evidence.Draft(
            kind="talk.heart", organization=college.one, day=today, member=college.zhang, note="家中有人住院"
        ),
        today=today,
    )
    members.change_profile(actor=system, member=college.zhang, today=today, native_place="张家口")
    row, profile = (
        LogRow.objects.get(object=entry.pk),
        LogRow.objects.filter(verb="members.change").latest("number"),
    )
    members.transfer(actor=system, member=college.zhang, organization=college.two, since=today, today=today)
    client.force_login(account_of("branch_secretary", college.two), backend=BACKEND)
    assert client.get(reverse("evidence", args=[entry.pk])).status_code == 404
    assert client.get(reverse("log_row", args=[row.number])).status_code == 404
    assert f">{row.number}<" not in client.get(reverse("log_list")).content.decode()
    assert "张家口" in page_of(client, profile)
    client.force_login(account_of("branch_secretary", college.one), backend=BACKEND)
    assert "家中有人住院" in page_of(client, row)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-01-01", "2026-11-23"])
def test_no_day_breaks_the_list(client, college, account_of, day):
    client.force_login(account_of("auditor", college.committee), backend=BACKEND)
    for name in ("since", "until"):
        assert client.get(reverse("log_list"), {name: day}).status_code == 200


def test_an_activity_is_told_in_words_and_those_who_came_together(client, college, account_of, system, today):
    lines = [Line(college.zhang.pk, college.one.pk, "leave", "出差")]
    activity = activities.record_activity(
        actor=system, organization=college.one, draft=draft(), lines=lines, today=today
    )
    client.force_login(account_of("auditor", college.committee), backend=BACKEND)
    page = page_of(client, LogRow.objects.get(object=activity.pk))
    assert "出差，假：张三" in page
    assert "下午" in page
    for raw in (
        "attendances",
        "blocks",
        "hosts",
        "papers",
        "themes",
        "attachments",
        "afternoon",
        "leave",
        "present",
    ):
        assert f">{raw}" not in page
        assert f"，{raw}" not in page


def test_an_account_that_is_no_members_stands_in_the_log_of_whoever_sees_it(
    client, college, account_of, system
):
    made = accounts.create_account(actor=system, username="shenjizu", name="审计组")
    row = LogRow.objects.get(verb="access.create", object=made.pk)
    for role, place, code in (
        ("administrator", college.committee, 200),
        ("committee_officer", college.committee, 200),
        ("branch_secretary", college.one, 404),
    ):
        client.force_login(account_of(role, place), backend=BACKEND)
        assert client.get(reverse("log_row", args=[row.number])).status_code == code, role
