"""检查: the heat map of branches and duties, and the list of all findings with filters and export."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhibu.access.permission import permit
from zhibu.audit.relations import STATUS_TITLES, Finding
from zhibu.desk import findings, gone, matrix, queries, year
from zhibu.desk.addresses import Addresses, article_number
from zhibu.desk.readings import signatures
from zhibu.desk.tasks import in_order
from zhibu.desk.views import actual, asked_day, asked_year, day_context, required
from zhibu.norm.model import Norm
from zhibu.site import clock, packs
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.templatetags.look import status
from zhibu.site.wording import near_day, period_title


def _span(request: HttpRequest) -> matrix.Span:
    asked = request.GET.get("span")
    return next((span for span in matrix.SPANS if span == asked), "month")


@require_safe
def heat(request: HttpRequest) -> HttpResponse:
    """What falls due this month, quarter or year: every branch against every duty; any past day."""
    permit(request.user, "desk.read")
    day, span = asked_day(request), _span(request)
    norm, kept = packs.norm(), findings.findings(day)
    reach = queries.reach(request.user)
    tree = queries.placements(day)
    places = queries.places(tree, reach, day)
    signed = frozenset(signatures(norm, day))
    seen = queries.seen(norm, kept, reach)
    key = ("matrix", reach, signed, span)
    drawn = kept.derived.get(key)
    if drawn is None:
        due = matrix.due_within(seen, *matrix.days_of(span, day))
        at = Addresses(day, clock.today())
        shown = matrix.matrix(norm, due, places, day, signed, queries.homes(tree), at)
        drawn = kept.derived[key] = (shown, matrix.months(seen, day))
    context = {
        **day_context(day),
        "lost": gone.lost_packs(norm, kept, reach),
        "matrix": drawn[0],
        "months": drawn[1],
        "spans": [(name, title, name == span) for name, title in matrix.SPANS.items()],
        "kept_parameters": [("span", span)],
        "duties": sum(len(head.duties) for head in drawn[0].heads),
    }
    return render(request, "desk/heat.html", context)


def _listing(
    norm: Norm, names: dict[str, str], places: list[tuple[str, str]], at: Addresses, day: Any
) -> Listing:
    duties = in_order(norm)
    articles = {
        article.id: f"{norm.packs[article.pack].title} 第 {article_number(article.id)} 条 {article.title}"
        for article in norm.articles
    }
    return Listing(
        title="检查结果",
        columns=(
            Column("duty", "要求", lambda row: norm.duties[row.duty].title, link=at.finding, sort=True, width=24),
            Column("article", "条", lambda row: article_number(row.article), width=8),
            Column("subject", "责任主体", lambda row: names.get(row.subject, row.subject), sort=True, width=24),
            Column("org", "党组织", lambda row: names.get(row.org, row.org), sort=True, width=28),
            Column("period", "期间", lambda row: period_title(row.period), width=20),
            Column("required", "要求数", lambda row: required(norm, row), number=True),
            Column("actual", "实际", lambda row: actual(norm, row), number=True),
            Column("status", "状态", lambda row: STATUS_TITLES[row.status],
                   shown=lambda row: status(row.status), sort=True),
            Column("due", "截止", lambda row: row.due, shown=lambda row: near_day(row.due, day), sort=True),
        ),
        search=("duty", "subject", "org"),
        search_title="要求、姓名、党组织",
        filters=(
            Filter("org", "党组织", places, keep=lambda row, value: row.org == value),
            Filter("article", "条", list(articles.items()), keep=lambda row, value: row.article == value),
            Filter("duty", "要求", [(one.id, one.title) for one in duties],
                   keep=lambda row, value: row.duty == value),
            Filter("status", "状态", list(STATUS_TITLES.items()), keep=lambda row, word: row.status == word),
            Filter("since", "截止自", None, keep=lambda row, since: row.due >= since),
            Filter("until", "截止至", None, keep=lambda row, until: row.due <= until),
        ),
        keep=("day", "year"),
        measure="项",
        noun="检查结果",
        empty_what="目前没有检查结果",
        empty_mend="可能尚未到启用日期，或名册还没有导入。",
    )  # fmt: skip


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All findings within reach: by branch, article, duty, status, due day; searched, sorted, exported."""
    permit(request.user, "desk.read")
    day = asked_day(request)
    of_year = asked_year(request, day)
    norm, kept = packs.norm(), findings.findings(day, year.since(of_year, day))
    reach = queries.reach(request.user)
    tree = queries.placements(day)
    seen = queries.seen(norm, kept, reach)
    rows: list[Finding] | None = kept.derived.get(("urgent", reach, of_year))
    if rows is None:
        urgency = {"missed": 0, "open": 1, "late": 2}
        if of_year is not None:
            seen = year.of_year(norm, seen, of_year, day)
        rows = sorted(
            seen, key=lambda one: (urgency.get(one.status, 3), -one.due.toordinal(), one.org, one.subject)
        )
        kept.derived["urgent", reach, of_year] = rows
    names = kept.derived.get(("names", reach, of_year))
    if names is None:
        names = kept.derived["names", reach, of_year] = queries.names(rows, tree)
    places = [(place.id, place.name) for place in queries.places(tree, reach, day)]
    listing = _listing(norm, names, places, Addresses(day, clock.today(), of_year), day)
    return listing.page(request, rows, "desk/findings.html", {**day_context(day), "of_year": of_year})
