"""The invented college: its shape, that nobody in it exists, that it is the same each time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.desk.demo import names, tree
from zhibu.desk.demo.college import college


@pytest.fixture(scope="module")
def demo():
    return college(1, 2026)


def test_same_for_a_seed_and_another_for_another(demo):
    assert college(1, 2026) == demo
    assert college(2, 2026).people != demo.people


def test_one_committee_23_branches_three_retired(demo):
    assert [unit.kind for unit in demo.units.values()].count("committee") == 1
    assert len(demo.branches) == 23
    assert sum(unit.category == "retiree" for unit in demo.branches) == 3
    assert {unit.category for unit in demo.branches} == {"staff", "student", "retiree", "mixed"}
    assert all(demo.groups(tree.branch_key(n)) for n, one in enumerate(tree.BRANCHES, 1) if one.members >= 34)


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2025, 12, 31), date(2026, 7, 1), date(2026, 12, 31)])
def test_about_700_members_on_any_day(demo, day):
    assert 640 <= sum(person.belonging_on(day) is not None for person in demo.people.values()) <= 760


def test_the_first_number_of_the_area_that_does_not_exist_has_its_check_digit():
    # Vectors of GB 11643: the same rule decides.
    for number in ("11010519491231002X", "34052419800101001X", "440524188001010014"):
        assert names.check_digit(number[:17]) == number[17]


@given(st.dates(date(1930, 1, 1), date(2010, 12, 31)), st.integers(0, 498), st.booleans())
def test_identity_numbers_say_birth_and_sex(born, serial, male):
    number = names.id_number(born, serial, male)
    assert number[:6] == "990101"
    assert number[6:14] == f"{born:%Y%m%d}"
    assert int(number[16]) % 2 == male
    assert number[14:17] != "000"
    assert names.check_digit(number[:17]) == number[17]


def test_nobody_shares_a_number_and_each_number_fits_its_person(demo):
    people = demo.people.values()
    assert len({one.id_number for one in people}) == len({one.number for one in people}) == len(people)
    for one in people:
        assert one.id_number[6:14] == f"{one.born:%Y%m%d}"
        assert (int(one.id_number[16]) % 2 == 1) is one.male
        assert not one.id_number.endswith("000")  # a roster of the demo can be read back
        assert one.mobile.startswith("120")
        assert len(one.mobile) == 11


def test_nobody_belongs_to_two_places_at_once_and_dates_are_in_order(demo):
    for one in demo.people.values():
        for before, after in zip(one.belongings, one.belongings[1:], strict=False):
            assert before.until == after.since
        for belonging in one.belongings:
            assert belonging.until is None or belonging.since < belonging.until
        if one.joined:
            assert one.applied < one.joined
            assert one.joined.year - one.born.year >= 18
            assert one.confirmed is None or one.confirmed > one.joined


def test_some_retire_into_a_retired_branch_and_some_come_and_go(demo):
    retired = [
        one
        for one in demo.people.values()
        if len(one.belongings) == 2 and one.belongings[1].category == "retiree"
    ]
    assert len(retired) == 10
    assert all(one.belongings[1].unit in tree.RETIRED for one in retired)
    assert any(one.belongings and one.belongings[-1].until for one in demo.people.values())
    assert any(one.belongings and one.belongings[0].status == "probationary" for one in demo.people.values())


def test_posts_are_held_by_members_of_their_own_branch(demo):
    for seat in demo.seats:
        if seat.kind.startswith("branch_"):
            day = max(seat.since, demo.first_day)
            belonging = demo.people[seat.person].belonging_on(day)
            assert belonging is not None
            assert belonging.unit == seat.unit
    for day in (date(2025, 3, 3), date(2026, 11, 23)):
        assert len(demo.holders("secretary", day)) == 1
        assert len(demo.holders("deputy_secretary.fulltime", day)) == 1
        assert demo.holders("president", day)[0] in demo.holders("deputy_secretary", day)
        assert all(len(demo.holders("branch_secretary", day, unit.key)) == 1 for unit in demo.branches)
