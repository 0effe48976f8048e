"""Pages of evidence: the articles with what they need, the list, one entry, a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.permission import permit
from zhibu.access.shown import history
from zhibu.norm.amounts import measured
from zhibu.norm.model import Kind
from zhibu.norm.order import article_number, cited
from zhibu.registers.evidence import kinds, permission, queries, rules
from zhibu.registers.evidence.models import Attachment, Entry
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, packs, uploads
from zhibu.site.files import file_response
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.wording import near_day

#: So many members the filter offers; where there are more, the organization is chosen first.
MOST_MEMBERS = 1000


def found(request: HttpRequest, identity: str) -> Entry:
    """The entry, if within reach; else 404."""
    rows = queries.entries(request.user).select_related("member", "organization")
    return get_object_or_404(rows, pk=identity)


def address(entry: Entry) -> str:
    """The page of an entry."""
    return reverse("evidence", args=[entry.pk])


def state_of(entry: Entry, today: date) -> str:
    """How an entry stands, in a word."""
    if entry.withdrawn:
        return "已撤销"
    if entry.type == Entry.Type.EVENT:
        return ""
    if entry.day > today:
        return "未起"
    return "已止" if entry.until and entry.until <= today else "有效"


def _unit(entry: Entry) -> str | None:
    kind = packs.norm().kinds.get(entry.kind)
    return kind.amount if kind else None


def amount_of(entry: Entry) -> str:
    """The amount in the unit of people."""
    return rules.amount_text(entry.amount, _unit(entry))


def _organization(entry: Any) -> str:
    rows = sorted(entry.organization.placements.all(), key=lambda row: row.since)
    return str(rows[-1].name if rows else entry.organization_id)


def _near(day: date | None) -> str:
    return near_day(day, clock.today()) if day else ""


def _counted(entry: Entry) -> str:
    """The day that an entry counts for; of dues the month."""
    if entry.counts_for and entry.kind in rules.FOR_A_MONTH:
        return f"{entry.counts_for.year}年{entry.counts_for.month}月"
    return _near(entry.counts_for)


def _articles(entry: Any) -> str:
    kind = packs.norm().kinds.get(entry.kind)
    return "、".join(article_number(article) for article in kind.articles) if kind else ""


def _places(request: HttpRequest) -> Sequence[tuple[str, str]]:
    rows: Any = Organization.objects.on(clock.today()).filter(queries.places_seen(request.user))
    return [(one.pk, str(one)) for one in sorted(rows, key=lambda one: (one.kind != "branch", one.name))]


def _article_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    found = kinds.by_article(packs.norm(), permission.readable(request.user))
    return [(article.id, f"{article.id} {article.title}") for article, _ in found]


def _kind_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [(kind.id, kind.title) for kind in permission.readable(request.user)]


def _of_article(rows: QuerySet[Entry], article: str) -> QuerySet[Entry]:
    norm = packs.norm()
    return rows.filter(kind__in=[kind.id for kind in kinds.offered(norm) if article in kind.articles])


def _year_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    this = clock.today().year
    return [(str(year), f"{year}年") for year in range(this + 1, this - 9, -1)]


def _of_year(rows: QuerySet[Entry], year: str) -> QuerySet[Entry]:
    return rows.filter(Q(counts_for__year=int(year)) | Q(counts_for=None, day__year=int(year)))


def _members(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """Those about whom there are entries within reach, at the organization chosen where one is."""
    rows = queries.entries(request.user)
    if place := request.GET.get("organization", ""):
        rows = rows.filter(organization=place)
    people = queries.named_in(rows)
    found = [(one.pk, str(one)) for one in people[:MOST_MEMBERS]]
    asked = request.GET.get("member", "")
    if asked and asked not in {pk for pk, _ in found}:
        # Past the list's end, or at another organization: the page of a member leads here.
        found += [
            (one.pk, str(one)) for one in queries.named_in(queries.entries(request.user)).filter(pk=asked)
        ]
    return found


def _standing(rows: QuerySet[Entry], state: str) -> QuerySet[Entry]:
    if state == "withdrawn":
        return rows.exclude(withdrawn=None)
    return rows.filter(withdrawn=None)


LIST = Listing(
    title="佐证台账",
    columns=(
        Column("day", "日期", shown=lambda one: near_day(one.day, clock.today()), sort="day"),
        Column(
            "kind",
            "事项",
            value=lambda one: kinds.title_of(packs.norm(), one.kind),
            link=address,
            sort="kind",
            width=26,
        ),
        Column("articles", "条", value=_articles, width=8),
        Column("organization", "党组织", value=_organization, width=28),
        Column("member", "党员", value="member.name", sort="member__pinyin"),
        Column(
            "amount",
            "数额",
            value=lambda entry: measured(entry.amount, _unit(entry)),
            shown=amount_of,
            sort="amount",
            number=True,
        ),
        Column("counts_for", "计入", shown=_counted),
        Column("ref_title", "关联", value=lambda one: one.ref_title or one.ref, only="workbook", width=28),
        Column("until", "截止", shown=lambda one: _near(one.until)),
        Column("note", "说明", value="said", width=36),
        Column("kept_at", "存放处", value="lies", only="workbook", width=24),
        Column("files", "附件", number=True, only="workbook"),
        Column("recorded", "录入日期", only="workbook"),
        Column("state", "状态", value=lambda one: state_of(one, clock.today())),
    ),
    search=("said", "member__name", "member__found_by", "found", "ref", "lies"),
    search_title="党员、说明、编号、存放处",
    filters=(
        Filter("article", "条", choices=_article_choices, apply=_of_article),
        Filter("kind", "事项", choices=_kind_choices),
        Filter("organization", "党组织", choices=_places),
        Filter("member", "党员", choices=_members),
        Filter("year", "年度", choices=_year_choices, apply=_of_year),
        Filter("standing", "状态", choices=[("stands", "有效"), ("withdrawn", "已撤销")], apply=_standing),
    ),
    order=("-day", "-pk"),
    noun="佐证",
    empty_what="还没有佐证",
    empty_mend="按条目登记：每一条列出需要的事项，逐项登记即可。",
    empty_buttons=(("/evidence/", "按条目登记"),),
)


def _own_kinds(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """The kinds of which the reader has entries, in the order of the packs."""
    reader: Any = request.user
    there = set(queries.entries(reader).order_by().values_list("kind", flat=True).distinct())
    return [(kind.id, kind.title) for kind in kinds.offered(packs.norm()) if kind.id in there]


#: What whoever sees only the own entries has instead: nothing to choose a branch or a person by.
OWN = replace(
    LIST,
    title="我的记录",
    columns=tuple(
        column for column in LIST.columns if column.key not in ("member", "articles", "kept_at", "recorded")
    ),
    search=(),
    filters=(
        Filter("kind", "事项", choices=_own_kinds),
        *(one for one in LIST.filters if one.key in ("year", "standing")),
    ),
    noun="记录",
    empty_what="还没有记到您名下的事项",
    empty_mend="党费、证书、评议、表彰、组织关系、发展步骤等由支部登记，登记后列在这里。",
    empty_buttons=(),
)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list with search, sort, filters and export; of oneself alone a shorter one."""
    reader: Any = request.user
    if not permission.readable(reader):
        permit(reader, permission.READ)
    own = queries.is_own_only(reader)
    places = Organization.objects.prefetch_related("placements")
    rows = (
        queries.with_words(reader, queries.entries(reader))
        .select_related("member")
        .prefetch_related(Prefetch("organization", queryset=places))
        .annotate(files=Count("attachments"))
    )
    if own:
        enters = [(reverse("evidence_articles"), "登记")] if _enters_own(reader) else []
        return OWN.page(request, rows, buttons=enters)
    records = any(scope.roots(reader, verb) for verb in permission.recording())
    label = "按条目登记" if records else "按条目看"
    listing = LIST if records else replace(LIST, empty_mend="", empty_buttons=())
    return listing.page(request, rows, buttons=[(reverse("evidence_articles"), label)])


def _enters_own(reader: Any) -> bool:
    """Whether there is a kind that the reader enters of the own person."""
    return scope.owns(reader, "evidence.own") and any(kind.own for kind in kinds.offered(packs.norm()))


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """The articles, each with what it needs as evidence: how many there are this year, and the button.

    Whoever sees only the own entries and enters none has the list of them.
    """
    reader: Any = request.user
    readable = permission.readable(reader)
    if not readable:
        permit(reader, permission.READ)
    alone = queries.is_own_only(reader)
    if alone and not _enters_own(reader):
        return redirect("evidence_list")
    today, norm = clock.today(), packs.norm()
    year = _of_year(queries.entries(reader).filter(withdrawn=None, type=Entry.Type.EVENT), str(today.year))
    now = queries.entries(reader).filter(Q(until=None) | Q(until__gt=today), withdrawn=None, type="state")
    counts = dict(year.values_list("kind").annotate(many=Count("pk")))
    counts |= dict(now.filter(day__lte=today).values_list("kind").annotate(many=Count("pk")))
    where = _kinds_of_places(reader, readable, today)
    own = not any(where.values()) and scope.owns(reader, "evidence.own")
    shown = [
        {
            "article": article,
            "number": article_number(article.id),
            "pack": norm.packs[article.pack].title,
            "rows": [
                {
                    "kind": kind,
                    "count": counts.get(kind.id, 0),
                    "may": bool(where[kind.id] & {*kind.organizations}) or (own and kind.own),
                    "sheet": bool(kinds.sheet_of(norm, kind)) and bool(where[kind.id]),
                }
                for kind in of
                if not alone or kind.own or kind.id in counts
            ],
        }
        for article, of in kinds.by_article(norm, readable)
    ]
    context = {
        "articles": [one for one in shown if one["rows"]],
        "year": today.year,
        "records": any(where.values()) or own,
        "title": OWN.title if alone else "佐证",
    }
    return render(request, "evidence/articles.html", context)


def _kinds_of_places(reader: Any, of: Sequence[Kind], today: date) -> dict[str, set[str]]:
    """By kind of entry: the kinds of organization for which the reader records it."""
    by_verb: dict[str, set[str]] = {}
    for verb in permission.recording():
        reach = scope.organizations(reader, verb).values("pk")
        rows: Any = Organization.objects.on(today).filter(pk__in=reach)
        by_verb[verb] = set(rows.order_by().values_list("kind", flat=True).distinct())
    return {kind.id: by_verb[permission.RECORD] | by_verb.get(kind.verb, set()) for kind in of}


@require_safe
def page(request: HttpRequest, identity: str) -> HttpResponse:
    """One entry: what it says, its files, what was done to it."""
    reader: Any = request.user
    entry = found(request, identity)
    norm, today = packs.norm(), clock.today()
    kind = norm.kinds.get(entry.kind)
    may = {
        verb: permission.may(reader, f"evidence.{verb}", entry.kind, entry.organization)
        for verb in ("record", "correct", "withdraw", "attach")
    }
    context = {
        "entry": entry,
        "kind": kind,
        "cited": cited(norm, kind.articles) if kind else "",
        "title": kinds.title_of(norm, entry.kind),
        "amount": amount_of(entry),
        "state": state_of(entry, today),
        "is_state": entry.type == Entry.Type.STATE,
        "ends": entry.type == Entry.Type.STATE and (entry.until is None or entry.until > today),
        "may": may,
        "told": queries.tells(reader, entry),
        "own": queries.is_own_only(reader),
        "activity": entry.ref if kind and kind.ref == "activity" and entry.ref else "",
        "others": _same_case(reader, entry) if kind and kinds.choosing(kind) == "case" else [],
        "attachments": entry.attachments.all(),
        "history": history(reader, log_queries.log_rows(reader).filter(object=entry.pk).order_by("-number"))
        if permits(reader, "log.read", entry.organization)
        else [],
    }
    return render(request, "evidence/page.html", context)


def _same_case(reader: Any, entry: Entry) -> list[tuple[str, Entry]]:
    """The other entries of the same case, each with what it is called."""
    norm = packs.norm()
    rows = queries.entries(reader).filter(ref=entry.ref, withdrawn=None).exclude(pk=entry.pk).exclude(ref="")
    return [
        (kinds.title_of(norm, row.kind), row) for row in rows.select_related("member").order_by("day")[:40]
    ]


@require_safe
def file(request: HttpRequest, identity: str) -> FileResponse:
    """A file of an entry within reach."""
    row = get_object_or_404(
        Attachment.objects.filter(entry__in=queries.entries_told(request.user)), pk=identity
    )
    return file_response(uploads.Stored(row.name, row.digest, row.size, row.content_type))
