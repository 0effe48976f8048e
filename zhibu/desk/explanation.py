"""The explanation of a finding: what is required, what was seen, why it did not count, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhibu.access import scope
from zhibu.audit.explanation import Evidence, Explanation, NoSuchFinding, Run, explain
from zhibu.audit.relations import Asked, Finding
from zhibu.desk import addresses, findings, queries
from zhibu.desk.addresses import Addresses
from zhibu.desk.facts import Deployment
from zhibu.desk.readings import signatures
from zhibu.desk.views import asked_day, day_context, unit_of
from zhibu.norm.model import Norm
from zhibu.site import clock, packs
from zhibu.site.navigation import installed
from zhibu.site.wording import amount_title, full_day, near_day

#: The verb with which a register is written.
VERBS = {
    "activities": "activities.record",
    "evidence": "evidence.record",
    "exemptions": "exemptions.apply",
    "organizations": "organizations.appoint",
    "members": "members.change",
}
RUNS = {
    "counts": "计入",
    "excused": "有正当理由，不计",
    "not owed": "当时无须履行",
    "too long ago": "过早，不看",
}


@dataclass(frozen=True)
class FactLine:
    """A fact in words."""

    when: str
    what: str
    amount: str
    reason: str
    recorded: str
    address: str


@dataclass(frozen=True)
class MendLine:
    """What is missing, and the forms that record it."""

    text: str
    forms: list[tuple[str, str]]  # address, label


@require_safe
def finding(request: HttpRequest, duty: str, subject: str, period: str) -> HttpResponse:
    """One finding with its facts. 404 where there is none within the reader's reach."""
    norm = packs.norm()
    day = asked_day(request)
    kept = findings.findings(day)
    reach = queries.reach(request.user)
    ref = request.GET.get("ref")
    wanted = (duty, subject, period, ref)
    own = (
        one
        for one in queries.seen(norm, kept, reach)
        if (one.duty, one.subject, one.period, one.ref) == wanted
    )
    found = next(own, None)
    if found is None:
        raise Http404
    tree = queries.placements(day)
    try:
        told = explain(
            norm,
            Deployment(),
            Asked(as_of=day),
            duty,
            subject,
            period,
            ref,
            engine=findings.engine_name(),
            org=found.org,
        )
    except NoSuchFinding as gone:
        raise Http404 from gone
    signed = signatures(norm, day)
    names = queries.names([found], tree)
    unit = unit_of(norm, duty)
    at = Addresses(day, clock.today())
    shown = {
        **day_context(day),
        "kept_parameters": [("ref", ref)] if ref else [],
        "told": told,
        "finding": found,
        "pack": norm.packs[told.duty.pack],
        "article_number": addresses.article_number(told.duty.article),
        "subject": names.get(found.subject, found.subject),
        "place": names.get(found.org, found.org) if found.org != found.subject else "",
        "required": "—" if found.required is None else amount_title(found.required, unit),
        "actual": "—" if found.actual is None else amount_title(found.actual, unit),
        "due": near_day(found.due, day),
        "unsigned": [
            norm.readings[one] for one in told.readings if one not in signed and one in norm.readings
        ],
        "sections": _sections(norm, told, day),
        "run": _runs(told.run or told.periods),
        "others": [_line(norm, fact, day) for fact in told.others],
        "exempted": [_line(norm, fact, day) for fact in told.exemption],
        "mends": _mends(norm, told, found, request.user) if found.status in ("missed", "open") else [],
        "exemption_form": _exemption_form(norm, found, request.user),
        "duty_address": at.duty(duty),
        "norm_address": at.norm(),
    }
    return render(request, "desk/finding.html", shown)


def _sections(norm: Norm, told: Explanation, day: date) -> list[tuple[str, list[FactLine]]]:
    """The facts that counted, under their headings; empty ones left out but for the counted."""
    headed: list[tuple[str, tuple[Evidence, ...]]] = [
        ("计入的记录", told.counted),
        ("要求数由此相加", told.bound),
        ("分子", told.numerator),
        ("分母", told.denominator),
    ]
    return [(title, [_line(norm, fact, day) for fact in facts]) for title, facts in headed if facts]


def _line(norm: Norm, fact: Evidence, day: date) -> FactLine:
    kind = norm.kinds.get(fact.kind)
    if fact.is_state:
        when = f"{full_day(fact.happened)}起" + (f"，至 {full_day(fact.until)}" if fact.until else "")
    else:
        when = near_day(fact.happened, day)
        if fact.day != fact.happened:
            when += f"，计入 {near_day(fact.day, day)}"
    amount = amount_title(fact.amount, kind.amount if kind else None) if fact.amount is not None else ""
    recorded = (
        f"{near_day(fact.recorded, day)}登记" if fact.recorded and fact.recorded != fact.happened else ""
    )
    return FactLine(when, fact.title, amount, fact.reason, recorded, _record(norm, fact))


def _record(norm: Norm, fact: Evidence) -> str:
    """The page of the activity that a fact comes from; other registers are reached from their lists."""
    kind = norm.kinds.get(fact.kind)
    return f"/activities/{fact.ref}/" if kind and kind.ref == "activity" and fact.ref else ""


def _runs(run: tuple[Run, ...]) -> list[tuple[str, str]]:
    return [(one.period, "有记录" if one.events else RUNS.get(one.verdict, "没有记录")) for one in run]


def _mends(norm: Norm, told: Explanation, found: Finding, reader: Any) -> list[MendLine]:
    """What is missing with the forms that the reader may fill in, filled in as far as it is known."""
    is_organization = norm.subjects[told.duty.subjects].is_organization if told.duty.subjects else True
    member = None if is_organization and found.subject == found.org else found.subject
    day = min(found.due, clock.today())
    lines = []
    for one in told.missing:
        forms = [
            (addresses.form(kind, found.org, member, day, found.ref), f"登记{kind.title}")
            for kind in one.kinds
            if (verb := VERBS.get(kind.register)) and found.org in scope.reachable(reader, verb)
        ]
        forms = [
            (address, label) for address, label in dict(forms).items() if installed(address.partition("?")[0])
        ]
        lines.append(MendLine(one.text, forms))
    return lines


def _exemption_form(norm: Norm, found: Finding, reader: Any) -> str:
    if found.status not in ("missed", "open") or found.org not in scope.reachable(reader, "exemptions.apply"):
        return ""
    return addresses.exemption(norm, found)
