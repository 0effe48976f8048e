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
from zhibu.audit.relations import Finding
from zhibu.desk import addresses, findings, gone, openings, queries, year
from zhibu.desk.addresses import Addresses
from zhibu.desk.cells import Seen
from zhibu.desk.facts import Deployment
from zhibu.desk.readings import signatures
from zhibu.desk.records import Records
from zhibu.desk.tasks import exceeded
from zhibu.desk.views import asked_day, asked_year, day_context
from zhibu.norm.amounts import amount_title, unit_of
from zhibu.norm.model import Duty, Norm
from zhibu.norm.order import article_number
from zhibu.registers.organizations.models import Placement
from zhibu.site import clock, packs
from zhibu.site.wording import full_day, near_day

#: So many facts that did not count are seen at once.
MOST_BESIDE = 8
RUNS = {
    "counts": "没有记录，计入连续期数",
    "excused": "有正当理由，不计",
    "not owed": "当时无须履行",
    "too long ago": "过早，不看",
}


@dataclass(frozen=True)
class FactLine:
    """A fact in words."""

    when: str
    what: str
    whose: str
    amount: str
    reason: str
    recorded: str
    address: str


@dataclass(frozen=True)
class Section:
    """Facts under a heading. `folded`: more of them, unfolded on demand; `withheld`: how many may not be seen."""

    title: str
    lines: list[FactLine]
    folded: list[FactLine]
    withheld: int


@dataclass(frozen=True)
class MendLine:
    """What is missing, and the forms that record it."""

    text: str
    forms: list[tuple[str, str]]  # address, label


@require_safe
def finding(request: HttpRequest, duty: str, subject: str, period: str) -> HttpResponse:
    """One finding with its facts. 404 where there is none within the reader's reach."""
    norm = packs.norm()
    gone.duty_of(norm, duty)
    day = asked_day(request)
    of_year = asked_year(request, day)
    kept = year.kept(of_year, day)
    seen = queries.seen(norm, kept, queries.reach(request.user))
    ref = request.GET.get("ref")
    found = one_of(seen, duty, subject, period, ref)
    told = found and explained(request, norm, found, day, of_year)
    if told is None:
        raise Http404
    shown = {**day_context(day), "kept_parameters": [("ref", ref)] if ref else [], **told}
    return render(request, "desk/finding.html", shown)


def one_of(seen: Seen, duty: str, subject: str, period: str, ref: str | None) -> Finding | None:
    """The finding of that duty, subject, period and reference; None where the reader sees none."""
    rows = seen.only(duties={duty}).of_subject(subject)
    return next((one for one in rows if (one.period, one.ref) == (period, ref)), None)


def explained(
    request: HttpRequest, norm: Norm, found: Finding, day: date, of_year: int | None = None
) -> dict[str, Any] | None:
    """What the page or the panel of a finding says; None where it is gone since."""
    tree = queries.placements(day)
    try:
        told = explain(
            norm,
            Deployment(),
            year.asked(of_year, day),
            found.duty,
            found.subject,
            found.period,
            found.ref,
            engine=findings.engine_name(),
            org=found.org,
        )
    except NoSuchFinding:
        return None
    signed = signatures(norm, day)
    names = queries.names([found], tree)
    unit = unit_of(norm, found.duty)
    at = Addresses(day, clock.today(), of_year)
    return {
        "told": told,
        "finding": found,
        "address": at.finding(found),
        "pack": norm.packs[told.duty.pack],
        "article_number": article_number(told.duty.article),
        "subject": names.get(found.subject, found.subject),
        "place": names.get(found.org, found.org) if found.org != found.subject else "",
        "required": _number(found.required, unit, told.duty, "少于 {} 期", "不超过 {}"),
        "actual": _number(found.actual, unit, told.duty, "连续 {} 期", "{}"),
        "due": near_day(found.due, day),
        "unsigned": [
            norm.readings[one] for one in told.readings if one not in signed and one in norm.readings
        ],
        **_facts(request.user, norm, told, day, names),
        "run": _runs(told.run or told.periods),
        "mends": _mends(norm, told, found, request.user, tree) if found.status in ("missed", "open") else [],
        "in_time": _in_time(told, day),
        "exemption_form": _exemption_form(norm, found, request.user),
        "duty_address": at.duty(found.duty),
        "norm_address": at.norm(),
    }


def _number(number: int | None, unit: str | None, duty: Duty, streak: str, at_most: str) -> str:
    """What is required or there is; where less is better the words say so."""
    if number is None:
        return "—"
    if duty.form == "streak":
        return streak.format(number)
    words = amount_title(number, unit)
    return at_most.format(words) if duty.form == "quota" and duty.compare == "at_most" else words


def _in_time(told: Explanation, day: date) -> str:
    """What is still in time and what will be shown as late (补办); empty where nothing can be."""
    duty, due, settles = told.duty, told.finding.due, told.settles
    if settles is None or exceeded(duty, told.finding):
        return ""
    in_time = f"{full_day(due)}（含）以前做、{full_day(settles)}（含）以前登记的算按期"
    if day <= due:
        return f"{in_time}，以后的显示为“补办”。"
    # What had to come before cannot be done afterwards, only entered.
    late = "当时做了、以后补录的" if duty.direction == "before" else "以后补做、补录的"
    return f"{in_time}；{late}显示为“补办”。" if day <= settles else f"{late}显示为“补办”。"


def _facts(
    reader: Any, norm: Norm, told: Explanation, day: date, names: dict[str, str]
) -> dict[str, list[Section]]:
    """The facts under their headings, empty ones left out: those that counted, and those that did not."""
    counted = {
        "计入的记录": told.counted,
        "要求数由此相加": told.bound,
        "分子": told.numerator,
        "分母": told.denominator,
    }
    beside = {"看到而没有计入的记录": told.others, "免除的依据": told.exemption}
    every = [fact for facts in (*counted.values(), *beside.values()) for fact in facts]
    records = Records(reader, norm, every)

    def sections(headed: dict[str, tuple[Evidence, ...]], most: int | None = None) -> list[Section]:
        found = []
        for title, facts in headed.items():
            seen = [fact for fact in facts if records.shown(fact)]
            lines = [
                _line(norm, fact, day, _whose(told.finding, fact, records, names), records) for fact in seen
            ]
            found.append(Section(title, lines[:most], lines[most:] if most else [], len(facts) - len(seen)))
        return [one for one in found if one.lines or one.withheld]

    return {"sections": sections(counted), "beside": sections(beside, MOST_BESIDE)}


def _whose(finding: Finding, fact: Evidence, records: Records, names: dict[str, str]) -> str:
    """Whom a fact is about, where that is not whom the finding is about."""
    place = records.organization(fact)
    found = []
    if fact.member is not None and fact.member != finding.subject:
        found.append(records.people[fact.member])
    if place not in (finding.org, finding.subject) and place in names:
        found.append(names[place])
    return "，".join(found)


def _line(norm: Norm, fact: Evidence, day: date, whose: str, records: Records) -> FactLine:
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
    return FactLine(when, fact.title, whose, amount, fact.reason, recorded, records.address(fact))


def _runs(run: tuple[Run, ...]) -> list[tuple[str, str]]:
    return [(one.period, "有记录" if one.events else RUNS.get(one.verdict, "没有记录")) for one in run]


def _mends(
    norm: Norm, told: Explanation, found: Finding, reader: Any, tree: list[Placement]
) -> list[MendLine]:
    """What is missing with the forms that the reader may fill in, filled in as far as it is known."""
    today = clock.today()
    lines = []
    for one in told.missing:
        forms: dict[str, str] = {}
        for kind in one.kinds:
            if address := openings.form_of(reader, norm, tree, found, kind, today):
                forms.setdefault(address, f"登记{kind.title}")
        lines.append(MendLine(one.text, list(forms.items())))
    return lines


def _exemption_form(norm: Norm, found: Finding, reader: Any) -> str:
    if found.status not in ("missed", "open") or found.org not in scope.reachable(reader, "exemptions.apply"):
        return ""
    return addresses.exemption(norm, found)
