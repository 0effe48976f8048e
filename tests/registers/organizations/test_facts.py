"""What the registers prove, in the columns of the audit's relations."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.audit import relations
from zhibu.desk import findings
from zhibu.registers.members import actions as members
from zhibu.registers.members import facts as member_facts
from zhibu.registers.organizations import actions, facts, offices

pytestmark = pytest.mark.django_db


def states():
    return sorted(
        (relations.State(*row) for query in facts.STATES for row in query()),
        key=lambda row: (row.kind, row.since),
    )


def test_the_tree_is_a_row_for_each_time_it_changed(college, system):
    actions.change(actor=system, organization=college.two, since=date(2025, 9, 1), name="计算机系党支部")
    rows = [relations.Organization(*row) for row in facts.organizations() if row[0] == college.two.pk]
    assert sorted(rows, key=lambda row: row.since) == [
        (
            college.two.pk,
            college.committee.pk,
            "branch",
            "staff",
            "信息工程系党支部",
            college.began,
            date(2025, 9, 1),
        ),
        (college.two.pk, college.committee.pk, "branch", "staff", "计算机系党支部", date(2025, 9, 1), None),
    ]


def test_memberships_are_rows(college, system, today):
    members.transfer(
        actor=system, member=college.zhang, organization=college.two, since=date(2026, 3, 1), today=today
    )
    rows = [relations.Membership(*row) for row in member_facts.memberships() if row[0] == college.zhang.pk]
    assert sorted(rows, key=lambda row: row.since) == [
        (college.zhang.pk, college.one.pk, "full", "staff", college.began, date(2026, 3, 1)),
        (college.zhang.pk, college.two.pk, "full", "staff", date(2026, 3, 1), None),
    ]


def test_a_full_time_deputy_is_a_deputy_too(college, system, today):
    day = date(2026, 5, 1)
    post = offices.appoint(
        actor=system,
        organization=college.committee,
        member=college.zhang,
        kind="deputy_secretary.fulltime",
        since=day,
        today=today,
    )
    one = (college.committee.pk, college.zhang.pk, day, None, None, post.pk, today)
    assert states() == [("post.deputy_secretary", *one), ("post.deputy_secretary.fulltime", *one)]


def test_term_establishment_and_first_day_of_use(college, system, today):
    day = date(2024, 1, 1)
    term = offices.start_term(actor=system, organization=college.one, since=day, today=today)
    size = offices.set_establishment(
        actor=system, organization=college.committee, people=600, since=day, today=today
    )
    offices.set_first_day_of_use(actor=system, organization=college.committee, since=date(2026, 9, 1))
    assert states() == [
        ("establishment", college.committee.pk, None, day, None, 600, size.pk, today),
        ("in_use", college.committee.pk, None, date(2026, 9, 1), None, None, "*", date(1900, 1, 1)),
        ("term", college.one.pk, None, day, None, None, term.pk, today),
    ]


def test_a_group_leader_is_no_fact(college, system, today):
    offices.appoint(
        actor=system,
        organization=college.group,
        member=college.zhang,
        kind="group_leader",
        since=today,
        today=today,
    )
    assert states() == []


def test_a_seat_at_a_general_branch_makes_it_owe_nothing_of_a_branchs_committee(college, system, today):
    general = actions.establish(
        actor=system, name="机电党总支", kind="general_branch", parent=college.committee, since=college.began
    )
    for place in (general, college.one):
        offices.appoint(
            actor=system, organization=place, member=college.zhang, kind="branch_committee_member",
            since=date(2026, 1, 1), today=today,
        )  # fmt: skip
    assert [(row.kind, row.org) for row in states()] == [("post.branch_committee_member", college.one.pk)]
    owing = {one.subject for one in findings.findings(today).findings if one.duty == "three.committee"}
    assert owing == {college.one.pk}  # the meeting can be recorded nowhere but at a branch
