"""Who sees and may do what: deny by default, narrowed by the grants in force."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from zhibu.access import NotPermitted, permits, scope
from zhibu.access.accounts import revoke
from zhibu.registers.members import actions as members
from zhibu.registers.organizations import actions as organizations

pytestmark = pytest.mark.django_db


def seen(reader):
    return set(scope.organizations(reader)), set(scope.members(reader))


def test_nobody_sees_nothing(college, system):
    from zhibu.access.accounts import create_account

    assert seen(AnonymousUser()) == (set(), set())
    assert seen(create_account(actor=system, username="none")) == (set(), set())


def test_an_officer_sees_the_own_committee_and_no_other(college, account_of):
    officer = account_of("committee_officer", college.committee)
    assert seen(officer) == (
        {college.committee, college.one, college.two, college.group},
        {college.zhang, college.li},
    )
    assert permits(officer, "organizations.rename", college.two)
    assert not permits(officer, "organizations.rename", college.far)
    assert not permits(officer, "members.change", member=college.foreign)


def test_a_secretary_sees_the_own_branch(college, account_of):
    secretary = account_of("branch_secretary", college.one)
    assert seen(secretary) == ({college.one, college.group}, {college.zhang})
    assert permits(secretary, "activities.record", college.one)
    assert not permits(secretary, "activities.record", college.two)
    assert not permits(secretary, "members.transfer", college.one)


def test_a_member_sees_the_own_branch_and_oneself(college, account_of, system, today):
    other = members.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    account = account_of("member", college.one, member=college.zhang)
    assert seen(account) == ({college.one, college.group}, {college.zhang})
    assert permits(account, "members.read", member=college.zhang)
    assert not permits(account, "members.read", member=other)
    assert not permits(account, "activities.record", college.one)


def test_after_a_transfer_the_new_branch_sees_the_member_and_the_old_does_not(
    college, account_of, system, today
):
    old, new = account_of("branch_secretary", college.one), account_of("branch_secretary", college.two)
    members.transfer(actor=system, member=college.zhang, organization=college.two, since=today, today=today)
    assert set(scope.members(old)) == set()
    assert set(scope.members(new)) == {college.zhang, college.li}


def test_who_left_stays_visible_to_the_last_branch(college, account_of, system, today):
    members.leave(actor=system, member=college.zhang, until=today, reason="转出本校")
    assert set(scope.members(account_of("branch_secretary", college.one))) == {college.zhang}
    assert set(scope.members(account_of("branch_secretary", college.two))) == {college.li}


def test_a_grant_ends(college, account_of, system, today):
    secretary = account_of("branch_secretary", college.one)
    given = secretary.grants.get()
    revoke(actor=system, given=given, until=today + timedelta(days=1))
    assert permits(secretary, "activities.record", college.one)
    given.until = today
    revoke(actor=system, given=given, until=today)
    assert not permits(secretary, "activities.record", college.one)
    assert seen(secretary) == (set(), set())


def test_the_scope_follows_the_tree(college, account_of, system):
    officer = account_of("committee_officer", college.committee)
    assert permits(officer, "organizations.read", college.two)
    organizations.change(actor=system, organization=college.two, since=date(2026, 1, 1), parent=college.other)
    assert not permits(officer, "organizations.read", college.two)


def test_a_switched_off_account_may_nothing(college, account_of):
    officer = account_of("committee_officer", college.committee)
    officer.is_active = False
    assert not permits(officer, "organizations.read", college.one)
    assert seen(officer) == (set(), set())


def test_actions_refuse_what_is_not_permitted(college, account_of):
    secretary = account_of("branch_secretary", college.one)
    with pytest.raises(NotPermitted) as refusal:
        organizations.change(actor=secretary, organization=college.one, since=date(2026, 1, 1), name="别名")
    assert refusal.value.code == "access.not_permitted"
    assert refusal.value.why == "您的角色不包括“更名”"
