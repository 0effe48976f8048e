"""What an explanation (说明) holds: the rule, what counted, what did not and why, what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from zhibu.audit.relations import Finding
from zhibu.norm.model import Article, Clause, Duty, Kind

Part = Literal["counted", "bound", "numerator", "denominator", "match", "cap"]

#: Why a fact that was looked at did not count.
REASONS: dict[str, str] = {
    "unknown": "所查之日尚未记录",
    "too little": "数量不足，不计",
    "other period": "不在这一期内",
    "other kind": "事项不同",
    "other committee": "属于另一党委",
    "already counted": "同一天或同一项已计",
    "not begun": "当日尚未开始",
    "ended": "当日已经结束",
    "lapsed": "当日已经届满",
    "not in force": "期末日不在有效期内",
    "too late": "晚于应办日期",
    "too early": "早于所对应的事项",
    "not an event": "应是一次事项，不是持续状态",
    "not a state": "应是持续状态，不是一次事项",
    "other reference": "对应的不是这一件",
    "no amount": "没有登记数额",
    "no branch": "组织关系不在支部，不算编入",
    "over the cap": "超过上限",
    "breaks the run": "这一期有记录，连续期数从下一期算起",
    "excuses": "有正当理由，期间不计",
}

#: Notes on facts that counted, but late.
NOTES: dict[str, str] = {"done late": "补做", "recorded late": "补录"}


@dataclass(frozen=True)
class Evidence:
    """A fact that was looked at. Of a state, `happened` is its first day and `until` its end.

    `verdict` is "counts" or a key of REASONS; `note` "" or a key of NOTES; `part`: which sum it
    belongs to.
    """

    part: Part
    kind: str
    title: str
    is_state: bool
    org: str
    member: str | None
    day: date
    happened: date
    until: date | None
    amount: int | None
    ref: str | None
    recorded: date | None
    verdict: str
    note: str = ""

    @property
    def reason(self) -> str:
        """The verdict, or the note, in Chinese; "" where it simply counted."""
        return REASONS.get(self.verdict, "") or NOTES.get(self.note, "")


@dataclass(frozen=True)
class Run:
    """One period that a streak looked at. `verdict`: counts, excused, not owed, too long ago."""

    period: str
    first: date
    last: date
    events: int
    verdict: str


@dataclass(frozen=True)
class Missing:
    """What would mend it: so much of any of these kinds; each with the register where it is recorded."""

    kinds: tuple[Kind, ...]
    amount: int
    text: str


@dataclass(frozen=True)
class Explanation:
    """A finding, and why.

    `counted` gives `finding.actual`: by `count` its length, by `sum` its amounts, by `days` and `kinds` one
    each; a ratio by `numerator` and `denominator`; a sequence one per kind asked for, and the cap; a streak
    by `run`.
    `bound` are the facts that the bound was summed from. `settles` is the day until which recording is in
    time; `items` the kinds that could count (of a checklist, those listed then).
    """

    finding: Finding
    duty: Duty
    clause: Clause | None
    article: Article | None
    rule: str
    counted: tuple[Evidence, ...] = ()
    bound: tuple[Evidence, ...] = ()
    numerator: tuple[Evidence, ...] = ()
    denominator: tuple[Evidence, ...] = ()
    run: tuple[Run, ...] = ()
    periods: tuple[Run, ...] = ()
    others: tuple[Evidence, ...] = ()
    missing: tuple[Missing, ...] = ()
    settles: date | None = None
    readings: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    exemption: tuple[Evidence, ...] = field(default=())

    @property
    def total(self) -> int | None:
        """What the counted facts give: always `finding.actual`."""
        duty = self.duty
        if duty.form == "streak":
            return len(self.run)
        if duty.form == "sequence":
            return len(self.counted)
        if duty.ratio:
            above = _measure(self.numerator, duty.ratio[0].measure)
            below = _measure(self.denominator, duty.ratio[1].measure)
            return None if below == 0 or self.finding.required is None else above * 10_000 // below
        return _measure(self.counted, duty.measure)


def _measure(facts: tuple[Evidence, ...], measure: str) -> int:
    return sum(fact.amount or 0 for fact in facts) if measure == "sum" else len(facts)


def one_for_each(facts: list[Evidence], measure: str) -> tuple[list[Evidence], list[Evidence]]:
    """For `days` and `kinds`: one fact for each, those in time first; and the others, as already counted."""
    if measure not in ("days", "kinds"):
        return facts, []
    kept: dict[object, Evidence] = {}
    others = []
    for fact in sorted(facts, key=lambda each: (each.note != "", each.happened, each.kind, each.ref or "")):
        item = fact.day if measure == "days" else fact.kind
        if item in kept:
            others.append(replace(fact, verdict="already counted", note=""))
        else:
            kept[item] = fact
    return list(kept.values()), others
