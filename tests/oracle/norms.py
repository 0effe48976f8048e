"""Small invented norms: every form and option, from one `Random` (a seeded one, or hypothesis's own)."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from zhibu.norm.model import (
    Bound,
    Calendar,
    Dated,
    Due,
    Duty,
    Kind,
    Norm,
    Pack,
    Parameter,
    Schooldays,
    SubjectSet,
    Term,
)

EVENTS = ("event.a", "event.b", "event.c")
STATES = ("state.a", "state.b", "state.c")
POSTS = ("post.x", "post.y")
DERIVED = (
    "branch",
    "branch.staff",
    "branch.student",
    "branch.retiree",
    "branch.mixed",
    "affiliation",
    "membership",
)
ORGANIZATION_KINDS = ("committee", "general_branch", "branch", "group")
#: Days at which something begins or ends: turns of years, of ISO years, of terms, of months with and without
#: a 29th, of the days by which something is due or settles.
TURNS = tuple(
    date(year, month, day)
    for year in (2024, 2025, 2026)
    for month, day in (
        (1, 1), (1, 4), (1, 5), (1, 10), (1, 11), (2, 28), (3, 1), (3, 31), (4, 1), (4, 10), (5, 31),
        (6, 1), (6, 30), (7, 1), (7, 2), (8, 31), (9, 1), (9, 30), (10, 1), (12, 28), (12, 29), (12, 31),
    )
) + (date(2024, 2, 29), date(2024, 12, 30), date(2025, 12, 29), date(2026, 12, 30))  # fmt: skip


def any_day(random: Random, first: int = 2024, last: int = 2026) -> date:
    """A turning day, or any day of these years."""
    if random.random() < 0.6:
        return random.choice([day for day in TURNS if first <= day.year <= last])
    return date(first, 1, 1) + timedelta(days=random.randrange(365 * (last - first + 1)))


def subject_sets() -> dict[str, SubjectSet]:
    """Every sort of subject set."""
    every = [
        *(SubjectSet(kind, kind, organizations=(kind,)) for kind in ORGANIZATION_KINDS),
        SubjectSet("organisation", "organisation", organizations=ORGANIZATION_KINDS[:3]),
        SubjectSet("member", "member", members=("*",)),
        SubjectSet("retired", "retired", members=("retiree",)),
        SubjectSet("not_retired", "not retired", members=("staff", "student")),
        SubjectSet("in_service", "in service", members=("staff",)),
        SubjectSet("leader", "leader", holders=POSTS),
        SubjectSet("leader_x", "leader", holders=POSTS[:1]),
        SubjectSet("leader_or_not", "leader, member or not", holders=POSTS, member_or_not=True),
        SubjectSet("has_post", "has a post", holders=POSTS, taken_as="organization"),
    ]
    return {group.id: group for group in every}


def kinds() -> dict[str, Kind]:
    """The kinds of the invented norms, open to every organization and member."""

    def kind(id: str, type: str) -> Kind:
        amount = "people" if id in (*EVENTS, *STATES) else None
        return Kind(id, id, type, ORGANIZATION_KINDS, "optional", amount, "ref", "evidence")  # type: ignore[arg-type]

    every = [
        *(kind(id, "event") for id in EVENTS),
        *(kind(id, "state") for id in (*STATES, *POSTS, "in_use", "exemption")),
        *(kind(id, "derived") for id in DERIVED),
    ]
    return {one.id: one for one in every}


WINDOWS = {"theme": ((6, 1), (7, 1)), "turn": ((12, 20), (1, 10)), "leap": ((2, 10), (2, 29))}


def school_calendar(random: Random) -> Calendar:
    """Terms of some of the years, vacations, lost and moved afternoons, windows and spans."""
    spans = {
        "two": (date(2024, 1, random.choice((1, 31))), 2),
        "one": (date(2024, 1, random.choice((29, 30, 31))), 1),
        "five": (date(2023, 8, 31), 5),
    }
    if random.random() < 0.1:
        return Calendar(windows=WINDOWS, spans=spans)
    weekday = random.choice((1, 3, 3, 7))
    terms, vacations = [], []
    for year in random.sample((2024, 2025, 2026), random.choice((1, 3, 3))):
        terms.append(Schooldays(f"{year}-spring", date(year, 2, random.choice((20, 26))), date(year, 6, 30)))
        if random.random() < 0.8:
            vacations.append(Schooldays(f"{year}-summer", date(year, 7, 1), date(year, 8, 31)))
        if random.random() < 0.8:
            last = random.choice((date(year, 12, 31), date(year + 1, 1, random.choice((2, 11)))))
            terms.append(Schooldays(f"{year}-autumn", date(year, 9, 1), last))
    afternoons = [
        term.first + timedelta(days=n)
        for term in terms
        for n in range((term.last - term.first).days + 1)
        if (term.first + timedelta(days=n)).isoweekday() == weekday
    ]
    picked = random.sample(afternoons, min(len(afternoons), 25))
    run = sorted(afternoons)[5:8] if random.random() < 0.5 else []  # most of one month lost
    moved = {day: day + timedelta(days=random.choice((1, 2, -1))) for day in picked[:5] if day not in run}
    lost = {day: "holiday" for day in (*picked[5:], *run) if day not in moved}
    return Calendar(
        study_weekday=weekday,
        weeks_of_teaching_month=random.choice((2, 3, 3, 4)),
        terms=tuple(terms),
        vacations=tuple(vacations),
        lost=lost,
        moved=moved,
        windows=WINDOWS,
        spans=spans,
        source="invented",
    )


UNITS = (
    "week", "month", "quarter", "half", "year", "teaching_week", "teaching_month", "semester",
    "theme", "turn", "leap", "two", "one", "five",
)  # fmt: skip


class NormWriter:
    """Writes duties one after another, each with its own parameters."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.parameters: dict[str, Parameter] = {}
        self.duties: dict[str, Duty] = {}
        self.calendars = {"first": school_calendar(random), "second": school_calendar(random)}

    def parameter(self, values: tuple[int, ...]) -> str:
        """A number: nearly always one value since ever, else begun later, changed, or with a gap."""
        number, shape = len(self.parameters), self.random.random()
        pick = lambda: self.random.choice(values)  # noqa: E731
        turn, later = sorted((any_day(self.random), any_day(self.random)))
        dated: tuple[Dated, ...] = (Dated(date(2000, 1, 1), None, pick(), "text"),)
        if shape < 0.1:
            dated = (Dated(turn, None, pick(), "text"),)
        elif shape < 0.2:
            dated = (Dated(date(2000, 1, 1), turn, pick(), "text"), Dated(turn, None, pick(), "text"))
        elif shape < 0.3:
            dated = (Dated(date(2000, 1, 1), turn, pick(), "text"), Dated(later, None, pick(), "text"))
        elif shape < 0.33:
            dated = ()
        name = f"parameter.{number}"
        self.parameters[name] = Parameter(name, name, "", False, dated)
        return name

    def checklist(self) -> str:
        """A list of kinds, sometimes empty, sometimes begun later."""
        name = f"parameter.{len(self.parameters)}"
        some = [
            tuple(self.random.sample(EVENTS + STATES, self.random.choice((0, 1, 2, 3)))) for _ in range(2)
        ]
        turn = any_day(self.random)
        dated = (Dated(date(2000, 1, 1), turn, some[0], "text"), Dated(turn, None, some[1], "text"))
        if self.random.random() < 0.5:
            dated = dated[1:]
        self.parameters[name] = Parameter(name, name, "", True, dated)
        return name

    def maybe(self, chance: float, values: tuple[int, ...]) -> str | None:
        """A parameter, or none."""
        return self.parameter(values) if self.random.random() < chance else None

    def some(self, pool: tuple[str, ...], most: int = 2) -> tuple[str, ...]:
        """One or more of the pool."""
        return tuple(self.random.sample(pool, self.random.randint(1, min(most, len(pool)))))

    def add(self, form: str) -> Duty:
        """One duty of the form."""
        random = self.random
        id = f"{random.choice(('duty', 'duty', 'dues'))}.{len(self.duties)}"
        pack = random.choice(("first", "first", "second"))
        holds = sorted((any_day(random), any_day(random)))
        common = {
            "id": id,
            "pack": pack,
            "article": random.choice(("1", "2", "10")),
            "clause": "1.1",
            "title": id,
            "form": form,
            "subjects": random.choice(list(subject_sets())),
            "grace": self.maybe(0.3, (0, 3, 30)),
            "holds_from": holds[0] if random.random() < 0.1 else None,
            "holds_until": holds[1] if random.random() < 0.1 else None,
        }
        options = {
            "quota": self.quota,
            "standing": self.standing,
            "sequence": self.sequence,
            "streak": self.streak,
        }[form]()
        duty = Duty(**{**common, **options})  # type: ignore[arg-type]
        self.duties[id] = duty
        return duty

    def compared(self) -> dict[str, object]:
        """Measure and comparison."""
        return {
            "measure": self.random.choice(("count", "count", "days", "kinds", "sum")),
            "compare": self.random.choice(("at_least", "at_least", "at_most", "exactly")),
        }

    def quota(self) -> dict[str, object]:
        """Options of a quota."""
        random = self.random
        options: dict[str, object] = {
            **self.compared(),
            "kinds": self.some(EVENTS, 3),
            "bound": Bound(parameter=self.parameter((0, 1, 1, 2, 3))),
            "period": random.choice(
                (*UNITS, "month", "quarter", "half", "year", "teaching_month", "semester")
            ),
            "due": random.choice((None, None, Due(3, 31), Due(1, 10), Due(2, 29), Due(12, 31))),
            "least": self.maybe(0.2, (0, 1, 2)),
        }
        sort = random.random()
        if sort < 0.15:
            items = self.checklist()
            options |= {"kinds": (), "measure": "kinds", "bound": Bound(all_of=items)}
        elif sort < 0.25:
            options |= {"measure": "sum", "bound": Bound(sum_of=self.some(EVENTS))}
        elif sort < 0.35:
            options |= {"measure": "sum", "bound": Bound(sum_of=self.some(STATES))}
        return options

    def standing(self) -> dict[str, object]:
        """Options of a standing duty."""
        random = self.random
        sort = random.random()
        options: dict[str, object] = {
            **self.compared(),
            "kinds": self.some((*STATES, *POSTS), 3),
            "bound": Bound(parameter=self.parameter((0, 1, 1, 2))),
            "lasts": self.maybe(0.4, (1, 2, 3)),
        }
        if sort < 0.2:
            terms = tuple(Term(random.choice(("count", "sum")), self.some(STATES + POSTS)) for _ in range(2))
            options |= {"ratio": terms, "kinds": (), "bound": Bound(self.parameter((0, 200, 3333, 10000)))}
        elif sort < 0.45:
            measure = random.choice(("count", "kinds"))
            options |= {"kinds": self.some(DERIVED), "measure": measure, "lasts": None}
        elif sort < 0.55:
            options |= {"kinds": (), "measure": "kinds", "bound": Bound(all_of=self.checklist())}
        elif sort < 0.65:
            options |= {"measure": "sum", "bound": Bound(sum_of=self.some(STATES))}
        return options

    def sequence(self) -> dict[str, object]:
        """Options of a sequence."""
        random = self.random
        direction = random.choice(("before", "after", "after", "during", None))
        options: dict[str, object] = {
            "anchors": self.some(EVENTS),
            "direction": direction,
            "match": random.choice((("ref",), ("member",), ("ref", "member"))),
            "cap": self.parameter((0, 1, 2, 3)) if direction is None else self.maybe(0.2, (0, 1, 2, 3)),
        }
        pool = (*STATES, *POSTS) if direction == "during" else EVENTS
        if direction is not None:
            options["require"] = tuple(self.some(pool) for _ in range(random.choice((1, 1, 2))))
        if direction == "before":
            options["lead"] = self.maybe(0.5, (0, 1, 7, 30))
        if direction == "after":
            options["within"] = self.maybe(0.9, (0, 7, 15, 30, 366))
        if direction == "during":
            options["lasts"] = self.maybe(0.5, (1, 2, 3))
        quotas = tuple(id for id, duty in self.duties.items() if duty.form == "quota")
        if direction == "after" and quotas and random.random() < 0.5:
            options |= {"anchors": (), "anchor_duties": self.some(quotas, 3), "cap": None}
        return options

    def streak(self) -> dict[str, object]:
        """Options of a streak."""
        return {
            "kinds": self.some(EVENTS),
            "period": self.random.choice(("week", "month", "month", "quarter", "half", "year", "two")),
            "limit": self.parameter((1, 2, 3, 6)),
            "excused": self.some(STATES) if self.random.random() < 0.5 else (),
        }


def norm(random: Random, forms: tuple[str, ...]) -> Norm:
    """A norm of one duty per form named, in two packs."""
    writer = NormWriter(random)
    for form in forms:
        writer.add(form)
    packs = {
        id: Pack(id, id, "invented", "1", {"1": "one"}, calendar) for id, calendar in writer.calendars.items()
    }
    return Norm(packs, (), writer.duties, kinds(), subject_sets(), writer.parameters, {}, {}, "invented")
