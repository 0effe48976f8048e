"""Explains a finding from the rows `considered` of the four files; there is no second evaluator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import Any

from zhibu.audit.engines import Engine, Source
from zhibu.audit.evidence import Evidence, Explanation, Missing, Part, Run, without_repeats
from zhibu.audit.missing import missing
from zhibu.audit.plan import FOREVER, Plan, plan
from zhibu.audit.relations import Asked, Facts, Finding, order
from zhibu.audit.run import Parts, engine_for, findings, sources, statement
from zhibu.audit.stage import Stage
from zhibu.norm.model import Article, Clause, Duty, Norm

__all__ = ["Evidence", "Explanation", "Missing", "NoSuchFinding", "Run", "explain"]

#: How many days around a period facts are looked for, and how many that did not count are shown.
AROUND, SHOWN = 45, 40


class NoSuchFinding(LookupError):
    """No finding, or more than one, has this duty, subject, period and reference."""


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
    made = plan(norm, replace(asked, duties=(duty,), subjects=(subject,), organizations=None))
    running = engine_for(facts, engine)
    seen: list[Finding] = []
    for source in sources(facts, running):
        running.begin()
        try:
            stage = Stage(running, made, source, everything=True)
            stage.stage()
            fitting = [
                found
                for found in sorted(findings(stage, made), key=order)
                if found.duty == duty and found.subject == subject and found.period == period
            ]
            seen += fitting
            exact = [each for each in fitting if each.ref == ref and org in (None, each.org)]
            chosen = exact[:1] or (fitting if len(fitting) == 1 and ref is None else [])
            if chosen:
                return _Reader(stage, made, norm.duties[duty], chosen[0]).explanation()
        finally:
            running.end()
    if seen:
        raise NoSuchFinding("、".join(str(each.ref) for each in seen))
    raise NoSuchFinding(f"{duty} {subject} {period}")


def _rule(norm: Norm, duty: Duty) -> str:
    """The duty as a sentence; its title where the norm's room has no sentences yet."""
    try:
        return str(import_module("zhibu.norm.sentence").rule(norm, duty))
    except ModuleNotFoundError:
        return duty.title


def clause_of(norm: Norm, duty: Duty) -> tuple[Article | None, Clause | None]:
    """The article and clause that a duty carries."""
    for article in norm.articles:
        if article.pack == duty.pack and article.id == duty.article:
            found = [
                clause for clause in article.clauses if clause.id == duty.clause or duty.id in clause.duties
            ]
            return article, found[0] if found else None
    return None, None


class _Reader:
    """Reads one finding's rows of the staged tables."""

    def __init__(self, stage: Stage, made: Plan, duty: Duty, finding: Finding) -> None:
        self.stage, self.made, self.duty, self.finding = stage, made, duty, finding
        self.norm, self.engine = made.norm, stage.engine
        self.by_member = 0 if duty.form == "sequence" else made.by_member(duty)
        self.counted_kinds: set[str] = set()

    def explanation(self) -> Explanation:
        article, clause = clause_of(self.norm, self.duty)
        base = Explanation(
            self.finding, self.duty, clause, article, _rule(self.norm, self.duty), readings=self.duty.readings
        )
        read = {
            "quota": self._quota,
            "standing": self._standing,
            "sequence": self._sequence,
            "streak": self._streak,
        }[self.duty.form]
        found = read(base)
        if self.finding.status == "exempt":
            found = replace(found, exemption=tuple(self._exemptions()))
        return replace(found, missing=missing(self.norm, found))

    # ---- the forms ----

    def _quota(self, base: Explanation) -> Explanation:
        slot = next(
            each
            for each in self.made.slots
            if (each.duty, each.period) == (self.duty.id, self.finding.period)
        )
        subject = self._subject(slot.roster, slot.first_day, slot.last_day)
        rows = self._considered(
            "quota",
            "part, kind, is_state, org, member, day, happened, amount, ref, recorded, verdict",
            f"slot = {slot.slot} AND subject = {subject}",
        )
        facts = []
        for part, kind, is_state, org, member, day, happened, amount, ref, recorded, verdict in rows:
            note = ""
            if verdict == "counts" and part == "counted":
                note = (
                    "done late" if happened > slot.due else "recorded late" if recorded > slot.settles else ""
                )
            since, until = (day, happened) if is_state else (happened, None)
            facts.append(
                self._fact(
                    part, kind, org, member, day, since, until, amount, ref, recorded, verdict, note, is_state
                )
            )
        self.counted_kinds = {self.stage.numbers[kind] for kind, number, part in self.made.slot_kinds
                              if number == slot.slot and part == "counted"}  # fmt: skip
        near = self._events_around(subject, slot.first_day, slot.last_day)
        settles = date.fromordinal(slot.settles)
        items = tuple(sorted(self.counted_kinds))
        return replace(self._parted(base, facts, near), settles=settles, items=items)

    def _standing(self, base: Explanation) -> Explanation:
        roster = next(each.roster for each in self.made.standings if each.duty == self.duty.id)
        subject = self._subject(roster, self.stage.as_of, self.stage.as_of)
        rows = self._considered(
            "standing",
            "part, kind, org, member, since, until, lapses, amount, ref, recorded, verdict",
            f"subject = {subject}",
        )
        facts = []
        for part, kind, org, member, since, until, lapses, amount, ref, recorded, verdict in rows:
            ends = lapses if until == FOREVER and lapses is not None else until
            facts.append(
                self._fact(part, kind, org, member, since, since, ends, amount, ref, recorded, verdict, "", 1)
            )
        self.counted_kinds = {self.stage.numbers[row[0]] for row in self.made.standing_kinds}
        items = tuple(
            sorted({self.stage.numbers[row[0]] for row in self.made.standing_kinds if row[2] == "counted"})
        )
        return replace(self._parted(base, facts, self._states_around(subject)), items=items)

    def _sequence(self, base: Explanation) -> Explanation:
        happened = date.fromisoformat(self.finding.period).toordinal()
        anchors = self.engine.rows(
            "SELECT anchor, subject_id, org, member, ref, amount, committee FROM anchors"
            f" WHERE happened = {happened}"
        )
        anchor, _, org, member, ref, amount, committee = next(
            row for row in anchors
            if (row[1], row[2], row[4]) == (self.finding.subject, self.finding.org, self.finding.ref)
        )  # fmt: skip
        moment = next(
            each for each in self.made.moments if (each.duty, each.happened) == (self.duty.id, happened)
        )
        rows = self._considered(
            "sequence",
            "grp, kind, is_state, org, member, since, until, lapses, amount, ref, recorded, verdict, timely",
            f"anchor = {anchor}",
        )
        groups: dict[int, list[Evidence]] = {}
        others = []
        for (
            grp,
            kind,
            is_state,
            place,
            who,
            since,
            until,
            lapses,
            number,
            other,
            recorded,
            verdict,
            timely,
        ) in rows:
            ends = lapses if until == FOREVER and lapses is not None else until
            note = ""
            if verdict == "counts" and not timely:
                late = self.duty.direction == "after" and since > moment.due
                note = "done late" if late else "recorded late"
            fact = self._fact(
                "match",
                kind,
                place,
                who,
                since,
                since,
                ends,
                number,
                other,
                recorded,
                verdict,
                note,
                is_state,
            )
            if verdict == "counts":
                groups.setdefault(grp, []).append(fact)
            else:
                others.append(fact)
        counted = []
        for _, found in sorted(groups.items()):
            first, *rest = sorted(
                found, key=lambda each: (each.note != "", each.happened, each.kind, each.ref or "")
            )
            counted.append(first)
            others += [replace(each, verdict="already counted", note="") for each in rest]
        if moment.capped and amount is not None and moment.cap is not None and amount <= moment.cap:
            kind = self.made.kinds[self.duty.anchors[0]] if self.duty.anchors else 0
            counted.append(
                self._fact(
                    "cap", kind, org, member, happened, happened, None, amount, ref, None, "counts", "", 0
                )
            )
        self.counted_kinds = {kind for group in self.duty.require for kind in group}
        known = {(each.kind, each.org, each.member, each.happened, each.ref) for each in (*counted, *others)}
        near = [
            fact
            for fact in self._evidence_around(committee, org, member, happened)
            if (fact.kind, fact.org, fact.member, fact.happened, fact.ref) not in known
        ]
        settles = date.fromordinal(moment.settles)
        return replace(base, counted=tuple(counted), others=self._shown(others + near), settles=settles)

    def _streak(self, base: Explanation) -> Explanation:
        streak = next(each for each in self.made.streaks if each.duty == self.duty.id)
        subject = self._subject(streak.roster, self.stage.as_of, self.stage.as_of)
        periods = {row[1]: row for row in self.made.streak_periods if row[0] == self.duty.id}
        looked = []
        for number, events, verdict in sorted(
            self._considered("streak", "number, events, verdict", f"subject = {subject}")
        ):
            _, _, name, first, last, _, _ = periods[number]
            looked.append(Run(name, date.fromordinal(first), date.fromordinal(last), events, verdict))
        longest: list[Run] = []
        running: list[Run] = []
        for run in looked:
            if run.verdict != "counts":
                continue
            running = [] if run.events else [*running, run]
            longest = max(longest, running, key=len)
        self.counted_kinds = set(self.duty.kinds)
        shown = [run for run in looked if run.verdict != "too long ago"]
        near: list[Evidence] = []
        if shown:
            near = self._events_around(
                subject, shown[0].first.toordinal(), shown[0].first.toordinal() - 1, shown[-1].last
            )
        return replace(base, run=tuple(longest), periods=tuple(shown), others=self._shown(near))

    # ---- reading ----

    def _considered(self, form: str, columns: str, condition: str) -> Iterable[tuple[Any, ...]]:
        """Rows of `considered` of a form's file: the same statement with another last SELECT."""
        head = statement(form).rpartition("\nSELECT\n")[0]
        return list(self.engine.rows(f"{head}\nSELECT {columns} FROM considered WHERE {condition}"))

    def _subject(self, roster: int, first: int, last: int) -> int:
        """The number of the subject that owes for the period (its id may stand under two committees)."""
        rows = self.engine.rows(
            "SELECT s.subject, s.id, b.org FROM subjects AS s"
            " INNER JOIN belongings AS b ON s.subject = b.subject"
            f" WHERE s.by_member = {self.by_member} AND b.roster = {roster}"
            f" AND b.since <= {last} AND {last} < b.until"
            f" AND b.first_from <= {first} AND {first} < b.first_until"
        )
        return int(min(row[0] for row in rows if row[1:] == (self.finding.subject, self.finding.org)))

    def _fact(
        self, part: Part, kind: int, org: str, member: str | None, day: int, happened: int, until: int | None,
        amount: int | None, ref: str | None, recorded: int | None, verdict: str, note: str, is_state: int,
    ) -> Evidence:  # fmt: skip
        named = self.stage.numbers.get(kind, "")
        return Evidence(
            part, named, self.norm.kinds[named].title if named else "", bool(is_state), org, member,
            date.fromordinal(day), date.fromordinal(happened), _ended(until), amount, ref,
            date.fromordinal(recorded) if recorded else None, verdict, note,
        )  # fmt: skip

    def _parted(self, base: Explanation, facts: list[Evidence], near: list[Evidence]) -> Explanation:
        """The facts by the sum that they belong to; what did not count, with what lies around."""
        by_part: dict[str, list[Evidence]] = {}
        others = list(near)
        for fact in facts:
            if fact.verdict == "counts":
                by_part.setdefault(fact.part, []).append(fact)
            else:
                others.append(fact)
        measures = {"counted": self.duty.measure}
        if self.duty.ratio:
            measures |= {"numerator": self.duty.ratio[0].measure, "denominator": self.duty.ratio[1].measure}
        kept: dict[str, Any] = {}
        for part, found in by_part.items():
            found, repeats = without_repeats(found, measures.get(part, "sum"))
            kept[part] = tuple(sorted(found, key=lambda each: (each.happened, each.kind, each.ref or "")))
            others += repeats
        return replace(base, others=self._shown(others), **kept)

    def _shown(self, facts: list[Evidence]) -> tuple[Evidence, ...]:
        """The facts that did not count, those nearest to counting first."""
        far = {"other kind": 2, "other period": 1, "other reference": 1}
        ordered = sorted(
            facts, key=lambda each: (far.get(each.verdict, 0), each.happened, each.kind, each.ref or "")
        )
        return tuple(ordered[:SHOWN])

    def _events_around(
        self, subject: int, first: int, last: int, until: date | None = None
    ) -> list[Evidence]:
        """Events of the subject of the same kinds on other days, of kindred kinds on the period's days."""
        column = "member_subject" if self.by_member else "org_subject"
        from_day, to_day = first - AROUND, (until.toordinal() if until else last) + AROUND
        found = []
        for kind, org, member, day, happened, amount, ref, recorded, who in self.engine.rows(
            f"SELECT kind, org, member, day, happened, amount, ref, recorded, {column} FROM fact_events"
            f" WHERE day >= {from_day} AND day <= {to_day}"
        ):
            named, inside = self.stage.numbers[kind], first <= day <= last
            same = named in self.counted_kinds
            if recorded > self.stage.as_of and not inside:
                continue
            if who == subject and same and not inside:
                verdict = "counts" if until else "other period"
            elif who == subject and inside and self._kindred(named):
                verdict = "other kind"
            elif who != subject and self.by_member and same and inside and member == self.finding.subject:
                verdict = "other committee"
            else:
                continue
            found.append(
                self._fact(
                    "counted", kind, org, member, day, happened, None, amount, ref, recorded, verdict, "", 0
                )
            )
        return found

    def _states_around(self, subject: int) -> list[Evidence]:
        """States of kindred kinds of the subject in force on the day."""
        column = "member_subject" if self.by_member else "org_subject"
        found = []
        for kind, org, member, since, until, amount, ref, recorded in self.engine.rows(
            f"SELECT kind, org, member, since, until, amount, ref, recorded FROM fact_states"
            f" WHERE {column} = {subject} AND since <= {self.stage.as_of} AND until > {self.stage.as_of}"
            f" AND recorded <= {self.stage.as_of}"
        ):
            if self._kindred(self.stage.numbers[kind]):
                found.append(
                    self._fact("counted", kind, org, member, since, since, until, amount, ref, recorded,
                               "other kind", "", 1)
                )  # fmt: skip
        return found

    def _evidence_around(self, committee: int, org: str, member: str | None, happened: int) -> list[Evidence]:
        """Facts of the kinds asked for, of the same subject, that belong to something else."""
        found = []
        for is_state, kind, place, who, ref, since, until, amount, recorded in self.engine.rows(
            "SELECT is_state, kind, org, member, ref, since, until, amount, recorded FROM evidence WHERE"
            f" committee = {committee} AND since >= {happened - AROUND} AND since <= {happened + AROUND}"
        ):
            if (member or org) == (who if member else place) and recorded <= self.stage.as_of:
                found.append(
                    self._fact("match", kind, place, who, since, since, until, amount, ref, recorded,
                               "other reference", "", is_state)
                )  # fmt: skip
        return found

    def _exemptions(self) -> list[Evidence]:
        kind = self.made.kinds["exemption"]
        found = []
        for org, member, since, until, ref, recorded in self.engine.rows(
            f"SELECT org, member, since, until, ref, recorded FROM known_states WHERE kind = {kind}"
            f" AND recorded <= {self.stage.as_of}"
        ):
            if ref in (self.duty.id, "*") and self.finding.subject == (member or org):
                found.append(
                    self._fact(
                        "counted",
                        kind,
                        org,
                        member,
                        since,
                        since,
                        until,
                        None,
                        ref,
                        recorded,
                        "counts",
                        "",
                        1,
                    )
                )
        return found

    def _kindred(self, kind: str) -> bool:
        """Whether a kind could have been meant: of the same stem and register, and not itself counted."""
        if kind in self.counted_kinds or not self.counted_kinds:
            return False
        stems = {(each.partition(".")[0], self.norm.kinds[each].register) for each in self.counted_kinds}
        found = self.norm.kinds[kind]
        member = {self.norm.kinds[each].member for each in self.counted_kinds}
        return (kind.partition(".")[0], found.register) in stems and found.member in member


def _ended(until: int | None) -> date | None:
    return None if until is None or until >= FOREVER else date.fromordinal(until)
