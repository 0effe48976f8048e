"""The audit (检查): findings = audit(norm, facts, asked), the same rows on every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

from zhibu.audit.engines import Engine, Needed, Query, Rows, Source, open_engine
from zhibu.audit.plan import Plan, plan
from zhibu.audit.relations import Asked, Facts, Finding, order
from zhibu.audit.stage import Stage
from zhibu.audit.staging import LISTED
from zhibu.norm.model import Norm


class Parts(Protocol):
    """Facts in parts that share no committee (a bundle), audited one after another."""

    def parts(self, engine: Engine) -> Iterable[Source]: ...


class UnknownOrganization(ValueError):
    """An organization is asked for that no part of the facts has."""


class FactsSource:
    """`Facts` in memory as a source."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def relation(self, name: str, needed: Needed) -> Rows | Query:
        """The rows of one relation, of events and states only those of the kinds and subjects needed."""
        rows = getattr(self.facts, name)
        kinds, subjects, anyway, *_ = needed
        if name in ("events", "states") and kinds is not None:
            rows = (row for row in rows if row[0] in kinds)
        if name in ("events", "states") and subjects is not None:
            rows = (row for row in rows if row[1] in subjects or row[2] in subjects or row[0] in anyway)
        return Rows(rows)


@lru_cache(maxsize=8)
def statement(form: str) -> str:
    """The SQL of a form, unmodified on every engine."""
    return files("zhibu.audit").joinpath(f"{form}.sql").read_text(encoding="utf-8")


def sources(facts: Facts | Parts | Source, engine: Engine) -> Iterable[Source]:
    """The parts of facts, each a source."""
    if isinstance(facts, Facts):
        return [FactsSource(facts)]
    parts: Callable[[Engine], Iterable[Source]] | None = getattr(facts, "parts", None)
    return parts(engine) if parts is not None else [facts]  # type: ignore[list-item]


def engine_for(facts: object, engine: str | Engine) -> Engine:
    """An open engine. Facts that live in a database bring their own, used when that engine is named."""
    if not isinstance(engine, str):
        return engine
    own: Callable[[str], Engine | None] | None = getattr(facts, "engine", None)
    found = own(engine) if callable(own) else None
    return found or open_engine(engine)


def audit(
    norm: Norm, facts: Facts | Parts | Source, asked: Asked, engine: str | Engine = "sqlite"
) -> list[Finding]:
    """All findings of what is asked, sorted by `relations.order`.

    Raises UnknownDuty, UnknownOrganization, UnknownPeriod, TreeRefused, and for bundles FactsRefused.
    """
    return sorted(found(norm, facts, asked, engine), key=order)


def found(
    norm: Norm, facts: Facts | Parts | Source, asked: Asked, engine: str | Engine = "sqlite"
) -> Iterator[Finding]:
    """The same findings one after another, part by part, unsorted: for results too large to hold."""
    made = plan(norm, asked)
    running = engine_for(facts, engine)
    unknown = set(asked.organizations or ())
    for source in sources(facts, running):
        running.begin(narrow=asked.subjects is not None)
        try:
            stage = Stage(running, made, source)
            stage.stage()
            unknown.difference_update(stage.tree.rows)
            yield from findings(stage, made)
        finally:
            running.end()
    if unknown:
        raise UnknownOrganization("、".join(sorted(unknown)))


def findings(stage: Stage, made: Plan) -> Iterator[Finding]:
    """The findings of the staged part."""
    engine = stage.engine
    wanted: set[str] | None = None
    if made.asked.organizations is not None:
        wanted = stage.tree.below(made.asked.organizations, stage.as_of)
    for rows in (_quotas(stage, made), _on_the_day(engine, made), _sequences(stage, made)):
        for row in rows:
            if wanted is None or row.org in wanted:
                yield row


@lru_cache(maxsize=4096)
def _day(number: int) -> date:
    return date.fromordinal(number)


def _quotas(stage: Stage, made: Plan) -> Iterator[Finding]:
    if not made.slots:
        return
    stage.outcomes(statement("quota"))
    for *row, due in stage.engine.rows(LISTED):
        yield Finding._make((*row, _day(due), None))


def _on_the_day(engine: Engine, made: Plan) -> Iterator[Finding]:
    period = made.asked.as_of.isoformat()
    for form, duties in (("standing", made.standings), ("streak", made.streaks)):
        if duties:
            for duty, article, subject, org, required, actual, status, due in engine.rows(statement(form)):
                yield Finding(duty, article, subject, org, period, required, actual, status, _day(due), None)


def _sequences(stage: Stage, made: Plan) -> Iterator[Finding]:
    if not made.sequences:
        return
    stage.anchors()
    for row in stage.engine.rows(statement("sequence")):
        duty, article, subject, org, happened, required, actual, status, due, ref = row
        period = _day(happened).isoformat()
        yield Finding(duty, article, subject, org, period, required, actual, status, _day(due), ref)
