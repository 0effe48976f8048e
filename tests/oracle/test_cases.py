"""The example cases of all packs: the second evaluator and SQLite give what each sentence says.

For SQLite the cases of one day are committees of one bundle, so a hundred sentences are one run.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import pytest

from tests.oracle.evaluator import evaluate
from tests.packs import shipped
from zhibu.audit.relations import Asked, Event, Facts, Finding, Membership, Organization, State
from zhibu.audit.run import audit
from zhibu.norm.cases import differences
from zhibu.norm.model import Case, Duty

#: The college's deployment and that of the second institution, with at least so many cases.
DEPLOYMENTS = {"zjkvtc central": 250, "transit": 50}
DUTIES = [(named, duty) for named in DEPLOYMENTS for duty in shipped(named).duties.values()]


def facts_of(case: Case, prefix: str = "") -> Facts:
    """The rows of a case; every id of an organization or member begins with the prefix."""

    def own(row, *columns):
        return {**row, **{name: prefix + row[name] for name in columns if row[name] is not None}}

    return Facts(
        organizations=[Organization(**own(row, "org", "parent")) for row in case.facts["organizations"]],
        memberships=[Membership(**own(row, "org", "member")) for row in case.facts["memberships"]],
        events=[Event(**own(row, "org", "member")) for row in case.facts["events"]],
        states=[State(**own(row, "org", "member")) for row in case.facts["states"]],
    )


@pytest.mark.parametrize(("named", "duty"), DUTIES, ids=[duty.id for _, duty in DUTIES])
def test_the_second_evaluator_gives_what_the_cases_say(named: str, duty: Duty):
    assert duty.cases, "每项要求都要有案例"
    for case in duty.cases:
        found = evaluate(shipped(named), facts_of(case), Asked(case.as_of, case.since, (duty.id,)))
        assert differences(case, duty.id, found) == []


@dataclass(frozen=True)
class Told:
    """One case of one duty in a joined bundle."""

    duty: Duty
    case: Case
    prefix: str


def days(named: str) -> dict[tuple[date, date | None], list[Told]]:
    """The cases of all duties by the day asked."""
    found: dict[tuple[date, date | None], list[Told]] = defaultdict(list)
    for duty in shipped(named).duties.values():
        for case in duty.cases:
            told = found[case.as_of, case.since]
            told.append(Told(duty, case, f"{len(told)}:"))
    return found


@pytest.mark.parametrize(("named", "least"), DEPLOYMENTS.items())
def test_sqlite_gives_what_the_cases_say(named: str, least: int):
    wrong, count = [], 0
    for (as_of, since), cases in days(named).items():
        parts = [facts_of(told.case, told.prefix) for told in cases]
        joined = Facts(*(
            [row for part in parts for row in getattr(part, name)]
            for name in ("organizations", "memberships", "events", "states")
        ))  # fmt: skip
        duties = tuple({told.duty.id for told in cases})
        rows: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for row in audit(shipped(named), joined, Asked(as_of, since, duties)):
            prefix, _, subject = row.subject.partition(":")
            rows[f"{prefix}:", row.duty].append(row._replace(subject=subject))
        for told in cases:
            count += 1
            wrong += differences(told.case, told.duty.id, rows[told.prefix, told.duty.id])
    assert wrong == []
    assert count >= least
