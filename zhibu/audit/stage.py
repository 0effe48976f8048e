"""The loader: facts and plan as typed, indexed temporary tables. The only place with dialect.

Large relations are turned by SQL that all engines share; the tree goes through Python, and so do the few
whose memberships overlap or leave gaps (`owing.py`). Days become running integers here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from zhibu.audit import staging
from zhibu.audit.around import AROUND, kindred
from zhibu.audit.calendar import anniversary
from zhibu.audit.engines import Engine, Needed, Rows, Source
from zhibu.audit.owing import Owing
from zhibu.audit.plan import FOREVER, Plan
from zhibu.audit.tree import Row, Tree, derived_states

#: The columns of the relations; those that are days.
RELATIONS: dict[str, tuple[str, ...]] = {
    "organizations": ("org", "parent", "kind", "category", "name", "since", "until"),
    "memberships": ("member", "org", "status", "category", "since", "until"),
    "events": ("kind", "org", "member", "day", "happened", "amount", "ref", "recorded"),
    "states": ("kind", "org", "member", "since", "until", "amount", "ref", "recorded"),
}
DAYS = frozenset({"since", "until", "day", "happened", "recorded"})


class Stage:
    """The tables of one audit over one part of the facts.

    `everything`: also facts not known on `as_of` and those that lie around, for the explanation.
    """

    def __init__(self, engine: Engine, plan: Plan, source: Source, everything: bool = False) -> None:
        self.engine, self.plan, self.source, self.everything = engine, plan, source, everything
        self.as_of = plan.asked.as_of.toordinal()
        self.known = FOREVER if everything else self.as_of
        self.numbers = {number: kind for kind, number in plan.kinds.items()}
        self.anyway = self._anyway()

    def stage(self) -> None:
        """Stage everything that does not follow from findings."""
        self._plan()
        self._tree()
        self._memberships()
        self._states()
        self._belongings()
        self._facts()

    # ---- the plan ----

    def _plan(self) -> None:
        plan, table = self.plan, self._table
        table("asked", [(self.as_of, plan.asked.first.toordinal())])
        table("slots", plan.slots)
        table("slot_kinds", plan.slot_kinds)
        table("bound_states", plan.bound_states)
        table("standings", plan.standings)
        table("standing_kinds", plan.standing_kinds)
        table("sequences", plan.sequences)
        table("moments", plan.moments)
        table("anchor_kinds", plan.anchor_kinds)
        table("anchor_duties", plan.anchor_duties)
        table("required_kinds", plan.required_kinds)
        table("streaks", plan.streaks)
        table("streak_kinds", plan.streak_kinds)
        table("excuses", plan.excuses)
        needed = sorted(self._needed())
        table("kinds", [(number, self.numbers[number], int(number in self.anyway)) for number in needed])
        table("touched", [(each,) for each in sorted(set(plan.asked.subjects or ()))])
        table("whole_duties", [(each,) for each in plan.asked.whole])
        duties = [duty.id for duty in plan.norm.duties.values()]
        named = [(duty, duty) for duty in duties]
        table("exempt_duties", named + [("*", duty) for duty in duties if not duty.startswith("dues.")])

    def _anyway(self) -> set[int]:
        """The kinds needed whatever their day and whoever's they are: what anchors are matched with."""
        found = {row[0] for row in self.plan.required_kinds}
        found |= {kind for kind, duty in self.plan.anchor_kinds if duty in self.plan.asked.whole}
        return found | {self.plan.kinds[kind] for kind in ("in_use",) if kind in self.plan.kinds}

    def _needed(self) -> set[int]:
        """The kinds that any duty looks at; for an explanation also those that could have been meant."""
        plan = self.plan
        rows = (plan.slot_kinds, plan.streak_kinds, plan.anchor_kinds, plan.required_kinds)
        states = (plan.bound_states, plan.standing_kinds, plan.excuses)
        needed = {row[0] for found in (*rows, *states) for row in found}
        needed |= {plan.kinds[kind] for kind in ("exemption", "in_use") if kind in plan.kinds}
        for set_id, _ in plan.rosters:
            needed |= {plan.kinds[kind] for kind in plan.norm.subjects[set_id].holders}
        if self.everything:
            named = frozenset(self.numbers[number] for number in needed)
            needed |= {plan.kinds[kind] for kind in kindred(plan.norm, named)}
        return needed

    def _periods(self) -> None:
        """Stage the periods of streaks, and the kinds of events with the days on which they are needed."""
        plan = self.plan
        streak_periods = self._streak_periods()
        self._table("streak_periods", streak_periods)
        spans: dict[int, tuple[int, int]] = {}
        by_slot = {slot.slot: (slot.first_day, slot.last_day) for slot in plan.slots}
        by_duty: dict[str, tuple[int, int]] = {}
        for duty, _, _, since, until, _, _ in streak_periods:
            widest = by_duty.get(duty, (since, until))
            by_duty[duty] = (min(since, widest[0]), max(until, widest[1]))
        needed = [(kind, by_slot[slot]) for kind, slot, _ in plan.slot_kinds]
        needed += [(kind, by_duty[duty]) for kind, duty in plan.streak_kinds if duty in by_duty]
        for kind, (since, until) in needed:
            widest = spans.get(kind, (since, until))
            spans[kind] = (min(since, widest[0]), max(until, widest[1]))
        undated = self.anyway | {row[0] for row in plan.anchor_kinds}
        if self.everything and spans:
            first = min(since for since, _ in spans.values()) - AROUND
            last = max(until for _, until in spans.values()) + AROUND
            events = {kind for kind in self._needed() if plan.norm.kinds[self.numbers[kind]].type == "event"}
            spans = dict.fromkeys(events, (max(first, 1), last))
        self.event_kinds = sorted(undated | set(spans))
        self.event_days = {kind: days for kind, days in spans.items() if kind not in undated}
        self._table(
            "event_kinds",
            [
                (
                    kind,
                    self.numbers[kind],
                    *spans.get(kind, (1, 0)),
                    int(kind in undated or self.everything),
                    int(kind in self.anyway),
                )
                for kind in self.event_kinds
            ],
        )

    def _streak_periods(self) -> list[tuple[str, int, str, int, int, int, int]]:
        """Periods of streaks, as far back as a skipped period can make it needed to look.

        A period is skipped only after a belonging ended or while an excuse holds: before the earliest of
        these, no more than `limit` periods count.
        """
        plan = self.plan
        causes = [day for select in staging.SKIPS for (day,) in self.engine.rows(select) if day is not None]
        oldest: dict[str, int] = {}
        for streak in plan.streaks:
            begun = [
                row[1]
                for row in plan.streak_periods
                if row[0] == streak.duty and row[3] <= min(causes, default=0)
            ]
            oldest[streak.duty] = max(begun, default=0) - (streak.most or 1)
        return [row for row in plan.streak_periods if not row[6] or (causes and row[1] >= oldest[row[0]])]

    # ---- organizations and members ----

    def _tree(self) -> None:
        columns = ("org", "parent", "kind", "category", "since", "until")
        found = self._read("organizations", columns)
        self.tree = Tree(Row._make((*given, FOREVER if until is None else until)) for *given, until in found)
        committees = self.tree.committees
        self._table("committees", [(number, org) for org, number in committees.items()])
        self._table(
            "homes_by_id",
            [
                (org, home.since, home.until, committees[home.committee], home.kind)
                for org in self.tree.rows
                for home in self.tree.homes(org)
            ],
        )

    def _memberships(self) -> None:
        select, parameters = self._relation("memberships", ("member", "org", "category", "since", "until"))
        self._derive("member_homes", parameters, source=select, narrow=self._narrow("m"))

    def _states(self) -> None:
        select, parameters = self._relation("states")
        self._table("derived_states", self._derived())
        self._derive(
            "known_states",
            parameters,
            source=select,
            known=self.known,
            as_of=self.as_of,
            narrow=self._narrow("s", "k"),
        )

    def _derived(self) -> list[tuple[object, ...]]:
        """States that the audit derives from organizations, where a standing duty looks at them."""
        wanted = {row[0] for row in self.plan.standing_kinds}
        kinds, committees = self.plan.kinds, self.tree.committees
        return [
            (kinds[state.kind], state.org, committees[state.committee], state.since, state.until, state.ref)
            for state in derived_states(self.tree)
            if kinds.get(state.kind) in wanted
        ]

    # ---- who owes ----

    def _belongings(self) -> None:
        owing = Owing(self.engine, self.plan, self.tree, self.as_of)
        self._table("pack_uses", owing.pack_uses())
        self._table("roster_categories", owing.roster_categories())
        self._table("roster_uses", owing.roster_uses())
        self._table("belongs_rows", list(owing.rows()))
        self._derive(
            "belongs_by_id", narrow=self._narrow("m", orgs=False), narrow_rows=self._narrow("b", "id")
        )
        self._derive("subjects")
        self._derive("belongings")

    # ---- facts ----

    def _facts(self) -> None:
        self._derive("homes")
        self._derive("fact_states")
        self._periods()
        select, parameters = self._relation("events")
        self._derive(
            "fact_events", parameters, source=select, known=self.known, narrow=self._narrow("e", "k")
        )
        self._derive("event_days")
        self._derive("duty_days")
        self._derive("streak_days")
        self._derive("exemptions", exemption=self.plan.kinds.get("exemption", 0), as_of=self.as_of)
        self._derive("exempt_slots")
        self._derive("exempt_today")
        years = sorted(
            {row[4] for row in self.plan.standing_kinds} | {row.years for row in self.plan.moments}
        )
        begun = [row[0] for row in self.engine.rows(staging.BEGUN)] if any(years) else []
        self._table(
            "anniversaries",
            [
                (since, number, anniversary(date.fromordinal(since), number).toordinal())
                for since in begun
                for number in years
                if number
            ],
        )

    def outcomes(self, quota: str) -> None:
        """Stage the findings of quotas, from the text of their file."""
        columns, key = staging.TABLES["outcomes"]
        self.engine.derive("outcomes", columns, quota, key)

    def anchors(self) -> None:
        """Stage the anchors of sequences, after the findings of quotas if there are any, and what can match them."""
        if not self.plan.slots:
            self._table("outcomes", [])
        whole = "a.duty IN (SELECT duty FROM whole_duties)"
        self._derive("anchors", narrow=f"({self._narrow('a', 'subject_id')} OR {whole})")
        self._derive("evidence")

    # ---- ways in ----

    def _table(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        columns, key = staging.TABLES[name]
        self.engine.table(name, columns, rows, key)

    def _derive(self, name: str, parameters: Sequence[object] = (), **values: object) -> None:
        columns, key = staging.TABLES[name]
        select = staging.SELECTS[name]
        for word, value in values.items():
            select = select.replace("{" + word + "}", str(value))
        self.engine.derive(name, columns, select, key, parameters)

    def _narrow(self, row: str, kinds: str = "", orgs: bool = True) -> str:
        """A condition that keeps the rows of the subjects asked for; of kinds needed anyway all."""
        if self.plan.asked.subjects is None:
            return "1 = 1"
        touched = "IN (SELECT id FROM touched)"
        if kinds in ("id", "subject_id"):
            return f"{row}.{kinds} {touched}"
        conditions = [f"{row}.member {touched}"]
        conditions += [f"{row}.org {touched}"] if orgs else []
        conditions += [f"{kinds}.whole = 1"] if kinds else []
        return "(" + " OR ".join(conditions) + ")"

    def _hint(self, name: str) -> Needed:
        """What of a relation is needed."""
        subjects = None if self.plan.asked.subjects is None else frozenset(self.plan.asked.subjects)
        if name not in ("events", "states"):
            return Needed(subjects=subjects)
        found = self.event_kinds if name == "events" else self._needed()
        type_ = name.removesuffix("s")
        named = {self.numbers[number] for number in found}
        kinds = frozenset(kind for kind in named if self.plan.norm.kinds[kind].type == type_)
        anyway = kinds & {self.numbers[number] for number in self.anyway}
        if name == "states":
            return Needed(kinds, subjects, anyway, columns=self._columns())
        days = {
            self.numbers[number]: (date.fromordinal(first), date.fromordinal(last))
            for number, (first, last) in self.event_days.items()
        }
        return Needed(kinds, subjects, anyway, days, self._of_organizations(), self._columns())

    def _of_organizations(self) -> frozenset[str] | None:
        """The kinds of events that an organization's own findings rest on; None: all, for an explanation."""
        if self.everything:
            return None
        plan = self.plan
        slots = {slot.slot for slot in plan.slots if not slot.by_member}
        streaks = {streak.duty for streak in plan.streaks if not streak.by_member}
        found = {kind for kind, slot, _ in plan.slot_kinds if slot in slots}
        found |= {kind for kind, duty in plan.streak_kinds if duty in streaks}
        found |= {kind for kind, _ in plan.anchor_kinds}
        return frozenset(self.numbers[kind] for kind in found)

    def _columns(self) -> tuple[str, ...]:
        """Where the subjects asked for can stand: what only members owe is asked of members, and so on."""
        plan = self.plan
        owed = {bool(one.by_member) for rows in (plan.slots, plan.standings, plan.streaks) for one in rows}
        if plan.sequences or len(owed) != 1:
            return ("member", "org")
        return ("member",) if owed == {True} else ("org",)

    def _relation(self, name: str, columns: tuple[str, ...] | None = None) -> tuple[str, Sequence[object]]:
        """A SELECT of a relation with days as running integers, and its parameters."""
        given, wanted = self.source.relation(name, self._hint(name)), columns or RELATIONS[name]
        kinds = {column: "int" if column in DAYS or column == "amount" else "text" for column in wanted}
        if isinstance(given, Rows):
            self.engine.table(f"given_{name}", kinds, _numbered(given, name, wanted))
        else:
            shown = [f"{self.engine.day(each)} AS {each}" if each in DAYS else each for each in wanted]
            select = f"SELECT {', '.join(shown)} FROM ({given.sql}) AS given"
            if self.plan.asked.subjects is None:
                return select, given.parameters
            # First what a few subjects have is looked up, then it is turned: no planner does both well at once.
            self.engine.derive(f"given_{name}", kinds, select, "", given.parameters)
        return f"SELECT {', '.join(wanted)} FROM given_{name}", ()

    def _read(self, name: str, columns: tuple[str, ...]) -> Iterable[tuple[object, ...]]:
        """The rows of a relation, days as running integers."""
        given = self.source.relation(name, self._hint(name))
        if isinstance(given, Rows):
            return _numbered(given, name, columns)
        return list(self.engine.rows(*self._relation(name, columns)))


def _numbered(given: Rows, name: str, columns: tuple[str, ...]) -> Iterable[tuple[object, ...]]:
    """Rows with days as running integers."""
    places = [(RELATIONS[name].index(column), column in DAYS) for column in columns]
    for row in given.rows:
        yield tuple(
            value.toordinal() if is_day and isinstance(value, date) else value
            for value, is_day in ((row[place], is_day) for place, is_day in places)
        )
