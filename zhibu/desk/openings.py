"""Which form records what a finding lacks, where the reader may fill it in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from zhibu.access import scope
from zhibu.audit.relations import Finding
from zhibu.desk import addresses, mending, queries
from zhibu.norm.model import Kind, Norm
from zhibu.registers.activities import queries as activities
from zhibu.registers.activities.kinds import EVALUATION, recorded_with
from zhibu.registers.organizations.models import Placement
from zhibu.site.navigation import installed

#: The verb with which a register is written.
VERBS = {
    "activities": "activities.record",
    "education": "education.record",
    "evidence": "evidence.record",
    "exemptions": "exemptions.apply",
    "organizations": "organizations.appoint",
    "members": "members.change",
}
#: Whoever has this verb writes evaluations.
EVALUATE = "activities.evaluate"


def may_record(reader: Any, kind: Kind, host: str) -> bool:
    """Whether the reader records facts of the kind there: with its register's verb, or the kind's own."""
    verbs = (VERBS.get(kind.register), kind.verb)
    return any(verb and host in scope.reachable(reader, verb) for verb in verbs)


def form_of(
    reader: Any, norm: Norm, tree: Iterable[Placement], finding: Finding, kind: Kind, today: date
) -> str:
    """The address of the form for a fact of the kind, filled in as far as it is known; empty where there is
    none that the reader may fill in.
    """
    duty = norm.duties[finding.duty]
    is_organization = norm.subjects[duty.subjects].is_organization if duty.subjects else True
    member = None if is_organization and finding.subject == finding.org else finding.subject
    if kind.register not in VERBS:
        return ""
    # A member of no branch is changed where the member is.
    host = finding.org if kind.register == "members" else queries.host(tree, kind, finding.org)
    if not may_record(reader, kind, host):
        own = kind.own and member is not None and member == reader.member_id
        if not own or not scope.owns(reader, f"{kind.register}.own"):
            return ""
    if address := _evaluation(reader, norm, finding, kind, host, today):
        return address
    day = mending.mending_day(norm, finding, kind, today)
    address = addresses.form(kind, host, member, day, finding.ref)
    return address if installed(address.partition("?")[0]) else ""


def _evaluation(reader: Any, norm: Norm, finding: Finding, kind: Kind, host: str, today: date) -> str:
    """The page that evaluates the period's latest activity, where the kind is such a paper and there is one: a new
    activity would be entered twice.
    """
    period = mending.period_of(norm, norm.duties[finding.duty], finding)
    if kind.id != EVALUATION or period is None or host not in scope.reachable(reader, EVALUATE):
        return ""
    latest = activities.latest_of(host, recorded_with(kind.id), period.first, min(period.last, today))
    return reverse("activity_paper", args=[latest, "evaluation"]) if latest else ""
