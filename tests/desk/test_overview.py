"""One state for each duty and organization, from findings."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from zhibu.audit.relations import Finding
from zhibu.desk.cells import gathered, seen
from zhibu.desk.overview import overview

NORM = SimpleNamespace(
    duties={
        "weekly": SimpleNamespace(id="weekly", form="quota", subjects="branch"),
        "case": SimpleNamespace(id="case", form="sequence", subjects="branch"),
        "hours": SimpleNamespace(id="hours", form="quota", subjects="member"),
    },
    subjects={
        "branch": SimpleNamespace(is_organization=True),
        "member": SimpleNamespace(is_organization=False),
    },
)
TODAY = date(2026, 11, 23)


def finding(status, due, duty="weekly", subject="a", org=None, period="2026-W40", ref=None):
    return Finding(duty, "6", subject, org or subject, period, 1, 0, status, due, ref)


def state(*findings, **options):
    (found,) = overview(NORM, findings, TODAY, **options).values()
    return found


def test_a_missed_period_stays_until_it_is_made_up():
    past, now = finding("missed", date(2026, 3, 1)), finding("met", date(2026, 11, 29))
    assert state(past, now).organizations["a"].state == "missed"
    assert state(past, now).organizations["a"].decisive == past
    assert state(past._replace(status="late"), now).organizations["a"].state == "met"


@pytest.mark.parametrize("running", ["met", "late", "open", "exempt", "no rule"])
def test_without_anything_missed_the_running_period_decides(running):
    past, now = finding("met", date(2026, 11, 15)), finding(running, date(2026, 11, 23))
    assert state(past, now).organizations["a"].state == running


def test_when_nothing_runs_the_last_period_decides():
    early, last = finding("met", date(2026, 1, 1)), finding("late", date(2026, 11, 22))
    assert state(last, early).organizations["a"].state == "late"


def test_one_open_member_leaves_the_branch_open():
    due = date(2026, 12, 31)
    met, open_ = (finding(word, due, "hours", who, "a") for word, who in (("met", "m1"), ("open", "m2")))
    assert state(met, open_).organizations["a"].state == "open"
    assert state(met, open_).organizations["a"].subjects == 2


def test_of_sequences_everything_not_yet_due_runs():
    near, far = (
        finding("met", date(2026, 11, 24), "case", ref="1"),
        finding("open", date(2026, 12, 9), "case", ref="2"),
    )
    assert state(near, far).organizations["a"].state == "open"


def test_the_next_date_is_the_nearest_open_one():
    found = state(
        finding("open", date(2026, 11, 29), period="2026-W48"),
        finding("open", date(2026, 11, 30), subject="b", period="2026-11"),
        finding("met", date(2026, 11, 25), subject="c", period="2026-W47"),
    )
    assert (found.next_due, found.next_period) == (date(2026, 11, 29), "2026-W48")


def test_how_many_are_behind_counts_organizations_and_findings_apart():
    found = state(
        finding("missed", date(2026, 3, 1)),
        finding("missed", date(2026, 3, 8), period="2026-W10"),
        finding("missed", date(2026, 3, 8), subject="b"),
        finding("met", date(2026, 3, 8), subject="c"),
    )
    assert (found.behind, found.missed) == (2, 3)


def test_a_group_shares_the_cell_of_its_branch():
    found = state(finding("missed", date(2026, 3, 1), subject="g"), home={"g": "a"})
    assert set(found.organizations) == {"a"}


def visible(everything, organizations, people_of, member):
    return sorted(seen(gathered(NORM, everything), organizations, people_of, member), key=everything.index)


def test_a_reader_sees_organizations_and_persons_apart():
    branch, other = finding("met", TODAY), finding("met", TODAY, subject="b")
    mine, colleague = (finding("met", TODAY, "hours", who, "a") for who in ("me", "you"))
    everything = [branch, other, mine, colleague]
    assert visible(everything, {"a"}, (), "me") == [branch, mine]
    assert visible(everything, {"a"}, {"a"}, None) == [branch, mine, colleague]
    assert visible(everything, (), (), None) == []


def test_a_case_that_names_a_person_is_that_persons_though_the_branch_owes_it():
    own, colleague = (finding("missed", TODAY, "case", who, "a", ref="1") for who in ("me", "you"))
    of_branch = finding("missed", TODAY, "case", "a", ref="2")
    everything = [own, colleague, of_branch]
    assert visible(everything, {"a"}, (), "me") == [own, of_branch]
    assert visible(everything, {"a"}, {"a"}, None) == everything
