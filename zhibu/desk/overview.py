"""Findings drawn together for the living norm: one state for each duty and organization. Pure.

An organization's state is *missed* while anything of the duty is missed and not yet made up; else it is the
state of what runs now: of the period that falls due next, or of the last one when nothing runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from zhibu.audit.relations import Finding
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
    norm: Norm, findings: Iterable[Finding], day: date, home: Mapping[str, str] | None = None
) -> dict[str, DutyState]:
    """The state of every duty that has findings. `home`: organization → the one whose cell it shares."""
    rolled = home or {}
    grouped: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        grouped[finding.duty][rolled.get(finding.org, finding.org)].append(finding)
    return {duty: _duty(found, day, norm.duties[duty].form == "sequence") for duty, found in grouped.items()}


def _duty(found: Mapping[str, list[Finding]], day: date, anchored: bool) -> DutyState:
    result = DutyState()
    for org, findings in found.items():
        state = _organization(findings, day, anchored)
        result.organizations[org] = state
        result.missed += state.missed
        result.behind += state.missed > 0
        for finding in findings:
            soonest = result.next_due is None or finding.due < result.next_due
            if finding.status == "open" and finding.due >= day and soonest:
                result.next_due, result.next_period = finding.due, "" if anchored else finding.period
    return result


def _organization(findings: list[Finding], day: date, anchored: bool) -> OrganizationState:
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


def running_now(findings: list[Finding], day: date, anchored: bool) -> list[Finding]:
    """What falls due next (of sequences: all not yet due), or what fell due last when nothing runs."""
    ahead = [finding for finding in findings if finding.due >= day]
    if ahead and anchored:
        return ahead
    nearest = min(finding.due for finding in ahead) if ahead else max(finding.due for finding in findings)
    return [finding for finding in findings if finding.due == nearest]


def visible(
    norm: Norm,
    findings: Iterable[Finding],
    organizations: Collection[str],
    people_of: Collection[str],
    self_: str | None,
) -> list[Finding]:
    """The findings that a reader may see: of organizations, of persons where those are in reach, own ones.

    A finding anchored on an event is a person's where the event names one, whoever the duty says owes it.
    """
    persons = {duty.id for duty in norm.duties.values() if not norm.subjects[duty.subjects].is_organization}
    return [
        finding
        for finding in findings
        if (
            finding.org in people_of or finding.subject == self_
            if finding.duty in persons or finding.subject != finding.org
            else finding.org in organizations
        )
    ]
