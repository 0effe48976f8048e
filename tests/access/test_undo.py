"""Undo puts back what one action did, as a whole, and never over a later change."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.access import NotPermitted, Refused, chain
from zhibu.access.models import LogRow
from zhibu.access.undo import can_undo, undo
from zhibu.registers.members import actions as members
from zhibu.registers.members.models import Member, Membership
from zhibu.registers.organizations import actions as organizations

pytestmark = pytest.mark.django_db


def last_deed():
    return LogRow.objects.latest("number").deed


def test_a_transfer_is_undone_as_a_whole(college, system, today):
    before = list(Membership.objects.filter(member=college.zhang).values())
    members.transfer(
        actor=system, member=college.zhang, organization=college.two, since=date(2026, 3, 1), today=today
    )
    assert Membership.objects.filter(member=college.zhang).count() == 2
    undo(actor=system, deed=last_deed())
    assert list(Membership.objects.filter(member=college.zhang).values()) == before
    assert chain.verify() is None


def test_a_changed_profile_comes_back_with_its_sealed_fields(college, system, today):
    members.change_profile(
        actor=system,
        member=college.zhang,
        today=today,
        name="张三丰",
        mobile="13999998888",
        born=date(1980, 5, 6),
    )
    undo(actor=system, deed=last_deed())
    member = Member.objects.get(pk=college.zhang.pk)
    assert (member.name, member.sensitive["mobile"], member.born) == ("张三", "13800001234", None)


def test_an_added_member_is_taken_back(college, system, today):
    added = members.add(actor=system, organization=college.one, since=today, today=today, name="误录")
    undo(actor=system, deed=last_deed())
    assert not Member.objects.filter(pk=added.pk).exists()


def test_what_was_changed_since_is_not_undone(college, system):
    organizations.change(actor=system, organization=college.two, since=date(2025, 1, 1), name="甲")
    deed = last_deed()
    organizations.change(actor=system, organization=college.two, since=date(2026, 1, 1), name="乙")
    assert not can_undo(system, deed)
    with pytest.raises(Refused) as refusal:
        undo(actor=system, deed=deed)
    assert refusal.value.code == "access.undo_changed_since"
    assert college.two.latest_placement().name == "乙"


def test_an_undo_is_not_undone_again(college, system):
    organizations.change(actor=system, organization=college.two, since=date(2025, 1, 1), name="甲")
    undo(actor=system, deed=last_deed())
    with pytest.raises(Refused, match="不能撤回"):
        undo(actor=system, deed=last_deed())


def test_who_may_not_do_it_may_not_undo_it(college, system, account_of):
    secretary = account_of("branch_secretary", college.two)
    organizations.change(actor=system, organization=college.two, since=date(2025, 1, 1), name="甲")
    deed = last_deed()
    assert not can_undo(secretary, deed)
    with pytest.raises(NotPermitted):
        undo(actor=secretary, deed=deed)
    assert college.two.latest_placement().name == "甲"


def test_having_looked_at_the_numbers_is_no_change_and_is_not_undone(college, system, today):
    members.change_profile(actor=system, member=college.zhang, today=today, school="某大学")
    deed = last_deed()
    members.unmask(actor=system, member=college.zhang)
    assert not can_undo(system, last_deed())
    with pytest.raises(Refused, match="不能撤回"):
        undo(actor=system, deed=last_deed())
    assert can_undo(system, deed)
    undo(actor=system, deed=deed)
    assert Member.objects.get(pk=college.zhang.pk).school == ""


def test_the_profile_of_who_has_moved_on_is_not_put_back_by_the_branch_that_was_left(
    college, system, account_of, today
):
    left, joined = account_of("branch_secretary", college.one), account_of("branch_secretary", college.two)
    members.change_profile(actor=left, member=college.zhang, today=today, mobile="13999998888")
    deed = last_deed()
    assert can_undo(left, deed)
    members.transfer(
        actor=system, member=college.zhang, organization=college.two, since=date(2026, 3, 1), today=today
    )
    left = type(left).objects.get(pk=left.pk)
    assert not can_undo(left, deed)
    assert not can_undo(joined, deed)
    with pytest.raises(NotPermitted):
        undo(actor=left, deed=deed)
    assert Member.objects.get(pk=college.zhang.pk).sensitive["mobile"] == "13999998888"
