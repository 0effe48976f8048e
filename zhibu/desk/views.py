"""The living norm, a duty, and the explanation of a finding."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhibu.access import permits
from zhibu.audit.relations import Finding
from zhibu.desk import document, findings, gone, lists, queries, year
from zhibu.desk.addresses import Addresses
from zhibu.desk.originals import originals
from zhibu.desk.readings import signatures
from zhibu.desk.rules import parameters_of, rule
from zhibu.norm.model import Duty, Norm
from zhibu.norm.order import article_number
from zhibu.site import clock, packs
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.templatetags.look import STATE_TITLES, status
from zhibu.site.wording import near_day, period_title


def asked_day(request: HttpRequest) -> date:
    """The day of the address (`day`), today without one. Nonsense is said and left out."""
    today = clock.today()
    text = request.GET.get("day", "")
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        messages.warning(request, f"“{text[:20]}”不是日期，显示今天的情形。")
        return today
    if day > today or day.year < 2000:
        messages.warning(request, f"不能显示 {day.isoformat()} 的情形，显示今天的。")
        return today
    return day


def asked_year(request: HttpRequest, day: date) -> int | None:
    """The earlier year of the address (`year`) whose findings are looked at; None without one. Nonsense is left out."""
    text = request.GET.get("year", "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and 2000 <= int(text[:5]) <= day.year:
        return int(text) if int(text) < day.year else None
    messages.warning(request, f"没有“{text[:10]}”这一年，显示今年的情形。")
    return None


def day_context(day: date) -> dict[str, Any]:
    """What the choice of the day needs."""
    today = clock.today()
    return {"shown_day": day, "today": today, "is_past": day != today}


@require_safe
def living_norm(request: HttpRequest) -> HttpResponse:
    """The norm as a document, beside each clause its state across the reader's branches on a day."""
    day = asked_day(request)
    norm = packs.norm()
    kept = findings.findings(day)
    reach = queries.reach(request.user)
    tree = queries.placements(day)
    signed = frozenset(signatures(norm, day))
    sections = kept.derived.get(("document", reach, signed))
    places = queries.places(tree, reach, day)
    if sections is None:
        states = queries.states(norm, kept, reach, tree, day)
        setting = document.Setting(
            states, places, day, signed, originals(norm), Addresses(day, clock.today())
        )
        sections = kept.derived["document", reach, signed] = document.compose(norm, setting)
    shown = {
        **day_context(day),
        "packs": sections,
        "title": sections[0].title if sections else "规范",
        "branches": sum(place.kind == "branch" for place in places),
        "lost": gone.lost_packs(norm, kept, reach),
        "may_set_up": permits(request.user, "organizations.term"),
    }
    if not queries.seen(norm, kept, reach):
        shown["first_day"] = queries.first_day_to_come(day)
    return render(request, "desk/norm.html", shown)


def duty_listing(
    norm: Norm,
    duty: Duty,
    names: queries.Names,
    branches: list[tuple[str, str]],
    addresses: Addresses,
    day: date,
    doubtful: Collection[str],
) -> Listing:
    """The subjects of a duty with their periods and statuses, as a list."""
    # Where organizations owe, a second column with the same name would say nothing.
    organizations_owe = norm.subjects[duty.subjects].is_organization
    return Listing(
        title=duty.title,
        columns=(
            Column("subject", "责任主体", lambda row: names.of(row.subject), link=addresses.finding, sort=True,
                   width=24),
            Column("org", "党组织", lambda row: names.of(row.org), sort=True, width=28,
                   only="workbook" if organizations_owe else ""),
            Column("period", "期间", lambda row: period_title(row.period), width=20),
            *lists.numbers(norm, "要求"),
            Column("status", "状态", lambda row: STATE_TITLES[lists.state(row, doubtful)],
                   shown=lambda row: status(lists.state(row, doubtful)), sort=True),
            Column("due", "截止", lambda row: row.due, shown=lambda row: near_day(row.due, day), sort=True),
        ),
        search=("subject", "org"),
        search_title="姓名或党组织",
        filters=(
            Filter("org", "党组织", branches),
            Filter("status", "状态", lists.STATES),
        ),
        keep=("day", "year"),
        measure="项",
        noun="检查结果",
        empty_what="目前没有谁须履行这项要求",
        empty_mend="可能尚未到启用日期，或名册中没有这类责任主体。",
        look_up=names.look_up,
        find=partial(lists.find, norm, names),
    )  # fmt: skip


@require_safe
def duty(request: HttpRequest, duty: str) -> HttpResponse:
    """A duty: its rule, numbers with their sources, readings, and everybody who owes it."""
    norm = packs.norm()
    wanted = gone.duty_of(norm, duty)
    day = asked_day(request)
    of_year = asked_year(request, day)
    kept = year.kept(of_year, day)
    reach = queries.reach(request.user)
    tree = queries.placements(day)
    own = queries.seen(norm, kept, reach).only(duties={duty})
    if of_year is not None:
        own = year.within(norm, own, of_year, day)
    names, order = queries.Names(tree), queries.roll(tree)
    owing = sorted({cell.key.org for cell in own.cells}, key=lambda org: order.get(org, len(order)))
    addresses = Addresses(day, clock.today(), of_year)
    signed = signatures(norm, day)
    doubtful = {duty} & queries.doubtful(norm, day, signed)
    places = [(org, names.of(org)) for org in owing]
    listing = duty_listing(norm, wanted, names, places, addresses, day, doubtful)
    article = next(one for one in norm.articles if (one.pack, one.id) == (wanted.pack, wanted.article))
    clause = next((clause for clause in article.clauses if clause.id == wanted.clause), None)
    shown = {
        **day_context(day),
        "duty": wanted,
        "article": article,
        "article_number": article_number(article.id),
        "pack": norm.packs[wanted.pack],
        "clause": clause,
        "original": originals(norm).get(wanted.clause, ""),
        "rule": rule(norm, wanted),
        "parameters": parameters_of(norm, wanted),
        "readings": [
            (norm.readings[one], signed.get(one)) for one in wanted.readings if one in norm.readings
        ],
        "counts": lists.counts(own, doubtful),
        "norm_address": addresses.norm(),
    }

    def rows(values: Mapping[str, Any]) -> Sequence[Finding]:
        return lists.Urgent(lists.chosen(norm, own, day, doubtful, values), order)

    return listing.page(request, rows, "desk/duty.html", shown)
