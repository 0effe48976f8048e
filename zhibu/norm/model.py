"""What a norm pack (规范包) says, as plain values: read by `zhibu.norm.read`, asked by everything else.

A pack is data. These classes only hold it and answer the one question that every reader has:
which value does a parameter have on a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

Form = Literal["quota", "standing", "sequence", "streak"]
Measure = Literal["count", "days", "kinds", "sum"]
Compare = Literal["at_least", "at_most", "exactly"]
Direction = Literal["before", "after", "during"]

#: Units that every calendar has, and those that need the pack's school calendar (校历).
COMMON_UNITS = ("week", "month", "quarter", "half", "year")
SCHOOL_UNITS = ("teaching_week", "teaching_month", "semester")


@dataclass(frozen=True)
class Dated:
    """One value of a parameter and the days on which it holds: [first, until), `until` None = still."""

    first: date
    until: date | None
    value: int | tuple[str, ...] | None
    source: str


@dataclass(frozen=True)
class Parameter:
    """A number (参数) or a list of kinds (*checklist*, 清单) with its dates and source."""

    id: str
    title: str
    unit: str
    checklist: bool
    values: tuple[Dated, ...]
    setting: bool = False  # a local setting that a deployment may change (设置), not a number of the text

    def on(self, day: date) -> int | tuple[str, ...] | None:
        """The value in force on `day`; None where there is none (that is `no rule`, 未定标准)."""
        for dated in self.values:
            if dated.first <= day and (dated.until is None or day < dated.until):
                return dated.value
        return None


@dataclass(frozen=True)
class Kind:
    """A kind of fact (事实种类): one row of the table of kinds."""

    id: str
    title: str
    type: Literal["event", "state", "derived"]
    organizations: tuple[str, ...]  # kinds of organization that it may belong to
    member: Literal["required", "optional", "none"]
    amount: str | None  # unit: minutes, fen, people, slots, days; None = no amount
    ref: str  # what the reference is, e.g. activity, case, election, pack, duty; "" = the record itself
    register: str  # the register that records it, e.g. activities, evidence
    articles: tuple[str, ...] = ()  # those whose duties name it, and those the pack adds
    meaning: str = ""  # one line for whoever records it
    group: str = ""  # the heading under which its pack lists it
    sheet: Literal["", "some", "all"] = ""  # one sheet records it for many members; all: ticked at first
    own: bool = False  # members may record it of themselves
    told: bool = False  # whom it names may read its words and files; else only that it is recorded, and when
    verb: str = ""  # who may do this records it too, beside those who write its register

    @property
    def read_verb(self) -> str:
        """Who may do this sees it too: reading of the register that its verb belongs to; "" without a verb."""
        register, dot, _ = self.verb.partition(".")
        return f"{register}.read" if dot else ""


@dataclass(frozen=True)
class SubjectSet:
    """Who owes (责任主体). Exactly one of `organizations`, `members`, `holders` is given.

    organizations: kinds in the tree. members: categories of membership, ("*",) = everyone.
    holders: kinds of states; `taken_as` tells whether the state's org or its member is the subject.
    """

    id: str
    title: str
    organizations: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    taken_as: Literal["organization", "member"] = "member"
    member_or_not: bool = False

    @property
    def is_organization(self) -> bool:
        """True when the subject of a finding is an organization, False when it is a member."""
        return bool(self.organizations) or (bool(self.holders) and self.taken_as == "organization")


@dataclass(frozen=True)
class Bound:
    """What is compared with: a parameter, the sum of another kind's amounts, or `all` of a checklist."""

    parameter: str | None = None
    sum_of: tuple[str, ...] = ()
    all_of: str | None = None  # id of the checklist


@dataclass(frozen=True)
class Term:
    """One term of a ratio: a measure over the states of some kinds."""

    measure: Measure
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Due:
    """The day by which it is due: the first such month and day after the period's last day."""

    month: int
    day: int


@dataclass(frozen=True)
class Duty:
    """A duty (工作要求): one rule that the audit decides by itself. Fields not of its form are empty."""

    id: str
    pack: str
    article: str
    clause: str
    title: str
    subjects: str
    form: Form
    kinds: tuple[str, ...] = ()
    measure: Measure = "count"
    compare: Compare = "at_least"
    bound: Bound = Bound()
    least: str | None = None  # parameter: least amount of each event (quota)
    period: str | None = None  # unit; or a window's or a span's name (quota); month, quarter … (streak)
    due: Due | None = None  # None: the period's last day
    grace: str | None = None  # parameter in days; None: the default of ten
    lasts: str | None = None  # parameter in years (standing; sequence during)
    ratio: tuple[Term, Term] | None = None  # standing: numerator, denominator; bound in basis points
    anchors: tuple[str, ...] = ()  # sequence: kinds of events
    anchor_duties: tuple[str, ...] = ()  # sequence: duties whose missed findings are the anchors
    require: tuple[tuple[str, ...], ...] = ()  # sequence: each group is met by any one of its kinds
    match: tuple[Literal["ref", "member"], ...] = ("ref",)
    direction: Direction | None = None
    lead: str | None = None  # parameter in days (before)
    within: str | None = None  # parameter in days (after); None: no limit
    cap: str | None = None  # parameter: the most that the anchor's own amount may be
    limit: str | None = None  # streak: parameter
    excused: tuple[str, ...] = ()  # streak: states that excuse
    holds_from: date | None = None
    holds_until: date | None = None
    readings: tuple[str, ...] = ()  # ids of readings (口径) that it rests on
    why: str = ""  # what the page says of how to mend it, in an official's words
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Case:
    """An example beside a duty: a sentence, the facts, the day asked, and the findings expected.

    `facts` has the keys organizations, memberships, events, states; each row a mapping of that relation's
    columns, all of them given (the reader fills in the defaults of docs/norm-pack.md). `expect` has the keys
    subject, period, status, actual, required, ref; of them actual, required and ref only where the case
    names them. Status None: no such finding may be there. `zhibu.norm.cases.differences` compares.
    """

    sentence: str
    as_of: date
    facts: Mapping[str, tuple[Mapping[str, object], ...]]
    expect: tuple[Mapping[str, object], ...]
    since: date | None = None


@dataclass(frozen=True)
class Clause:
    """A clause (条款): one sentence of the norm in our own words, and what carries it.

    `id` is article.sentence, e.g. 6.3. At least one of duties, procedures, principle is set.
    """

    id: str
    text: str
    duties: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    principle: str = ""  # the page, register or field that serves it
    fingerprint: str = ""  # of the original sentence, so that a changed text is noticed


@dataclass(frozen=True)
class Article:
    """An article (条) of a pack."""

    id: str
    pack: str
    part: str
    title: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Reading:
    """A question that the text leaves open (口径), with the literal and the proposed reading."""

    id: str
    pack: str
    question: str
    literal: str
    proposed: str
    decided_by: str
    duties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schooldays:
    """A listed term or vacation, both days included. A semester is named after its term, e.g. 2026-autumn."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Calendar:
    """The calendar rows of a pack (校历): everything that is not the same everywhere.

    `lost` are study afternoons without work; `moved` maps a study afternoon to the day that stands in for it
    (it stays a working afternoon of its own week). Windows: (month, day) first and last, both included.
    Spans: months from a start. `titles`: what people call a window. `source` says where the rows come from.
    """

    study_weekday: int | None = None  # ISO, Wednesday = 3
    weeks_of_teaching_month: int | None = None
    terms: tuple[Schooldays, ...] = ()
    vacations: tuple[Schooldays, ...] = ()
    lost: Mapping[date, str] = field(default_factory=dict)
    moved: Mapping[date, date] = field(default_factory=dict)
    windows: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=dict)
    spans: Mapping[str, tuple[date, int]] = field(default_factory=dict)
    source: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """A step of a procedure (程序): who does it, what must stand before, by when, which papers."""

    id: str
    title: str
    who: str
    after: tuple[str, ...] = ()
    deadline: str = ""
    documents: tuple[str, ...] = ()
    source: str = ""
    stage: str = ""  # the part of the procedure that it belongs to, as people call it


@dataclass(frozen=True)
class Procedure:
    """A procedure (程序) of the pack: ordered steps."""

    id: str
    pack: str
    title: str
    article: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Pack:
    """A norm pack: title, issuer, parts in order, its calendar."""

    id: str
    title: str
    issuer: str
    version: str
    parts: Mapping[str, str]
    calendar: Calendar


@dataclass(frozen=True)
class Norm:
    """All packs asked for, joined: what the audit and the pages read. Ids are unique across packs."""

    packs: Mapping[str, Pack]
    articles: tuple[Article, ...]
    duties: Mapping[str, Duty]
    kinds: Mapping[str, Kind]
    subjects: Mapping[str, SubjectSet]
    parameters: Mapping[str, Parameter]
    readings: Mapping[str, Reading]
    procedures: Mapping[str, Procedure]
    fingerprint: str  # of everything in the packs: the norm's version, by which findings are cached

    @cached_property
    def read_verbs(self) -> Mapping[str, tuple[str, ...]]:
        """By register: the verbs with which some of its kinds are seen, beside the register's own."""
        found: dict[str, set[str]] = {}
        for kind in self.kinds.values():
            if kind.read_verb:
                found.setdefault(kind.register, set()).add(kind.read_verb)
        return {register: tuple(sorted(verbs)) for register, verbs in found.items()}

    def calendar_of(self, duty: Duty) -> Calendar:
        """The calendar that the duty's periods are taken from: its own pack's."""
        return self.packs[duty.pack].calendar

    def number(self, parameter: str, day: date) -> int | None:
        """The number that a parameter has on a day; None where no pack gives one."""
        found = self.parameters.get(parameter)
        value = found.on(day) if found else None
        return value if isinstance(value, int) else None
