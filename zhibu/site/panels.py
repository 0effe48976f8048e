"""What the page of an organization or a person shows from other rooms (栏).

Each room offers its own panels when it is ready, so that registers need not know each other and everything
about a branch or a person stands on one page:

    panels.offer("organization", Panel("activities", "活动", 40, "activities/panel.html", opens, shown, first))

A panel without a tab of its own stands on the first one. Whatever it shows, it asks a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest

from zhibu.site import clock

#: Earlier years are offered back to the first record, at most so many.
MOST_YEARS = 12
#: The tab that stands first: the page's own.
FIRST_TAB = ""
#: The tab that the button 打印 of the page's head opens.
PRINT_TAB = "documents"


@dataclass(frozen=True)
class Asked:
    """What a panel is asked for: who reads, about whom, which year, as of which day."""

    reader: Any
    subject: Any
    year: int
    day: date
    today: date

    @property
    def is_past(self) -> bool:
        """True for an earlier year than today's."""
        return self.year < self.today.year


@dataclass(frozen=True)
class Panel:
    """One panel. `opens`: may the reader see it there; `shown`: what its template gets as `panel`.

    `first`: the day of the first record about the subject, or None. `place`: the order of the tabs.
    """

    key: str
    title: str
    place: int
    template: str
    opens: Callable[[Any, Any], bool]
    shown: Callable[[Asked], Mapping[str, Any]]
    first: Callable[[Any], date | None] | None = None
    tab: bool = True


_offers: dict[str, dict[str, Panel]] = {}


def offer(page: str, panel: Panel) -> None:
    """Offer a panel for a page (organization, member)."""
    _offers.setdefault(page, {})[panel.key] = panel


@dataclass(frozen=True)
class Tab:
    """A tab of the page."""

    key: str
    title: str
    address: str
    here: bool


@dataclass(frozen=True)
class Drawn:
    """What the page draws: the tabs, the panels of the tab chosen, the year and the years to choose from."""

    at: str
    tabs: list[Tab]
    tab: str
    panels: list[tuple[str, Mapping[str, Any]]]  # template, what it gets
    asked: Asked
    years: list[int]
    kept: list[tuple[str, str]]  # what the choice of the year carries on
    print: str  # the address of what can be printed; empty where nothing can, or it is shown already


def asked(request: HttpRequest, subject: Any) -> Asked:
    """The year and day of the address; nonsense is said and left out.

    A day alone chooses its year; an earlier year alone is seen as of its last day.
    """
    today = clock.today()
    year_text, day_text = request.GET.get("year", ""), request.GET.get("day", "")
    day = None
    if day_text:
        try:
            day = date.fromisoformat(day_text)
        except ValueError:
            messages.warning(request, f"“{day_text[:20]}”不是日期，显示今天的情形。")
        if day is not None and not 1921 <= day.year <= today.year + 1:
            messages.warning(request, f"不能显示 {day.isoformat()} 的情形，显示今天的。")
            day = None
    year = int(year_text) if year_text.isascii() and year_text.isdigit() and len(year_text) == 4 else None
    if year_text and (year is None or not 1921 <= year <= today.year):
        messages.warning(request, f"没有“{year_text[:10]}”这一年，显示今年。")
        year = None
    year = year or min((day or today).year, today.year)
    return Asked(request.user, subject, year, day or min(today, date(year, 12, 31)), today)


def draw(page: str, request: HttpRequest, wanted: Asked, at: str, own: Mapping[str, str]) -> Drawn:
    """The tabs and panels of a page at the address `at`. `own`: key → title of its own tabs after the first."""
    reader, subject = wanted.reader, wanted.subject
    open_ = [panel for panel in _offers.get(page, {}).values() if panel.opens(reader, subject)]
    open_.sort(key=lambda panel: panel.place)
    titles = {FIRST_TAB: "概况", **own, **{panel.key: panel.title for panel in open_ if panel.tab}}
    tab = request.GET.get("tab", FIRST_TAB)
    if tab not in titles:
        messages.warning(request, f"没有“{tab[:20]}”这一栏，显示概况。")
        tab = FIRST_TAB
    here = [panel for panel in open_ if (panel.key if panel.tab else FIRST_TAB) == tab]
    carried = {key: request.GET[key] for key in ("year", "day") if request.GET.get(key)}
    if wanted.year == wanted.today.year:
        carried.pop("year", None)
    return Drawn(
        at=at,
        tabs=[Tab(key, title, _address(at, carried, key), key == tab) for key, title in titles.items()],
        tab=tab,
        panels=[(panel.template, panel.shown(wanted)) for panel in here],
        asked=wanted,
        years=_years([panel.first(subject) for panel in open_ if panel.first], wanted),
        kept=[("tab", tab)] if tab else [],
        print=_address(at, carried, PRINT_TAB) if PRINT_TAB in titles and tab != PRINT_TAB else "",
    )


def _address(at: str, carried: Mapping[str, str], tab: str) -> str:
    given = {**({"tab": tab} if tab else {}), **carried}
    return f"{at}?{urlencode(given)}" if given else at


def _years(firsts: list[date | None], wanted: Asked) -> list[int]:
    """This year, and the earlier ones back to the first record, the latest first."""
    this = wanted.today.year
    begun = min((first.year for first in firsts if first is not None), default=this)
    years = set(range(max(begun, this - MOST_YEARS + 1), this + 1)) | {wanted.year}
    return sorted(years, reverse=True)
