"""The panel beside a page of the inspection: what is in a cell, and a finding explained, without leaving the page.

The address says what is open (`open=DUTY~ORGANIZATION` a cell, `open=DUTY~SUBJECT~PERIOD[~REF]` a finding), so
that it can be sent, and gone back from; without scripts the same links open the same page with its panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from zhibu.audit.relations import Finding
from zhibu.desk import lists, queries
from zhibu.desk.cells import Seen
from zhibu.desk.explanation import explained, one_of
from zhibu.norm.model import Norm
from zhibu.norm.order import article_number
from zhibu.registers.organizations.models import Placement
from zhibu.site.wording import near_day, period_title

OPEN, BETWEEN = "open", "~"
TEMPLATE = "desk/panel.html"
#: So many lines of a cell are shown; the list has all of them.
MOST = 60


@dataclass(frozen=True)
class Line:
    """One finding of a cell."""

    subject: str
    period: str
    status: str
    due: str
    address: str


class Panel:
    """What is open beside the page of one request."""

    def __init__(
        self,
        request: HttpRequest,
        norm: Norm,
        seen: Seen,
        tree: list[Placement],
        day: date,
        of_year: int | None = None,
    ) -> None:
        self.request, self.norm, self.seen, self.tree = request, norm, seen, tree
        self.day, self.of_year = day, of_year
        self.asked = request.GET.get(OPEN, "")[:400]

    @property
    def alone(self) -> bool:
        """Only the panel is wanted: htmx asks for it, and not for the page that it goes back to."""
        headers = self.request.headers
        return headers.get("HX-Target") == "panel" and "HX-History-Restore-Request" not in headers

    def address(self, opened: str = "") -> str:
        """The page as it is, with that open."""
        query: QueryDict = self.request.GET.copy()
        query.pop(OPEN, None)
        query.pop("export", None)
        if opened:
            query[OPEN] = opened
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def cell(self, duty: str, org: str) -> str:
        """The address that opens a cell."""
        return self.address(BETWEEN.join((duty, org)))

    def finding(self, one: Finding) -> str:
        """The address that opens a finding."""
        parts = (one.duty, one.subject, one.period, *([one.ref] if one.ref is not None else []))
        return self.address(BETWEEN.join(parts))

    def context(self, within: Seen | None = None) -> dict[str, Any]:
        """What the template shows; empty where nothing is open. `within`: of a cell only these (a month's)."""
        if not self.asked:
            return {}
        parts = self.asked.split(BETWEEN, 3)
        found: dict[str, Any] | None = None
        if len(parts) == 2:
            found = self._cell(parts[0], parts[1], within or self.seen)
        elif len(parts) > 2:
            one = one_of(self.seen, parts[0], parts[1], parts[2], parts[3] if len(parts) > 3 else None)
            found = self._finding(one) if one else None
        if found is None:
            messages.warning(self.request, "要看的这一项不存在，或者不在可以查看的范围内。")
            return {}
        return {"close": self.address(), **found}

    def answer(self, within: Seen | None = None) -> HttpResponse:
        """The panel alone."""
        return render(self.request, TEMPLATE, {"panel": self.context(within), "alone": True})

    def _cell(self, duty: str, org: str, seen: Seen) -> dict[str, Any] | None:
        home = queries.homes(self.tree)
        places = {org} | {group for group, branch in home.items() if branch == org}
        own = seen.only(places, {duty})
        if not own:
            return None
        rows = lists.Urgent(own, queries.roll(self.tree))
        if len(rows) == 1:
            return self._finding(rows[0])
        names = queries.Names(self.tree)
        doubtful = {duty} if self._is_doubtful(duty) else ()
        shown = rows[:MOST]
        names.look_up(shown)
        alike = len({one.subject for one in shown}) == 1
        lines = [
            Line(
                "" if alike else names.of(one.subject),
                period_title(one.period),
                lists.state(one, doubtful),
                near_day(one.due, self.day),
                self.finding(one),
            )
            for one in shown
        ]
        wanted = self.norm.duties[duty]
        return {
            "title": wanted.title,
            "place": names.of(org),
            "number": article_number(wanted.article),
            "counts": lists.counts(own, doubtful),
            "lines": lines,
            "more": len(rows) - len(lines),
            "all": self._all(duty, org),
        }

    def _all(self, duty: str, org: str) -> str:
        given: Mapping[str, str] = {"duty": duty, "org": org}
        query = QueryDict(mutable=True)
        query.update(given)
        query.update({key: self.request.GET[key] for key in ("day", "span") if self.request.GET.get(key)})
        return f"/findings/list/?{query.urlencode()}"

    def _is_doubtful(self, duty: str) -> bool:
        return duty in queries.doubtful(self.norm, self.day)

    def _finding(self, one: Finding) -> dict[str, Any] | None:
        told = explained(self.request, self.norm, one, self.day, self.of_year)
        if told is None:
            return None
        owner = self.norm.subjects[self.norm.duties[one.duty].subjects]
        home = queries.homes(self.tree).get(one.org, one.org)
        several = len(self.seen.only({one.org}, {one.duty})) > 1
        back = self.cell(one.duty, home) if several else ""
        return {"told": told, "back": back, "of_person": not owner.is_organization}
