"""Explains findings from the rows `considered` of the four files; there is no second evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from zhibu.audit.considered import Considered, Looked
from zhibu.audit.engines import Engine, Source
from zhibu.audit.evidence import Evidence, Explanation, Missing, Run, one_for_each
from zhibu.audit.missing import missing
from zhibu.audit.nearby import Nearby
from zhibu.audit.plan import FOREVER, Plan, plan
from zhibu.audit.relations import Asked, Facts, Finding, order
from zhibu.audit.run import Parts, engine_for, findings, sources
from zhibu.audit.stage import Stage
from zhibu.norm.model import Article, Clause, Duty, Norm
from zhibu.norm.sentence import rule

__all__ = ["Evidence", "Explanation", "Missing", "NoSuchFinding", "Run", "explain", "explanations"]

#: How many facts that did not count are shown; those that are the farther from counting come later.
SHOWN = 40
FAR = {"other kind": 2, "other period": 1, "other reference": 1, "breaks the run": 1}


class NoSuchFinding(LookupError):
    """No finding has this duty, subject, period and reference; `refs` are those of the period, several or another."""

    def __init__(self, refs: Iterable[str | None] = ()) -> None:
        self.refs = tuple(refs)
        super().__init__(", ".join(map(str, self.refs)))


def explain(
    norm: Norm,
    facts: Facts | Parts | Source,
    asked: Asked,
    duty: str,
    subject: str,
    period: str,
    ref: str | None = None,
    engine: str | Engine = "sqlite",
    org: str | None = None,
) -> Explanation:
    """The explanation of one finding; `ref` may be left out where the period has only one, `org` likewise.

    Raises NoSuchFinding, UnknownDuty and what the audit raises.
    """
    narrow = replace(asked, duties=(duty,), subjects=(subject,), organizations=None)
    seen: list[Finding] = []
    made = plan(norm, narrow)
    if norm.duties[duty].form == "quota":
        made = made.of_period(period)
    for explainer, found in _staged(made, facts, engine):
        fitting = [one for one in found if (one.duty, one.subject, one.period) == (duty, subject, period)]
        seen += fitting
        exact = [each for each in fitting if each.ref == ref and org in (None, each.org)]
        chosen = exact[:1] or (fitting if len(fitting) == 1 and ref is None else [])
        if chosen:
            return explainer.explanation(chosen[0])
    raise NoSuchFinding(each.ref for each in seen)


def explanations(
    norm: Norm, facts: Facts | Parts | Source, asked: Asked, engine: str | Engine = "sqlite"
) -> Iterator[Explanation]:
    """The explanation of every finding of what is asked, with the facts staged once; sorted part by part.

    Raises what the audit raises.
    """
    for explainer, found in _staged(plan(norm, asked), facts, engine):
        for finding in found:
            yield explainer.explanation(finding)


def _staged(
    made: Plan, facts: Facts | Parts | Source, engine: str | Engine
) -> Iterator[tuple[_Explainer, list[Finding]]]:
    """Part by part: what explains its findings, and these in order."""
    running = engine_for(facts, engine)
    for source in sources(facts, running):
        running.begin(narrow=made.asked.subjects is not None)
        try:
            stage = Stage(running, made, source, everything=True)
            stage.stage()
            found = sorted(findings(stage, made), key=order)
            yield _Explainer(Considered(stage, made)), found
        finally:
            running.end()


def clause_of(norm: Norm, duty: Duty) -> tuple[Article | None, Clause | None]:
    """The article and clause that a duty carries."""
    for article in norm.articles:
        if article.pack == duty.pack and article.id == duty.article:
            found = [
                clause for clause in article.clauses if clause.id == duty.clause or duty.id in clause.duties
            ]
            return article, found[0] if found else None
    return None, None


class _Explainer:
    """Explains the findings of one part of the facts."""

    def __init__(self, considered: Considered) -> None:
        self.considered, self.made = considered, considered.made
        self.norm, self.as_of = self.made.norm, considered.stage.as_of
        self.numbers = considered.stage.numbers
        self.nearby = Nearby(considered)
        self.bases: dict[str, tuple[Article | None, Clause | None, str]] = {}

    def explanation(self, finding: Finding) -> Explanation:
        """The explanation of one finding."""
        duty = self.norm.duties[finding.duty]
        if duty.id not in self.bases:
            self.bases[duty.id] = (*clause_of(self.norm, duty), rule(self.norm, duty))
        article, clause, sentence = self.bases[duty.id]
        base = Explanation(finding, duty, clause, article, sentence, readings=duty.readings)
        read = {
            "quota": self._quota,
            "standing": self._standing,
            "sequence": self._sequence,
            "streak": self._streak,
        }[duty.form]
        found = read(base)
        if finding.status == "exempt":
            facts = self.considered.exemptions.get(finding.subject, [])
            named = [self._fact(fact) for fact in facts if fact.ref in (duty.id, "*")]
            found = replace(found, exemption=tuple(named))
        return replace(found, missing=missing(self.norm, found))

    # ---- the forms ----

    def _quota(self, base: Explanation) -> Explanation:
        duty, finding = base.duty, base.finding
        slot = self.considered.slots[duty.id, finding.period]
        subject = self.considered.subject(finding, slot.by_member, slot.roster, slot.first_day, slot.last_day)
        kinds = frozenset(self.considered.counted_kinds[slot.slot])
        facts = []
        for fact in self.considered.quotas.get((slot.slot, subject), []):
            late = fact.verdict == "counts" and fact.part == "counted" and not fact.timely
            note = ("done late" if fact.happened > slot.due else "recorded late") if late else ""
            facts.append(self._fact(fact, note))
        near = self.nearby.events(finding, slot.by_member, subject, kinds, slot.first_day, slot.last_day)
        settles = date.fromordinal(slot.settles)
        return replace(self._parted(base, facts, near), settles=settles, items=tuple(sorted(kinds)))

    def _standing(self, base: Explanation) -> Explanation:
        duty, finding = base.duty, base.finding
        standing = self.considered.standings[duty.id]
        by_member, today = standing.by_member, self.as_of
        subject = self.considered.subject(finding, by_member, standing.roster, today, today)
        facts = [self._fact(fact) for fact in self.considered.standing.get((duty.id, subject), [])]
        parts = self.considered.standing_kinds[duty.id]
        kinds = frozenset(kind for named in parts.values() for kind in named)
        items = tuple(sorted(parts.get("counted", ())))
        near = self.nearby.states(finding, by_member, subject, kinds)
        return replace(self._parted(base, facts, near), items=items)

    def _sequence(self, base: Explanation) -> Explanation:
        duty, finding = base.duty, base.finding
        happened = date.fromisoformat(finding.period).toordinal()
        anchor = self.considered.anchor(duty, finding, happened)
        moment = self.considered.moment(duty.id, happened)
        groups: dict[int, list[Evidence]] = {}
        others = []
        for group, fact in self.considered.matches.get(anchor.number, []):
            note = ""
            if fact.verdict == "counts" and not fact.timely:
                late = duty.direction == "after" and fact.happened > happened + moment.due_after
                note = "done late" if late else "recorded late"
            told = self._fact(fact, note)
            if fact.verdict == "counts":
                groups.setdefault(group, []).append(told)
            else:
                others.append(told)
        counted = []
        for _, found in sorted(groups.items()):
            first, *rest = sorted(found, key=_in_time_first)
            counted.append(first)
            others += [replace(each, verdict="already counted", note="") for each in rest]
        if moment.capped:
            held = anchor.amount is not None and moment.cap is not None and anchor.amount <= moment.cap
            kind = self.made.kinds[duty.anchors[0]] if duty.anchors else 0
            verdict = "counts" if held else "no amount" if anchor.amount is None else "over the cap"
            own = Looked("cap", kind, 0, anchor.org, anchor.member, happened, happened, None, anchor.amount,
                         anchor.ref, None, verdict)  # fmt: skip
            (counted if held else others).append(self._fact(own))
        known = {_identity(each) for each in (*counted, *others)}
        required = frozenset(kind for group in duty.require for kind in group)
        near = [self._fact(fact) for fact in self.nearby.evidence(anchor, required, happened)]
        others += [fact for fact in near if _identity(fact) not in known]
        settles = date.fromordinal(happened + moment.settles_after)
        return replace(base, counted=tuple(counted), others=_shown(base.finding, others), settles=settles)

    def _streak(self, base: Explanation) -> Explanation:
        duty, finding = base.duty, base.finding
        streak = self.considered.streaks[duty.id]
        subject = self.considered.subject(finding, streak.by_member, streak.roster, self.as_of, self.as_of)
        periods = self.considered.streak_periods[duty.id]
        looked = []
        for number, events, verdict in self.considered.periods.get((duty.id, subject), []):
            _, _, name, first, last, _, _ = periods[number]
            days = date.fromordinal(first), date.fromordinal(last)
            looked.append(Run(name, *days, events, verdict))
        longest: list[Run] = []
        running: list[Run] = []
        for run in looked:
            if run.verdict == "counts":
                running = [] if run.events else [*running, run]
                longest = max(longest, running, key=len)
        shown = tuple(run for run in looked if run.verdict != "too long ago")
        near: list[Looked] = []
        if shown:
            since, until = shown[0].first.toordinal(), shown[-1].last.toordinal()
            near += self.nearby.breaking(streak.by_member, subject, frozenset(duty.kinds), since, until)
            near += self.nearby.excuses(streak.by_member, subject, frozenset(duty.excused), since, until)
        return replace(base, run=tuple(longest), periods=shown, others=_shown(finding, self._facts(near)))

    # ---- facts ----

    def _facts(self, facts: Iterable[Looked]) -> list[Evidence]:
        return [self._fact(fact) for fact in facts]

    def _fact(self, fact: Looked, note: str = "") -> Evidence:
        named = self.numbers.get(fact.kind, "")
        title = self.norm.kinds[named].title if named else ""
        day, happened = date.fromordinal(fact.day), date.fromordinal(fact.happened)
        recorded = date.fromordinal(fact.recorded) if fact.recorded else None
        return Evidence(
            fact.part, named, title, bool(fact.is_state), fact.org, fact.member, day, happened,
            _ended(fact.until), fact.amount, fact.ref, recorded, fact.verdict, note,
        )  # fmt: skip

    def _parted(self, base: Explanation, facts: list[Evidence], near: Iterable[Looked]) -> Explanation:
        """The facts by the sum that they belong to; what did not count, with what lies around."""
        by_part: dict[str, list[Evidence]] = {}
        others = self._facts(near)
        for fact in facts:
            if fact.verdict == "counts":
                by_part.setdefault(fact.part, []).append(fact)
            else:
                others.append(fact)
        measures = {"counted": base.duty.measure}
        if base.duty.ratio:
            measures |= {"numerator": base.duty.ratio[0].measure, "denominator": base.duty.ratio[1].measure}
        kept: dict[str, Any] = {}
        for part, found in by_part.items():
            found, repeats = one_for_each(found, measures.get(part, "sum"))
            kept[part] = tuple(sorted(found, key=_in_order))
            others += repeats
        return replace(base, others=_shown(base.finding, others), **kept)


def _in_order(fact: Evidence) -> tuple[object, ...]:
    return fact.happened, fact.kind, fact.ref or ""


def _in_time_first(fact: Evidence) -> tuple[object, ...]:
    return fact.note != "", *_in_order(fact)


def _identity(fact: Evidence) -> tuple[object, ...]:
    return fact.kind, fact.org, fact.member, fact.happened, fact.ref


def _shown(finding: Finding, facts: list[Evidence]) -> tuple[Evidence, ...]:
    """The facts that did not count, those nearest to counting first."""

    def distance(fact: Evidence) -> tuple[object, ...]:
        return FAR.get(fact.verdict, 0), abs(fact.happened - finding.due), *_in_order(fact)

    return tuple(sorted(facts, key=distance)[:SHOWN])


def _ended(until: int | None) -> date | None:
    return None if until is None or until >= FOREVER else date.fromordinal(until)
