"""The second evaluator: the four forms in plain loops, written from docs/meaning.md and nothing else.

Slow and plain on purpose. Whatever the audit says of any facts, this says too, or one of them is wrong.
"""

from __future__ import annotations

from tests.oracle.quota import quota
from tests.oracle.sequence import sequence
from tests.oracle.standing import standing, streak
from tests.oracle.world import World
from zhibu.audit.relations import Asked, Facts, Finding, order
from zhibu.norm.model import Norm


def evaluate(norm: Norm, facts: Facts, asked: Asked) -> list[Finding]:
    """All findings, in the audit's order."""
    world = World(norm, facts, asked)
    found: list[Finding] = []
    for duty in norm.duties.values():
        if asked.duties is not None and duty.id not in asked.duties:
            continue
        form = {"quota": quota, "standing": standing, "sequence": sequence, "streak": streak}[duty.form]
        found += form(world, duty, asked)
    if asked.organizations is not None:
        found = [row for row in found if world.below(row.org, asked.organizations, asked.as_of)]
    return sorted(found, key=order)
