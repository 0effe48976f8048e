"""Which member of a branch is assigned to which group (党小组)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.access import Refused, undo
from zhibu.access.models import LogRow
from zhibu.registers.activities import queries as activities
from zhibu.registers.members import actions, queries
from zhibu.registers.members.models import Grouping
from zhibu.registers.organizations import actions as organizations

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(college, system):
    return organizations.establish(
        actor=system, name="机电第二党小组", kind="group", parent=college.one, since=college.began
    )


def arrange(college, system, today, group, since=None):
    return actions.arrange(
        actor=system, branch=college.one, groups={college.zhang.pk: group.pk if group else None},
        since=since or today, today=today,
    )  # fmt: skip


def test_a_member_is_in_one_group_at_a_time(college, system, today, second):
    assert arrange(college, system, today, college.group, date(2026, 3, 1)) == 1
    arrange(college, system, today, second, date(2026, 9, 1))
    groups = [college.group.pk, second.pk]
    assert queries.grouped(groups, date(2026, 8, 31)) == {college.zhang.pk: college.group.pk}
    assert queries.grouped(groups, today) == {college.zhang.pk: second.pk}
    arrange(college, system, today, None)
    assert queries.grouped(groups, today) == {}


def test_a_slip_of_the_same_day_leaves_nothing(college, system, today, second):
    arrange(college, system, today, college.group)
    arrange(college, system, today, second)
    assert list(Grouping.objects.values_list("group", flat=True)) == [second.pk]


def test_who_moves_to_another_branch_is_in_no_group_of_the_old(college, system, today):
    arrange(college, system, today, college.group, date(2026, 3, 1))
    actions.transfer(
        actor=system, member=college.zhang, organization=college.two, since=date(2026, 9, 1), today=today
    )
    assert queries.grouped([college.group.pk], date(2026, 8, 31))
    assert queries.grouped([college.group.pk], today) == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c, s: {"since": date(2026, 12, 1)}, "future"),
        (lambda c, s: {"groups": {c.zhang.pk: c.two.pk}}, "not_below"),
        (lambda c, s: {"groups": {c.li.pk: c.group.pk}}, "not_here"),
        (lambda c, s: {"groups": {c.zhang.pk: None}}, "same"),
    ],
)
def test_what_cannot_be_is_refused(change, code, college, system, today, second):
    asked = {"groups": {college.zhang.pk: college.group.pk}, "since": today} | change(college, second)
    with pytest.raises(Refused) as refusal:
        actions.arrange(actor=system, branch=college.one, today=today, **asked)
    assert refusal.value.code == f"members.group_{code}"


def test_an_earlier_day_than_the_last_is_refused(college, system, today, second):
    arrange(college, system, today, college.group, date(2026, 9, 1))
    with pytest.raises(Refused) as refusal:
        arrange(college, system, today, second, date(2026, 3, 1))
    assert refusal.value.code == "members.group_later"


def test_the_sheet_assigns_and_is_undone_as_a_whole(college, system, today, account_of, client, second):
    secretary = account_of("branch_secretary", college.one)
    zhao = actions.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    client.force_login(secretary)
    address = reverse("member_groups", args=[college.one.pk])
    page = client.get(address).content.decode()
    assert "机电第一党小组" in page
    assert "赵六" in page
    picked = {"since": today, f"pick-{college.zhang.pk}": college.group.pk, f"pick-{zhao.pk}": second.pk}
    assert client.post(address, picked).status_code == 302
    assert queries.grouped([college.group.pk, second.pk], today) == {
        college.zhang.pk: college.group.pk,
        zhao.pk: second.pk,
    }
    assert client.post(address, picked).status_code == 409
    deed = LogRow.objects.filter(verb="members.group").values_list("deed", flat=True).distinct().get()
    undo.undo(actor=secretary, deed=deed)
    assert not Grouping.objects.exists()


def test_the_groups_list_of_an_activity_begins_with_its_members(college, system, today):
    assert activities.last_list(college.group, today) == set()
    arrange(college, system, today, college.group)
    assert activities.last_list(college.group, today) == {college.zhang.pk}


def test_a_branch_without_groups_says_so(college, account_of, client):
    client.force_login(account_of("branch_secretary", college.two))
    assert "还没有党小组" in client.get(reverse("member_groups", args=[college.two.pk])).content.decode()
