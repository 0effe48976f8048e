"""What happened in the demo's year of any pack, drawn from its duties: when, of whom, how much, how late. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from zhibu.audit.plan import periods_of
from zhibu.norm.model import Duty, Kind, Norm

#: Of a hundred: done in time, done late, the rest not at all.
IN_TIME, LATE = 87, 7
#: Papers that the register of activities writes with an activity.
PAPERS = {"activity.plan": "plan", "activity.record": "record"}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stroke:
    """One record. `about`: the key of the stroke that it refers to; `papers`: what an activity has beside it."""

    key: str
    kind: str
    org: str
    day: date
    recorded: date
    member: str = ""
    counts_for: date | None = None
    amount: int | None = None
    ref: str = ""
    about: str = ""
    papers: tuple[str, ...] = ()


def strokes(
    norm: Norm,
    places: Sequence[tuple[str, str]],
    people: Mapping[str, Sequence[str]],
    posts: Sequence[tuple[str, str, str]],
    began: date,
    today: date,
    random: Random,
) -> list[Stroke]:
    """All of them, in the order in which they were recorded.

    `places`: id and kind; `people`: by branch; `posts`: kind of the state, organization, member.
    """
    drawn = _Drawn(norm, places, people, posts, began, today, random)
    drawn.holders()
    for duty in sorted(norm.duties.values(), key=lambda one: one.id):
        if duty.form == "standing":
            drawn.standing(duty)
        elif duty.form == "quota" and duty.compare != "at_most":
            drawn.quota(duty)
    for duty in sorted(norm.duties.values(), key=lambda one: one.id):
        if duty.form == "sequence":
            drawn.sequence(duty)
    order = {stroke.key: place for place, stroke in enumerate(drawn.found)}
    return sorted(drawn.found, key=lambda stroke: (stroke.recorded, bool(stroke.about), order[stroke.key]))


class _Drawn:
    """The strokes found so far; each kind of an organization or member is drawn for one duty only."""

    def __init__(
        self,
        norm: Norm,
        places: Sequence[tuple[str, str]],
        people: Mapping[str, Sequence[str]],
        posts: Sequence[tuple[str, str, str]],
        began: date,
        today: date,
        random: Random,
    ) -> None:
        self.norm, self.places, self.people, self.posts = norm, places, people, posts
        self.began, self.today, self.random = began, today, random
        self.found: list[Stroke] = []
        self.taken: set[tuple[str, str]] = set()  # kind, and whose it is

    def holders(self) -> None:
        """States that make somebody a subject, where they are entered as evidence: of every other member."""
        for subject in self.norm.subjects.values():
            for kind in subject.holders:
                if self.norm.kinds[kind].register != "evidence":
                    continue
                for org, people in self.people.items():
                    for member in people[::2] if self._may(self.norm.kinds[kind], org) else ():
                        if (kind, member) not in self.taken:
                            self.taken.add((kind, member))
                            self._add(kind, org, self.began, self.began, member)

    def standing(self, duty: Duty) -> None:
        """The states that a duty asks for, since the first day: of most, and of some one fewer."""
        kinds = duty.kinds
        many = self._bound(duty, self.today)
        if duty.ratio is not None or many is None or any(k not in self._recordable() for k in kinds):
            return
        each = kinds if duty.measure == "kinds" else kinds[:1] * min(many, 9)
        for org, member in self._subjects(duty):
            if any((kind, member or org) in self.taken for kind in kinds):
                continue
            self.taken.update((kind, member or org) for kind in kinds)
            short = self.random.randrange(100) >= IN_TIME
            for number, kind in enumerate(each[1:] if short else each, 1):
                person = member or next(iter(self.people.get(org, ())), "")
                about = f"{kind.rsplit('.', 1)[-1]}-{number}"
                self._add(kind, org, self.began, self.began, person, ref=about)

    def quota(self, duty: Duty) -> None:
        """The events that a duty asks for, period by period."""
        kinds = [kind for kind in duty.kinds if kind in self._recordable()]
        if not kinds or duty.bound.sum_of or any((kind, duty.id) in self.taken for kind in kinds):
            return
        if any(kind == known for kind in kinds for known, owner in self.taken if owner.startswith("duty:")):
            return
        self.taken.update((kind, f"duty:{duty.id}") for kind in kinds)
        for period in periods_of(self.norm, duty, self.began, self.today):
            if period.first < self.began or period.first > self.today or period.no_rule:
                continue
            for org, member in self._subjects(duty):
                self._period(duty, kinds, org, member, period.first, period.last)

    def _period(
        self, duty: Duty, kinds: Sequence[str], org: str, member: str, first: date, last: date
    ) -> None:
        many, fate = self._bound(duty, last), self.random.randrange(100)
        if many is None or many > 40 and duty.measure != "sum":
            return
        one = self.norm.kinds[kinds[0]]
        whole = duty.measure == "sum" and one.amount not in (None, "slots")
        count = 1 if whole else len(kinds) if duty.measure == "kinds" else many
        for number in range(count):
            kind = kinds[number % len(kinds)]
            day = first + (last - first) * (number + 1) // (count + 1)
            counts_for = None
            if fate >= IN_TIME and number == count - 1:
                if fate >= IN_TIME + LATE:
                    continue  # the last one is not there
                counts_for, day = day, last + timedelta(days=12 + self.random.randrange(8))
            recorded = day + timedelta(days=self.random.choice((0, 0, 1, 2)))
            if recorded > self.today:
                continue
            amount = many if whole else 3000 if one.amount == "fen" else 1 if one.amount else None
            self._add(kind, org, day, recorded, member, counts_for=counts_for, amount=amount)

    def sequence(self, duty: Duty) -> None:
        """What goes with each anchor: papers of an activity, or evidence about it."""
        for anchor in [stroke for stroke in self.found if stroke.kind in duty.anchors]:
            for group in duty.require:
                kind = group[0]
                forgotten = self.random.randrange(100) >= IN_TIME + LATE
                if kind in PAPERS:
                    self._with_paper(anchor, () if forgotten else (PAPERS[kind],))
                elif kind in self._recordable() and "ref" in duty.match and not forgotten:
                    days = timedelta(days=self._days(duty, anchor.day))
                    day = anchor.day - days if duty.direction == "before" else anchor.day + days
                    recorded = max(day, anchor.recorded)
                    if recorded <= self.today:
                        self._add(kind, anchor.org, day, recorded, anchor.member, about=anchor.key)

    def _with_paper(self, anchor: Stroke, papers: tuple[str, ...]) -> None:
        place = next(n for n, one in enumerate(self.found) if one.key == anchor.key)
        one = self.found[place]
        self.found[place] = Stroke(**{**vars(one), "papers": (*one.papers, *papers)})

    def _days(self, duty: Duty, day: date) -> int:
        name = duty.lead if duty.direction == "before" else duty.within
        value = self.norm.parameters[name].on(day) if name else 0
        return value if isinstance(value, int) else 0

    def _add(self, kind: str, org: str, day: date, recorded: date, member: str = "", **more: object) -> None:
        needs = self.norm.kinds[kind].member != "none"
        self.found.append(
            Stroke(f"s{len(self.found):05}", kind, org, day, recorded, member if needs else "", **more)  # type: ignore[arg-type]
        )

    def _recordable(self) -> set[str]:
        """The kinds that people enter in the two registers of work."""
        return {
            kind.id
            for kind in self.norm.kinds.values()
            if kind.register == "evidence"
            or (kind.register == "activities" and kind.member != "required" and kind.id not in PAPERS)
        }

    def _bound(self, duty: Duty, day: date) -> int | None:
        if duty.bound.all_of:
            items = self.norm.parameters[duty.bound.all_of].on(day)
            return len(items) if isinstance(items, tuple) else None
        value = self.norm.parameters[duty.bound.parameter].on(day) if duty.bound.parameter else None
        return value if isinstance(value, int) else None

    def _may(self, kind: Kind, org: str) -> bool:
        return dict(self.places).get(org) in kind.organizations

    def _subjects(self, duty: Duty) -> Iterator[tuple[str, str]]:
        """Organization and member (empty: the organization itself) of those who owe the duty."""
        subject = self.norm.subjects[duty.subjects]
        if subject.organizations:
            yield from ((org, "") for org, kind in self.places if kind in subject.organizations)
            return
        if subject.holders:
            held = [*self.posts, *((one.kind, one.org, one.member) for one in self.found)]
            pairs = [(org, member) for kind, org, member in held if kind in subject.holders]
            of_organizations = subject.taken_as == "organization"
            yield from dict.fromkeys(
                (org, "") if of_organizations else (org, member) for org, member in pairs
            )
        elif subject.members in (("*",), ("staff",)):
            yield from ((org, member) for org, people in self.people.items() for member in people)
