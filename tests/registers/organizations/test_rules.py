"""What regulation says to a branch by its size, and when a term is reminded of: both sides of every bound."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.urls import reverse

from zhibu.registers.organizations import offices, rules, terms
from zhibu.site import packs

REGULATION = {"least": 3, "most": 50, "committee_from": 7}


@pytest.mark.parametrize(
    ("full", "members", "has_committee", "said"),
    [
        (2, 2, False, "不足 3 人"),
        (2, 5, False, "不足 3 人"),  # probationary members are not counted
        (3, 3, False, ""),
        (6, 6, False, ""),
        (7, 7, False, "选举支部委员会"),
        (7, 7, True, ""),
        (50, 50, True, ""),
        (50, 51, True, "一般不超过 50 人"),
        (0, 0, False, ""),  # before the roster is imported
    ],
)
def test_a_branch_is_told_what_its_size_asks_for(full, members, has_committee, said):
    found = rules.size_warnings(full=full, members=members, has_committee=has_committee, **REGULATION)
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_a_pack_without_the_numbers_says_nothing():
    none = dict.fromkeys(REGULATION)
    assert rules.size_warnings(full=1, members=99, has_committee=False, **none) == []


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2027, 5, 23), 6, date(2026, 11, 23)),
        (date(2027, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 1, 31), 3, date(2026, 10, 31)),
        (date(2027, 3, 1), 3, date(2026, 12, 1)),
    ],
)
def test_months_are_reckoned_back_from_the_day(day, months, before):
    assert rules.months_before(day, months) == before


@pytest.mark.parametrize(
    ("day", "come"),
    [
        (date(2026, 5, 29), 0),
        (date(2026, 5, 30), 1),  # six months before
        (date(2026, 8, 29), 1),
        (date(2026, 8, 30), 2),  # three months before
        (date(2026, 11, 30), 2),
    ],
)
def test_reminders_come_six_and_three_months_before_the_end(day, come):
    assert terms.reminders(packs.norm(), date(2026, 11, 30), day) == come


def test_a_term_is_as_long_as_the_norm_says_on_the_day_asked():
    # The audit takes the years on the day asked, whenever the term began: the page must not say otherwise.
    norm = packs.norm()
    begun = SimpleNamespace(since=date(2019, 6, 1), until=None)
    (line,) = terms.lines(norm, "branch", [begun], date(2026, 11, 23))
    assert line.end == date(2022, 6, 1)


@pytest.mark.django_db
def test_the_page_of_a_branch_says_both(college, account_of, client, system, today):
    client.force_login(account_of("branch_secretary", college.one))
    address = reverse("organization", args=[college.one.pk])
    offices.start_term(actor=system, organization=college.one, since=date(2024, 5, 24), today=today)
    page = client.get(address)
    assert "正式党员 1 人，不足 3 人" in page.content.decode()
    assert page.context["term"].reminder == 0  # ends on 2027-05-24: tomorrow it is six months
    assert not client.get(reverse("organization", args=[college.group.pk])).context["warnings"]
