"""检查: the heat map of branches and duties, the list of findings, the trend by month; what is open beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhibu.access.permission import permit
from zhibu.audit.relations import Finding
from zhibu.desk import findings, gone, lists, matrix, queries, trend, year
from zhibu.desk.addresses import Addresses, article_titles
from zhibu.desk.entrusted import entrusted
from zhibu.desk.panel import OPEN, Panel
from zhibu.desk.views import asked_day, asked_year, day_context
from zhibu.norm.model import Norm
from zhibu.site import clock, packs, workbook
from zhibu.site.listing import ignored
from zhibu.site.templatetags.look import STATE_TITLES

#: Parameters of the address that the heat map knows, and the trend.
HEAT = frozenset({"day", "span", "article", OPEN, "export"})
TREND = frozenset({"day", "org", "article", "duty", "export"})


def _span(request: HttpRequest) -> matrix.Span:
    asked = request.GET.get("span", "")
    if asked and asked not in matrix.SPANS:
        messages.warning(request, f"没有“{asked[:10]}”这一段，显示本月的。")
    return next((span for span in matrix.SPANS if span == asked), "month")


def _chosen(request: HttpRequest, key: str, title: str, choices: Sequence[tuple[str, str]]) -> str:
    """The value of a choice in the address; what is not among the choices is said and left out."""
    asked = request.GET.get(key, "")
    if asked and asked not in dict(choices):
        messages.warning(request, f"“{title}”没有“{asked[:30]}”这一项，已忽略。")
        return ""
    return asked


def _say_ignored(request: HttpRequest, known: frozenset[str]) -> None:
    for said in ignored(request.GET, known):
        messages.warning(request, said)


def articles(norm: Norm) -> list[tuple[str, str]]:
    """The articles that have duties, in the order of the document."""
    owed = {duty.article for duty in norm.duties.values()}
    return [(id, title) for id, title in article_titles(norm).items() if id in owed]


def _usual_article(request: HttpRequest, norm: Norm) -> str:
    """The article that the map begins with: that of the part which the reader is entrusted with; else none."""
    part = entrusted(request.user, norm)
    found = {norm.duties[duty].article for duty in part.duties} if part else set()
    return found.pop() if len(found) == 1 else ""


@require_safe
def heat(request: HttpRequest) -> HttpResponse:
    """What falls due this month, quarter or year: every branch against every duty; any past day."""
    permit(request.user, "desk.read")
    day, span = asked_day(request), _span(request)
    norm, kept = packs.norm(), findings.findings(day)
    reach = queries.reach(request.user)
    tree = queries.placements(day)
    seen = queries.seen(norm, kept, reach)
    panel = Panel(request, norm, seen, tree, day)
    due = matrix.due_within(seen, *matrix.days_of(span, day))
    if panel.alone:
        return panel.answer(due)
    _say_ignored(request, HEAT)
    places = queries.places(tree, reach, day)
    usual = _usual_article(request, norm)
    article = _chosen(request, "article", "条", articles(norm)) if "article" in request.GET else usual
    doubtful = queries.doubtful(norm, day)
    key = ("matrix", reach, doubtful, span, article)
    drawn: matrix.Matrix | None = kept.derived.get(key)
    if drawn is None:
        if article:
            due = due.only(duties={one.id for one in norm.duties.values() if one.article == article})
        at = Addresses(day, clock.today())
        drawn = matrix.matrix(norm, due, places, day, doubtful, queries.homes(tree, reach), at)
        kept.derived[key] = drawn
    if request.GET.get("export") == "xlsx":
        return _workbook(drawn, f"检查 {matrix.SPANS[span]}")
    context = {
        **day_context(day),
        "lost": gone.lost_packs(norm, kept, reach),
        "matrix": drawn,
        "opened": panel.asked,
        "cell_address": panel.address("-")[:-1],
        "spans": [(name, title, name == span) for name, title in matrix.SPANS.items()],
        "kept_parameters": [("span", span)],
        "span": span,
        "articles": articles(norm),
        "article": article,
        "names_article": bool(article or usual),
        "duties": sum(len(head.duties) for head in drawn.heads),
        "panel": panel.context(due),
    }
    return render(request, "desk/heat.html", context)


def _workbook(drawn: matrix.Matrix, title: str) -> HttpResponse:
    """The map as a sheet: a row for each organization, a column for each duty, states in words."""
    columns = [("党组织", 28)]
    columns += [(f"{head.number} {name}", 14) for head in drawn.heads for name, _ in head.duties]
    rows = (
        [line.name, *(STATE_TITLES[cell.state] if cell else None for cell in line.cells)]
        for line in drawn.lines
    )
    return workbook.response(title, columns, rows)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All findings within reach: by branch, article, duty, status, due day; searched, sorted, exported."""
    permit(request.user, "desk.read")
    day = asked_day(request)
    of_year = asked_year(request, day)
    norm, kept = packs.norm(), year.kept(of_year, day)
    reach = queries.reach(request.user)
    tree = queries.placements(day)
    seen = queries.seen(norm, kept, reach)
    if of_year is not None:
        seen = year.within(norm, seen, of_year, day)
    panel = Panel(request, norm, seen, tree, day, of_year)
    if panel.alone:
        return panel.answer()
    doubtful = queries.doubtful(norm, day)
    order = queries.roll(tree)
    context: dict[str, Any] = {**day_context(day), "of_year": of_year, "panel": panel.context()}

    def rows(values: Mapping[str, Any]) -> Sequence[Finding]:
        left = lists.chosen(norm, seen, day, doubtful, values)
        context["counts"] = lists.counts(left, doubtful)
        return lists.Urgent(left, order)

    page = lists.Listed(
        norm, queries.Names(tree), queries.places(tree, reach, day), day, doubtful, panel.finding
    )
    listing = page.listing(keep=("day", "year"), known=(OPEN,), beside=True)
    return listing.page(request, rows, "desk/findings.html", context)


@require_safe
def by_month(request: HttpRequest) -> HttpResponse:
    """How what fell due in each month of this year and the last was done: of all, a branch, an article, a duty."""
    permit(request.user, "desk.read")
    day = asked_day(request)
    norm = packs.norm()
    kept, *earlier = year.last_two(day)
    reach = queries.reach(request.user)
    tree = queries.placements(day)
    places = [(one.id, one.name) for one in queries.places(tree, reach, day)]
    _say_ignored(request, TREND)
    org = _chosen(request, "org", "党组织", places)
    article = _chosen(request, "article", "条", articles(norm))
    listed = [(duty.id, duty.title) for duty in trend.dated(norm)]
    duty = _chosen(request, "duty", "要求", listed)
    doubtful = queries.doubtful(norm, day)
    key = ("trend", reach, doubtful, org, article, duty)
    drawn: list[trend.Year] | None = kept.derived.get(key)
    if drawn is None:
        wanted = {one for one, _ in listed if not duty or one == duty}
        wanted = {one for one in wanted if not article or norm.duties[one].article == article}
        home = queries.homes(tree)
        within = {org} | {group for group, branch in home.items() if branch == org} if org else None
        now, *then = (queries.seen(norm, one, reach).only(within, wanted) for one in (kept, *earlier))
        drawn = kept.derived[key] = trend.years(trend.together(now, then, doubtful, day), day)
    if request.GET.get("export") == "xlsx":
        columns = [("年", 8), ("月", 6), *((title, 12) for _, title in trend.titles()), ("合计", 8)]
        rows = (
            [one.number, month.number, *(count for _, count in month.counts), month.total]
            for one in drawn
            for month in one.months
        )
        return workbook.response("逐月趋势", columns, rows)
    context = {
        **day_context(day),
        "years": drawn,
        "titles": trend.titles(),
        "pictured": [(state, STATE_TITLES[state]) for state in trend.PICTURED],
        "places": places,
        "articles": articles(norm),
        "duties": listed,
        "org": org,
        "article": article,
        "duty": duty,
        "kept_parameters": [(name, value) for name, value in (("org", org), ("article", article), ("duty", duty))
                            if value],
        "export": _with_export(request),
    }  # fmt: skip
    return render(request, "desk/trend.html", context)


def _with_export(request: HttpRequest) -> str:
    query = request.GET.copy()
    query["export"] = "xlsx"
    return f"?{query.urlencode()}"
