"""Explanations: the counted facts give `actual`; what did not count says why; what is missing, and where."""

import random
from dataclasses import replace
from datetime import date

import pytest

from tests.audit.worlds import duty, event, facts, norm, state
from tests.oracle.generate import example
from zhibu.audit.explanation import NoSuchFinding, explain, explanations
from zhibu.audit.relations import Asked
from zhibu.audit.run import audit
from zhibu.norm.model import Bound


@pytest.mark.parametrize("seed", range(300, 330))
def test_counted_facts_give_actual(seed):
    made = example(random.Random(seed))
    found = audit(made.norm, made.facts, made.asked)
    every = list(explanations(made.norm, made.facts, made.asked))
    assert [why.finding for why in every] == found
    for why in every:
        assert why.total == why.finding.actual
        if why.duty.bound.sum_of and why.finding.required is not None:
            assert sum(fact.amount or 0 for fact in why.bound) == why.finding.required
    for why in random.Random(seed).sample(every, min(len(every), 3)):
        asked = why.finding
        assert why == explain(
            made.norm,
            made.facts,
            made.asked,
            asked.duty,
            asked.subject,
            asked.period,
            asked.ref,
            org=asked.org,
        )


@pytest.mark.parametrize("seed", range(330, 350))
def test_asking_for_subjects_is_asking_for_all_and_keeping_theirs(seed):
    made = example(random.Random(seed))
    found = audit(made.norm, made.facts, made.asked)
    chosen = tuple(sorted({finding.subject for finding in found})[:2])
    narrowed = audit(made.norm, made.facts, replace(made.asked, subjects=chosen))
    assert narrowed == [finding for finding in found if finding.subject in chosen]


MONTHLY = duty("quota", kinds=("meeting",), bound=Bound("2"), period="month", least="3")


def test_reasons():
    rows = [
        event("meeting", date(2026, 3, 2), amount=3, ref="counts"),
        event("meeting", date(2026, 3, 3), amount=2, ref="small"),
        event("meeting", date(2026, 4, 3), amount=3, ref="later"),
        event("meeting", date(2026, 3, 4), amount=3, ref="unknown", recorded=date(2026, 5, 1)),
        event("meeting", date(2026, 3, 5), amount=3, ref="elsewhere", org="b2"),
    ]
    why = explain(norm(MONTHLY), facts(events=rows), Asked(date(2026, 4, 20)), "duty", "b1", "2026-03")
    assert [fact.ref for fact in why.counted] == ["counts"]
    reasons = {fact.ref: fact.reason for fact in why.others}
    assert reasons == {"small": "数量不足，不计", "later": "不在这一期内", "unknown": "所查之日尚未记录"}
    assert [each.text for each in why.missing] == ["还差 1 次：meeting"]
    assert why.missing[0].kinds[0].register == "evidence"
    assert why.finding.status == "missed"
    assert why.settles == date(2026, 4, 10)


def test_of_what_is_exceeded_only_the_bound_can_be_raised():
    spent = [event("paid", date(2026, 3, 2), amount=9, ref="one")]
    bound = [state("budget", date(2026, 1, 1), amount=5)]
    most = duty("quota", kinds=("paid",), measure="sum", compare="at_most", period="month",
                bound=Bound(sum_of=("budget",)))  # fmt: skip
    why = explain(
        norm(most), facts(events=spent, states=bound), Asked(date(2026, 4, 20)), "duty", "b1", "2026-03"
    )
    (one,) = why.missing
    assert ([kind.id for kind in one.kinds], one.text) == (["budget"], "超出 4")
    once = duty("quota", kinds=("meeting",), compare="exactly", bound=Bound("1"), period="month")
    twice = [event("meeting", date(2026, 3, n), ref=str(n)) for n in (1, 2)]
    why = explain(norm(once), facts(events=twice), Asked(date(2026, 4, 20)), "duty", "b1", "2026-03")
    assert [(one.kinds, one.text) for one in why.missing] == [((), "超出 1")]


def test_late_facts_say_which():
    made = duty("quota", kinds=("meeting",), bound=Bound("2"), period="month")
    rows = [
        event("meeting", date(2026, 4, 2), day=date(2026, 3, 25), ref="done"),
        event("meeting", date(2026, 3, 4), recorded=date(2026, 4, 11), ref="recorded"),
    ]
    why = explain(norm(made), facts(events=rows), Asked(date(2026, 4, 20)), "duty", "b1", "2026-03")
    assert {fact.ref: fact.reason for fact in why.counted} == {"done": "补做", "recorded": "补录"}
    assert why.finding.status == "late"
    assert why.missing == ()


def test_another_kind_of_the_same_stem_is_pointed_out():
    made = norm(duty("quota", kinds=("four.study",), bound=Bound("1"), period="month"))
    kinds = dict(made.kinds)
    for kind in ("four.study", "four.service"):
        kinds[kind] = replace(kinds["meeting"], id=kind, title=kind)
    given = facts(
        events=[event("four.service", date(2026, 3, 4), ref="x"), event("meeting", date(2026, 3, 4))]
    )
    why = explain(replace(made, kinds=kinds), given, Asked(date(2026, 4, 20)), "duty", "b1", "2026-03")
    assert [(fact.kind, fact.reason) for fact in why.others] == [("four.service", "事项不同")]


def test_sequence_names_what_lacks_and_what_belongs_elsewhere():
    made = duty("sequence", "", anchors=("meeting",), require=(("plan",), ("record",)), direction="before")
    rows = [
        event("meeting", date(2026, 3, 4), ref="x"),
        event("plan", date(2026, 3, 5), ref="x"),
        event("record", date(2026, 3, 1), ref="other"),
    ]
    why = explain(norm(made), facts(events=rows), Asked(date(2026, 4, 20)), "duty", "b1", "2026-03-04", "x")
    assert {fact.kind: fact.verdict for fact in why.others} == {
        "plan": "too late",
        "record": "other reference",
    }
    assert [each.kinds[0].id for each in why.missing] == ["plan", "record"]
    assert "不迟于2026年3月4日" in why.missing[0].text


def test_streak_shows_the_run_and_standing_the_lapse():
    made = duty("streak", "member", kinds=("paid",), limit="3", period="month")
    given = facts(events=[event("paid", date(2026, 4, 3), member="m1")])
    why = explain(norm(made), given, Asked(date(2026, 7, 5), date(2026, 4, 1)), "duty", "m1", "2026-07-05")
    assert [each.period for each in why.run] == ["2026-02", "2026-03"]
    made = duty("standing", kinds=("paper",), bound=Bound("1"), lasts="2")
    given = facts(states=[state("paper", date(2024, 2, 29), ref="p")])
    why = explain(norm(made), given, Asked(date(2026, 3, 1)), "duty", "b1", "2026-03-01")
    assert [(fact.verdict, fact.until) for fact in why.others] == [("lapsed", date(2026, 2, 28))]


def test_exemption_is_shown():
    given = facts(states=[state("exemption", date(2026, 1, 1), ref="*")])
    why = explain(norm(MONTHLY), given, Asked(date(2026, 4, 20)), "duty", "b1", "2026-03")
    assert [fact.ref for fact in why.exemption] == ["*"]
    assert why.missing == ()


def test_no_such_finding():
    with pytest.raises(NoSuchFinding):
        explain(norm(MONTHLY), facts(), Asked(date(2026, 4, 20)), "duty", "b1", "2031-03")
