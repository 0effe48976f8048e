"""Findings drawn together for the living norm: one state for each duty and organization. Pure.

An organization's state is *missed* while anything of the duty is missed and not yet made up; else it is the
state of what runs now: of the period that falls due next, or of the last one when nothing runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from zhibu.audit.relations import Finding
from zhibu.desk.cells import Cell, Seen, gathered
from zhibu.norm.model import Norm

#: Of what runs now the first of these that occurs is the state.
PRECEDENCE = ("open", "late", "met", "no rule", "exempt")


@dataclass(frozen=True)
class OrganizationState:
    """The state of one duty at one organization."""

    state: str
    missed: int  # findings missed and not made up
    subjects: int  # different subjects that owe
    decisive: Finding  # the finding that a click should open: the latest missed, else one of what runs now


@dataclass
class DutyState:
    """A duty across the organizations of a reader's scope."""

    organizations: dict[str, OrganizationState] = field(default_factory=dict)
    next_due: date | None = None
    next_period: str = ""
    missed: int = 0  # findings
    behind: int = 0  # organizations

    def count(self, state: str) -> int:
        """How many organizations are in a state."""
        return sum(one.state == state for one in self.organizations.values())


def overview(
    norm: Norm, findings: Iterable[Finding] | Seen, day: date, home: Mapping[str, str] | None = None
) -> dict[str, DutyState]:
    """The state of every duty that has findings. `home`: organization → the one whose cell it shares."""
    rolled = home or {}
    cells = findings.cells if isinstance(findings, Seen) else gathered(norm, findings).values()
    grouped: dict[str, dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        grouped[cell.key.duty][rolled.get(cell.key.org, cell.key.org)].append(cell)
    return {duty: _duty(found, day, norm.duties[duty].form == "sequence") for duty, found in grouped.items()}


def _duty(found: Mapping[str, list[Cell]], day: date, anchored: bool) -> DutyState:
    result = DutyState()
    for org, cells in found.items():
        if len(cells) == 1:
            state = cells[0].of(("state", day), lambda findings: _organization(findings, day, anchored))
        else:
            state = _organization(list(chain.from_iterable(cell.findings for cell in cells)), day, anchored)
        result.organizations[org] = state
        result.missed += state.missed
        result.behind += state.missed > 0
        for cell in cells:
            due, period = cell.of(("next", day), lambda findings: _next(findings, day))
            if due is not None and (result.next_due is None or due < result.next_due):
                result.next_due, result.next_period = due, "" if anchored else period
    return result


def _next(findings: Iterable[Finding], day: date) -> tuple[date | None, str]:
    """The next due day of what is open, with its period."""
    found = [one for one in findings if one.status == "open" and one.due >= day]
    first = min(found, key=lambda one: one.due, default=None)
    return (first.due, first.period) if first else (None, "")


def _organization(findings: Sequence[Finding], day: date, anchored: bool) -> OrganizationState:
    subjects = len({finding.subject for finding in findings})
    missed = [finding for finding in findings if finding.status == "missed"]
    if missed:
        latest = max(missed, key=lambda finding: (finding.due, finding.period))
        return OrganizationState("missed", len(missed), subjects, latest)
    running = running_now(findings, day, anchored)
    for state in PRECEDENCE:
        for finding in running:
            if finding.status == state:
                return OrganizationState(state, 0, subjects, finding)
    raise ValueError(f"unknown status among {findings}")


def running_now(findings: Sequence[Finding], day: date, anchored: bool) -> list[Finding]:
    """What falls due next (of sequences: all not yet due), or what fell due last when nothing runs."""
    ahead = [finding for finding in findings if finding.due >= day]
    if ahead and anchored:
        return ahead
    nearest = min(finding.due for finding in ahead) if ahead else max(finding.due for finding in findings)
    return [finding for finding in findings if finding.due == nearest]
