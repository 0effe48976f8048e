"""Every finding of the demo college explains itself, with the code that explains one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from random import Random

import pytest

from tests.conftest import TODAY
from tests.desk.demo.predicted import known
from zhibu.audit.evidence import NOTES, REASONS
from zhibu.audit.explanation import Explanation, explain, explanations
from zhibu.audit.relations import Asked, Facts
from zhibu.audit.run import audit
from zhibu.desk.demo.build import PACK, SEED
from zhibu.desk.demo.history import history
from zhibu.site import packs

#: All look at the same explanations: made in one worker.
pytestmark = pytest.mark.xdist_group("explanations")

#: Today; and early in a year, when the year before is decided and little of the new one is known.
DAYS = (TODAY, date(2026, 3, 5))

#: Why facts do not count that lie near some finding of the demo on either day.
ALWAYS_SEEN = {
    "already counted", "breaks the run", "ended", "lapsed", "other kind", "other period", "other reference",
    "too late",
}  # fmt: skip


@cache
def college() -> Facts:
    norm = packs.norm()
    return known(*history(SEED, TODAY.year, norm.packs[PACK].calendar), norm, TODAY)


@cache
def told(day: date) -> list[Explanation]:
    return list(explanations(packs.norm(), college(), Asked(day)))


def in_time(one: Explanation) -> int:
    """What the counted facts without a note of lateness give."""
    facts = [fact for fact in one.counted if not fact.note]
    return sum(fact.amount or 0 for fact in facts) if one.duty.measure == "sum" else len(facts)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_counted_facts_give_actual_for_every_finding(day):
    every = told(day)
    assert [one.finding for one in every] == audit(packs.norm(), college(), Asked(day))
    assert len(every) > 20_000
    assert Counter(one.finding.duty for one in every if one.total != one.finding.actual) == Counter()
    summed = [one for one in every if one.duty.bound.sum_of and one.finding.required is not None]
    assert len(summed) > 500
    assert [
        one.finding for one in summed if sum(fact.amount or 0 for fact in one.bound) != one.finding.required
    ] == []


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_late_finding_says_what_was_late(day):
    late = [one for one in told(day) if one.finding.status == "late"]
    assert {fact.note for one in late for fact in one.counted} >= set(NOTES)
    for one in told(day):
        if (
            one.duty.compare == "at_least"
            and one.duty.form == "quota"
            and one.finding.status in ("met", "late")
        ):
            assert (in_time(one) >= (one.finding.required or 0)) == (one.finding.status == "met"), one
        if one.duty.form == "sequence" and one.finding.status in ("met", "late"):
            assert any(fact.note for fact in one.counted) == (one.finding.status == "late"), one


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_did_not_count_says_why_and_what_is_missing_says_where(day):
    seen = Counter()
    for one in told(day):
        assert one.clause is not None
        assert one.article is not None
        assert one.rule
        for fact in one.others:
            seen[fact.verdict] += 1
            assert fact.reason == REASONS[fact.verdict]
        undone = one.finding.status in ("missed", "open")
        assert undone or not one.missing
        # Reached already, but only decided once the period is over.
        waiting = one.finding.status == "open" and (one.finding.actual or 0) >= (one.finding.required or 0)
        if undone and not waiting:
            assert one.missing, one
            for lacking in one.missing:
                assert lacking.kinds
                assert all(kind.register for kind in lacking.kinds)
        assert bool(one.exemption) == (one.finding.status == "exempt")
    assert set(seen) >= ALWAYS_SEEN | ({"unknown", "not begun"} if day < TODAY else set())


def test_who_is_in_no_branch_is_told_where_the_membership_is():
    waiting = [
        one for one in told(TODAY) if one.finding.duty == "org.affiliation" and one.finding.status == "missed"
    ]
    assert [[fact.verdict for fact in one.others] for one in waiting] == [["no branch"]]


def test_one_alone_is_explained_as_among_all():
    kinds = {}
    for one in told(TODAY):
        kinds.setdefault((one.finding.duty, one.finding.status), []).append(one)
    assert len(kinds) > 100
    for same in Random(1).sample(list(kinds.values()), 15):
        one = Random(2).choice(same)
        wanted = one.finding
        alone = explain(
            packs.norm(), college(), Asked(TODAY), wanted.duty, wanted.subject, wanted.period, wanted.ref,
            org=wanted.org,
        )  # fmt: skip
        assert alone == one
