"""What the address of the calendar asks for. Nonsense is said and left out. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from zhibu.desk.calendar.things import KINDS

VIEWS = ("month", "week")
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Asked:
    """The view and its day, and what it is narrowed to."""

    view: str
    day: date
    organization: str
    kinds: frozenset[str]
    mine: bool

    def address(self, view: str | None = None, day: date | None = None) -> str:
        """This page with another view or day; empty past the years that are shown."""
        to = day or self.day
        if not FIRST_YEAR <= to.year <= LAST_YEAR:
            return ""
        return "?" + urlencode([("view", view or self.view), ("day", to.isoformat()), *self._narrowing()])

    def all_address(self) -> str:
        """This page with nothing narrowed; empty where nothing is."""
        if not self._narrowing():
            return ""
        return "?" + urlencode([("view", self.view), ("day", self.day.isoformat())])

    def _narrowing(self) -> list[tuple[str, str]]:
        given = [("organization", self.organization)] if self.organization else []
        if self.kinds != frozenset(KINDS):
            given += [("kind", key) for key in KINDS if key in self.kinds]
        return given + ([("mine", "1")] if self.mine else [])


def read(given: QueryDict, today: date, places: Collection[str]) -> tuple[Asked, list[str]]:
    """What is asked for, and what was wrong with it in words."""
    notices: list[str] = []
    view = given.get("view", "month")
    if view not in VIEWS:
        notices.append(f"日历没有“{view[:20]}”这种看法，按月显示。")
        view = "month"
    organization = given.get("organization", "")
    if organization and organization not in places:
        notices.append("没有这个党组织，或不在您的范围内，显示全部。")
        organization = ""
    kinds = frozenset(given.getlist("kind")) & frozenset(KINDS)
    if given.getlist("kind") and not kinds:
        notices.append("没有这类内容，显示全部。")
    asked = Asked(view, _day(given, today, notices), organization, kinds or frozenset(KINDS), "mine" in given)
    return asked, notices


def _day(given: QueryDict, today: date, notices: list[str]) -> date:
    text = given.get("day", "")
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        notices.append(f"“{text[:20]}”不是日期，显示今天。")
        return today
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        notices.append(f"日历只到 {FIRST_YEAR}—{LAST_YEAR} 年，显示今天。")
        return today
    return day
