"""The lines of a day: alike things of several organizations are one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from zhibu.desk.addresses import Addresses
from zhibu.desk.calendar.dues import Due
from zhibu.desk.calendar.things import Held, Things
from zhibu.norm.model import Norm
from zhibu.norm.order import article_number
from zhibu.site.wording import short_day

#: The parts of a day in a word; a whole day needs none.
PARTS = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}
#: States of due days in words.
DUE_TITLES = {"missed": "已过期", "open": "到期", "ahead": "将到期"}


@dataclass(frozen=True)
class Line:
    """One line: what, when, where, how it stands. `each`: the organizations of a line that stands for several."""

    kind: str
    state: str
    when: str
    title: str
    address: str
    where: str = ""
    note: str = ""
    each: list[tuple[str, str]] = field(default_factory=list)


class Lines:
    """The lines of every day. `several`: the reader looks at many organizations at once."""

    def __init__(self, norm: Norm, things: Things, several: bool, today: date) -> None:
        self.norm, self.names, self.several, self.today = norm, things.names, several, today
        self.at = Addresses(today, today)
        self.by_day: dict[date, list[Line]] = {}
        #: Of one organization: the kinds of what stands on a day, so that it is not proposed again.
        self.kinds: set[tuple[date, str]] = set()
        for day, line in (*self._held(things.held), *self._terms(things.terms), *self._dues(things.dues)):
            self.by_day.setdefault(day, []).append(line)

        if not several:
            shown = [one for one in things.held if self._state(one) in ("planned", "held")]
            self.kinds = {(one.day, kind) for one in shown for kind in one.kinds}

    def on(self, day: date) -> list[Line]:
        """The lines of a day: activities by time, ends of terms, what falls due."""
        return self.by_day.get(day, [])

    def _held(self, held: Iterable[Held]) -> list[tuple[date, Line]]:
        alike: dict[tuple[object, ...], list[Held]] = {}
        for one in held:
            own = () if self.several else (one.activity.pk,)
            key = (one.day, one.activity.title, self._state(one), self._when(one), one.moved_to, *own)
            alike.setdefault(key, []).append(one)
        return [(found[0].day, self._line(found)) for found in alike.values()]

    def _line(self, found: list[Held]) -> Line:
        one = found[0]
        activity = one.activity
        note = f"顺延到 {short_day(one.moved_to)}" if one.moved_to else ""
        if activity.counts_for and not one.moved_to:
            note = f"计入 {short_day(activity.counts_for)}"
        each = [(self._hosts(other), other.address) for other in found]
        where = each[0][0] if self.several else ""
        place = activity.place if len(found) == 1 else ""
        if len(found) > 1:
            where = f"{len(found)} 次"
        return Line(
            "activity",
            self._state(one),
            self._when(one),
            activity.title,
            one.address if len(found) == 1 else "",
            " ".join(part for part in (where, place) if part),
            note,
            each if len(found) > 1 else [],
        )

    def _hosts(self, one: Held) -> str:
        return "、".join(self.names.get(org, "") for org in one.organizations)

    def _state(self, one: Held) -> str:
        return "moved" if one.moved_to else str(one.activity.status)

    def _when(self, one: Held) -> str:
        if one.moved_to:
            return ""
        return f"{one.start:%H:%M}" if one.start else PARTS.get(one.part, "")

    def _dues(self, dues: Iterable[Due]) -> list[tuple[date, Line]]:
        alike: dict[tuple[date, str, str], list[Due]] = {}
        for due in dues:
            alike.setdefault((due.day, due.duty.id, due.status), []).append(due)
        return [(day, self._due(found)) for (day, *_), found in alike.items()]

    def _due(self, found: list[Due]) -> Line:
        due, count = found[0], sum(one.count for one in found)
        each = [(self.names.get(one.org, ""), self._address(one)) for one in found]
        where = each[0][0] if self.several else ""
        if len(found) > 1:
            where = f"{len(found)} 个党组织"
        elif count > 1:
            people = not self.norm.subjects[due.duty.subjects].is_organization
            where = f"{where} {count} {'人' if people else '项'}".strip()
        return Line(
            "due",
            due.status,
            DUE_TITLES[due.status],
            due.duty.title,
            self._address(due) if len(found) == 1 else self.at.duty(due.duty.id),
            where,
            f"第 {article_number(due.duty.article)} 条",
            each if len(found) > 1 else [],
        )

    def _address(self, due: Due) -> str:
        if due.first is not None and due.count == 1:
            return self.at.finding(due.first)
        return self.at.duty(due.duty.id, due.org)

    def _terms(self, terms: Iterable[tuple[date, str]]) -> list[tuple[date, Line]]:
        return [
            (
                day,
                Line(
                    "term",
                    "missed" if day <= self.today else "open",
                    "届满",
                    self.names.get(org, ""),
                    f"/organizations/{org}/",
                ),
            )
            for day, org in terms
        ]
