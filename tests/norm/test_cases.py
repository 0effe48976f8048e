"""Every example case of the packs holds, by the second evaluator; and a wrong expectation is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.oracle.evaluator import evaluate
from tests.packs import shipped
from zhibu.audit.relations import STATUS_TITLES, Asked, Event, Facts, Membership, Organization, State
from zhibu.norm.cases import STATUSES, differences

NORM = shipped()
NORMS = (NORM, shipped("transit"))
CASES = [(duty, case) for duty in NORM.duties.values() for case in duty.cases]
DUTIES = [(norm, duty) for norm in NORMS for duty in norm.duties.values()]


def findings(duty, case, norm=NORM):
    rows = case.facts
    facts = Facts(
        [Organization(**row) for row in rows["organizations"]],
        [Membership(**row) for row in rows["memberships"]],
        [Event(**row) for row in rows["events"]],
        [State(**row) for row in rows["states"]],
    )
    return evaluate(norm, facts, Asked(case.as_of, case.since, (duty.id,)))


@pytest.mark.parametrize(("norm", "duty"), DUTIES, ids=[duty.id for _, duty in DUTIES])
def test_cases_hold(norm, duty):
    told = [told for case in duty.cases for told in differences(case, duty.id, findings(duty, case, norm))]
    assert told == []


def test_every_status_is_shown():
    shown = {row["status"] for _, case in CASES for row in case.expect}
    assert shown == {*STATUS_TITLES, None}


def test_a_wrong_expectation_is_told():
    for duty, case in CASES:
        rows = findings(duty, case)
        for number, row in enumerate(case.expect):
            for column, wrong in (
                ("status", "exempt" if row["status"] != "exempt" else "met"),
                ("actual", -1),
            ):
                changed = [*case.expect]
                changed[number] = {**row, column: wrong}
                told = differences(replace(case, expect=tuple(changed)), duty.id, rows)
                # nothing is compared with a row that must not be there
                assert told or (row["status"] is None and column == "actual"), (duty.id, case.sentence)


def test_the_words_of_cases_are_those_of_the_pages():
    assert {status: word for word, status in STATUSES.items() if status} == STATUS_TITLES
