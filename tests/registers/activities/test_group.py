"""党小组长 records a meeting of the group: whom the group has is said by its lists, as no roll says it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.registers.activities.conftest import events
from zhibu.desk import findings
from zhibu.registers.activities.models import Activity
from zhibu.registers.members import actions as members

pytestmark = pytest.mark.django_db
WEDNESDAY, WEEK_BEFORE = date(2026, 11, 18), date(2026, 11, 11)


@pytest.fixture
def leader(college, account_of, client):
    account = account_of("group_leader", college.group, college.zhang)
    client.force_login(account)
    return account


@pytest.fixture
def zhao(college, system, today):
    return members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")


def record(client, college, day, states, kinds=("meeting.group",), **other):
    given = {"day": day, "part": "afternoon", "kinds": kinds, "content": "学习讨论", **other}
    given |= {f"att-{member.pk}": state for member, state in states.items()}
    address = f"{reverse('activity_record')}?organization={college.group.pk}&day={day}"
    return client.post(address, given, follow=True)


def month(college, today):
    found = findings.findings(today).findings
    return {row.status for row in found if row.duty == "three.group" and row.subject == college.group.pk
            and row.period.startswith("2026-11")}  # fmt: skip


def test_the_leader_records_a_meeting_and_the_groups_finding_follows(leader, client, college, zhao, today):
    assert month(college, today) == {"open"}
    page = record(client, college, WEDNESDAY, {college.zhang: "present"})
    assert page.status_code == 200
    assert [row.member for row in events("meeting.group")] == [None]
    assert month(college, today) == {"met"}
    # The page shows the leader the whole list, and the norm's page the group's own state.
    assert "张三" in page.content.decode()
    assert client.get(reverse("activity_attendance", args=[Activity.objects.get().pk])).status_code == 200
    assert client.get("/norm/three.group/").status_code == 200


def test_the_next_list_begins_with_the_last_one(leader, client, college, zhao, system, today):
    address = f"{reverse('activity_record')}?organization={college.group.pk}&day="
    first = client.get(f"{address}{WEEK_BEFORE}").context["sheet"]
    assert {line["member"].name: line["state"] for line in first} == {"张三": "none", "赵六": "none"}
    record(client, college, WEEK_BEFORE, {zhao: "leave", college.zhang: "none"}, late_reason="外出")
    then = client.get(f"{address}{WEDNESDAY}").context["sheet"]
    assert {line["member"].name: line["state"] for line in then} == {"张三": "none", "赵六": "present"}


def test_of_persons_outside_the_branch_nothing_is_seen_nor_written(leader, client, college, zhao):
    page = record(client, college, WEDNESDAY, {college.zhang: "present", college.li: "present"})
    assert "李四" not in page.content.decode()
    assert Activity.objects.get().attendances.count() == 1
    assert client.get(reverse("member", args=[zhao.pk])).status_code == 404
    assert client.get(reverse("organization", args=[college.one.pk])).status_code == 404


def test_study_missed_on_leave_is_made_up_by_the_leader(leader, client, college, zhao, today):
    record(client, college, WEDNESDAY, {zhao: "leave", college.zhang: "present"}, kinds=("training",))
    line = Activity.objects.get().attendances.get(member=zhao)
    address = reverse("activity_make_up", args=[line.pk])
    assert address in client.get(reverse("activity", args=[line.activity_id])).content.decode()
    answer = client.post(address, {"day": today, "how": "自学笔记"})
    assert answer.status_code == 302
    assert zhao.pk in {row.member for row in events("training")}


def test_another_groups_leader_sees_none_of_it(leader, client, college, zhao, system, account_of):
    from zhibu.registers.organizations import actions as organizations

    record(client, college, WEDNESDAY, {college.zhang: "present"})
    second = organizations.establish(
        actor=system,
        name="机电第二党小组",
        kind="group",
        parent=college.one,
        category=None,
        since=college.began,
    )
    client.force_login(account_of("group_leader", second, zhao))
    assert client.get(reverse("activity", args=[Activity.objects.get().pk])).status_code == 404
