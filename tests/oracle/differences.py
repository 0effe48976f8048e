"""What two evaluators differ in, and the smallest facts that still show it.

    PYTHONPATH=. python -m tests.oracle.differences FIRST_SEED COUNT [ENGINE] [WORLDS]

hunts: evaluates seeded examples twice and prints the first difference made small.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.oracle.evaluator import evaluate
from tests.oracle.generate import Example, example
from zhibu.audit.relations import Facts, Finding
from zhibu.audit.run import audit

RELATIONS = ("organizations", "memberships", "events", "states")


def told(rows: list[Finding]) -> str:
    """One row a line."""
    return "\n".join(f"    {row}" for row in rows) or "    (none)"


def difference(case: Example, engine: str) -> str | None:
    """What differs between the audit on the engine and the second evaluator; None if nothing does."""
    expected = evaluate(case.norm, case.facts, case.asked)
    found = audit(case.norm, case.facts, case.asked, engine=engine)
    if expected == found:
        return None
    only_expected = [row for row in expected if row not in set(found)]
    only_found = [row for row in found if row not in set(expected)]
    return (
        f"{engine} differs\n  only in the second evaluator:\n{told(only_expected[:8])}\n"
        f"  only in the audit:\n{told(only_found[:8])}"
        + ("" if only_expected or only_found else "\n  (same rows in another order or number)")
    )


def smaller(case: Example, differs: Callable[[Example], bool]) -> Example:
    """The example with every duty and every row left out that is not needed to differ."""
    ids = list(case.norm.duties)
    for id in ids:
        anchored = any(id in duty.anchor_duties for duty in case.norm.duties.values())
        left = {key: duty for key, duty in case.norm.duties.items() if key != id}
        trial = replace(case, norm=replace(case.norm, duties=left))
        if not anchored and left and differs(trial):
            case = trial
    for relation in reversed(RELATIONS):
        rows = list(getattr(case.facts, relation))
        size = max(len(rows) // 2, 1)
        while size:
            at = 0
            while at < len(rows):
                fewer = rows[:at] + rows[at + size :]
                trial = replace(case, facts=replace(case.facts, **{relation: fewer}))
                if closed(trial.facts) and differs(trial):
                    rows, case = fewer, trial
                else:
                    at += size
            size //= 2
    return case


def closed(facts: Facts) -> bool:
    """True if every organization named stands in `organizations`."""
    known = {row.org for row in facts.organizations}
    named = {row.org for rows in (facts.memberships, facts.events, facts.states) for row in rows}
    parents = {row.parent for row in facts.organizations if row.parent is not None}
    return named | parents <= known


def shown(case: Example) -> str:
    """The example as text."""
    lines = [str(case.asked)]
    for duty in case.norm.duties.values():
        given = {key: value for key, value in vars(duty).items() if value not in ((), None, "", "1.1")}
        lines.append(f"duty {given}")
        lines.append(f"     {case.norm.subjects[duty.subjects]}")
        names = (duty.bound.parameter, duty.bound.all_of, duty.least, duty.grace, duty.lasts, duty.lead)
        for name in (*names, duty.within, duty.cap, duty.limit):
            if name is not None:
                values = case.norm.parameters[name].values
                lines.append(
                    f"     {name}: {[(str(one.first), str(one.until), one.value) for one in values]}"
                )
    for relation in RELATIONS:
        lines += [f"  {tuple(str(value) for value in row)}" for row in getattr(case.facts, relation)]
    return "\n".join(lines)


def explained(case: Example, engine: str) -> str | None:
    """The difference made small, with the example that shows it; None if there is none."""
    if difference(case, engine) is None:
        return None

    def differs(trial: Example) -> bool:
        try:
            return difference(trial, engine) is not None
        except Exception:
            return False

    small = smaller(case, differs)
    return f"{shown(small)}\n{difference(small, engine)}"


def main(first: int, count: int, engine: str = "sqlite", worlds: int = 1) -> int:
    """Hunt; exit 1 at the first difference."""
    began = time.time()
    for seed in range(first, first + count):
        text = explained(example(Random(seed), worlds=worlds), engine)
        if text is not None:
            print(f"seed {seed}\n{text}")
            return 1
    print(f"{count} examples agree on {engine} in {time.time() - began:.0f} s")
    return 0


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:3]]
    sys.exit(main(*numbers, *sys.argv[3:4], *[int(text) for text in sys.argv[4:5]]))
