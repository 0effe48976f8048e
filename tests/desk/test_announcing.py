"""An activity that is planned is announced to those expected."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.registers.activities import actions
from zhibu.registers.activities.actions import Draft
from zhibu.registers.activities.rules import Block
from zhibu.registers.members import actions as members
from zhibu.registers.notices.models import Notice

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def planned(college, system, today):
    members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    draft = Draft(
        title="集体学习", kinds=("four.study",), blocks=(Block(WEDNESDAY, "afternoon"),), place="会议室",
        content="学习党章",
    )  # fmt: skip
    return actions.plan_activity(actor=system, organization=college.one, draft=draft, today=today)


def test_the_secretary_announces_it_to_the_members_expected(client, planned, college, account_of):
    client.force_login(account_of("branch_secretary", college.one))
    assert "通知应到人员" in client.get(f"/activities/{planned.pk}/").content.decode()
    page = client.post(f"/desk/activities/{planned.pk}/notice/", follow=True)
    notice = Notice.objects.get()
    text = page.content.decode()
    assert "应到 2 人" in text
    assert "发送给 2 人" in text
    assert "2026年11月25日下午" in notice.body
    assert "地点：会议室" in notice.body
    assert (notice.ref, notice.deadline, notice.organization_id) == (planned.pk, WEDNESDAY, college.one.pk)
    # Pressed twice it is one draft.
    client.post(f"/desk/activities/{planned.pk}/notice/")
    assert Notice.objects.count() == 1
    client.post(f"/notices/{notice.pk}/send/")
    assert {row.member.name for row in notice.recipients.all()} == {"张三", "赵六"}


def test_others_do_not(client, planned, college, account_of):
    for role, where, status in (
        ("member", college.one, 403),
        ("organization_commissioner", college.one, 403),
        ("branch_secretary", college.two, 404),
    ):
        client.force_login(account_of(role, where))
        assert "通知应到人员" not in client.get(f"/activities/{planned.pk}/").content.decode()
        assert client.post(f"/desk/activities/{planned.pk}/notice/").status_code == status
    assert not Notice.objects.exists()


def test_what_is_cancelled_is_not_announced(client, planned, college, account_of, system, today):
    actions.cancel_activity(actor=system, activity=planned, reason="停电", today=today)
    client.force_login(account_of("branch_secretary", college.one))
    answer = client.post(f"/desk/activities/{planned.pk}/notice/")
    assert answer.status_code == 409
    assert "只有还没有开展的活动" in answer.content.decode()
