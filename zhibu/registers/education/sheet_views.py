"""Pages of sheets: the list of checks and assessments, one sheet, filling an assessment, correcting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhibu.access import NotPermitted, Refused, permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.permission import permit
from zhibu.access.shown import history
from zhibu.access.writing import noting
from zhibu.registers.education import actions, forms, kinds, queries, rules
from zhibu.registers.education.actions.sheets import VERBS
from zhibu.registers.education.common_views import branch_choices, deed_status, say_other_period
from zhibu.registers.education.models import Line, Sheet
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, packs
from zhibu.site.deeds import deed, say
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.wording import near_day, period_title


def found(request: HttpRequest, identity: str) -> Sheet:
    """The sheet, if within reach; else 404."""
    return get_object_or_404(queries.sheets(request.user).select_related("organization"), pk=identity)


def address(row: Sheet) -> str:
    """The page of a sheet."""
    return reverse("education_sheet", args=[row.pk])


def period_of(row: Sheet) -> rules.Period:
    """The period that a sheet counts for."""
    return rules.period_of(kinds.unit_of(packs.norm(), row.kind), row.counts_for or row.day)


def _title(row: Sheet) -> str:
    return f"{period_title(period_of(row).name)}{kinds.title_of(packs.norm(), row.kind)}"


def _place(row: Any) -> str:
    rows = sorted(row.organization.placements.all(), key=lambda one: one.since)
    return str(rows[-1].name if rows else row.organization_id)


def _kinds(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [(kind, kinds.title_of(packs.norm(), kind)) for kind in kinds.SHEETS]


def _years(request: HttpRequest) -> Sequence[tuple[str, str]]:
    this = clock.today().year
    return [(str(year), f"{year}年") for year in range(this, this - 6, -1)]


def _of_year(rows: QuerySet[Sheet], year: str) -> QuerySet[Sheet]:
    return rows.filter(Q(counts_for__year=int(year)) | Q(counts_for=None, day__year=int(year)))


def _standing(rows: QuerySet[Sheet], state: str) -> QuerySet[Sheet]:
    return rows.exclude(withdrawn=None) if state == "withdrawn" else rows.filter(withdrawn=None)


LIST = Listing(
    title="检查表、测评表",
    columns=(
        Column("kind", "表", value=_title, link=address, sort="kind", width=30),
        Column("place", "党支部", value=_place, width=28),
        Column("day", "日期", shown=lambda row: near_day(row.day, clock.today()), sort="day"),
        Column("many", "人数", number=True, sort="many"),
        Column("failed", "不合格", value=lambda row: row.failed or "", number=True),
        Column("kept_at", "存放处", width=24),
        Column("state", "状态", value=lambda row: "已撤销" if row.withdrawn else ""),
    ),
    search=("lines__member__name", "lines__member__found_by", "kept_at"),
    search_title="党员、存放处",
    filters=(
        Filter("kind", "表", choices=_kinds),
        Filter("organization", "党支部", choices=branch_choices),
        Filter("year", "年度", choices=_years, apply=_of_year),
        Filter("standing", "状态", choices=[("stands", "有效"), ("withdrawn", "已撤销")], apply=_standing),
    ),
    order=("-day", "-pk"),
    measure="张",
    noun="表",
    empty_what="还没有检查表和测评表",
    empty_mend="季度检查在“检查表”页逐人勾选，年度测评在“填测评表”逐人选结果。",
)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list with search, sort, filters and export."""
    reader: Any = request.user
    permit(reader, queries.READ)
    places = Organization.objects.prefetch_related("placements")
    failed = Line.objects.filter(result=Line.Result.FAILED)
    rows = (
        Sheet.objects.filter(pk__in=queries.sheets(reader).values("pk"))
        .prefetch_related(Prefetch("organization", queryset=places))
        .annotate(
            many=Count("lines", distinct=True),
            failed=Count("lines", filter=Q(lines__in=failed), distinct=True),
        )
    )
    buttons = []
    if scope.roots(reader, "education.assess"):
        buttons = [(reverse("education_assess"), "填测评表")]
    return LIST.page(request, rows, "education/list.html", buttons=buttons)


@require_safe
def page(request: HttpRequest, identity: str) -> HttpResponse:
    """One sheet: everyone on it, its files, what was done to it."""
    reader: Any = request.user
    row = found(request, identity)
    may = {
        "correct": permits(reader, VERBS[row.kind], row.organization),
        "withdraw": permits(reader, "education.withdraw", row.organization),
    }
    lines = row.lines.select_related("member").order_by("member__pinyin", "member_id")
    context = {
        "row": row,
        "title": _title(row),
        "lines": lines,
        "assessed": row.kind == kinds.ASSESSMENT,
        "may": may,
        "attachments": row.attachments.all(),
        "sort": "sheets",
        "may_attach": permits(reader, "education.attach", row.organization),
        "history": history(reader, log_queries.log_rows(reader).filter(object=row.pk).order_by("-number"))
        if permits(reader, "log.read", row.organization)
        else [],
    }
    return render(request, "education/sheet.html", context)


def assess(request: HttpRequest) -> HttpResponse:
    """Fill an assessment: everyone of the branch who has no result for the period yet."""
    reader: Any = request.user
    permit(reader, "education.assess")
    today = clock.today()
    organization, hosts = branch_asked(request, "education.assess", today)
    period, periods = period_asked(request, kinds.ASSESSMENT, today)
    day = min(period.last, today)
    roll = queries.members_of(organization, day)
    known = queries.on_sheets(kinds.ASSESSMENT, organization, period)
    open_ = [one for one in roll if one.pk not in known]
    form = forms.SheetForm(request.POST or None, initial={"day": day}, late=period.last < today)
    refusal = None
    wrong: dict[str, str] = {}
    marks: list[actions.Mark] = []
    if request.method == "POST" and form.is_valid():
        marks, wrong = forms.marks_of(request.POST, open_, True)
        if not wrong:
            try:
                with noting() as deeds:
                    made = actions.record_sheet(
                        actor=reader, kind=kinds.ASSESSMENT, organization=organization, period=period,
                        marks=marks, today=today, **form.cleaned_data,
                    )  # fmt: skip
            except NotPermitted:
                raise
            except Refused as refused:
                refusal = refused
            else:
                say(request, f"已登记 {len(marks)} 人。", deeds)
                return redirect(address(made))
    context = {
        "form": form, "refusal": refusal, "hosts": hosts, "organization": organization, "period": period,
        "periods": periods, "fills": forms.RESULT_FILLS, "results": forms.RESULTS, "heading": "年度学习测评",
        "lines": [
            {"member": one, "line": known.get(one.pk), "wrong": wrong.get(one.pk, ""),
             "picked": request.POST.get(f"pick-{one.pk}", ""), "note": request.POST.get(f"note-{one.pk}", "")}
            for one in roll
        ],
        "left": len(open_), "back": reverse("education_sheets"),
    }  # fmt: skip
    return render(request, "education/assess.html", context, status=deed_status(form, refusal, wrong))


def branch_asked(request: HttpRequest, verb: str, day: date) -> tuple[Organization, list[Organization]]:
    """The branch of the address, else the first; and all where the reader may do `verb`. 404 for another."""
    hosts = queries.hosts_for(request.user, verb, day)
    asked = request.GET.get("organization", "")
    chosen = [one for one in hosts if one.pk == asked] if asked else hosts[:1]
    if not chosen:
        raise Http404
    return chosen[0], hosts


def period_asked(request: HttpRequest, kind: str, today: date) -> tuple[rules.Period, list[tuple[str, str]]]:
    """The period of the address, else the one that runs; and those to choose from."""
    norm = packs.norm()
    unit = kinds.unit_of(norm, kind)
    latest = rules.latest(unit, today, forms.PERIODS)
    asked = kinds.period_named(norm, kind, request.GET.get("period", ""))
    period = asked if asked is not None and asked.first <= today else latest[0]
    say_other_period(request, period)
    if period not in latest:
        latest.append(period)
    return period, [(one.name, period_title(one.name)) for one in latest]


def correct(request: HttpRequest, identity: str) -> HttpResponse:
    """Correct a sheet: other results or notes, someone off it, someone forgotten."""
    reader: Any = request.user
    row = found(request, identity)
    permit(reader, VERBS[row.kind], row.organization)
    assessed = row.kind == kinds.ASSESSMENT
    known = {line.member_id: line for line in row.lines.select_related("member")}
    roll = queries.members_of(row.organization, row.day)
    there = {one.pk for one in roll}
    roll += [line.member for pk, line in known.items() if pk not in there]
    # Whoever is on another sheet of the period is not put on this one too.
    elsewhere = {
        pk
        for pk, line in queries.on_sheets(row.kind, row.organization, period_of(row)).items()
        if line.sheet_id != row.pk
    }
    roll = [one for one in roll if one.pk in known or one.pk not in elsewhere]
    form = forms.CorrectionForm(request.POST or None)
    refusal = None
    wrong: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        marks, wrong = forms.marks_of(request.POST, roll, assessed)
        if not wrong:
            try:
                with noting() as deeds:
                    actions.correct_sheet(
                        actor=reader, sheet=row, marks=marks, today=clock.today(), **form.cleaned_data
                    )
            except NotPermitted:
                raise
            except Refused as refused:
                refusal = refused
            else:
                say(request, "已更正。", deeds)
                return redirect(address(row))
    sent = request.POST if request.method == "POST" else None
    lines = []
    for one in roll:
        line = known.get(one.pk)
        picked = (line.result or "1") if line else ""
        note = line.note if line else ""
        if sent is not None:
            picked, note = sent.get(f"pick-{one.pk}", ""), sent.get(f"note-{one.pk}", "")
        lines.append({"member": one, "picked": picked, "note": note, "wrong": wrong.get(one.pk, "")})
    context = {
        "form": form, "refusal": refusal, "row": row, "heading": f"更正：{_title(row)}", "lines": lines,
        "assessed": assessed, "results": forms.RESULTS, "back": address(row),
    }  # fmt: skip
    return render(request, "education/correct.html", context, status=deed_status(form, refusal, wrong))


def withdraw(request: HttpRequest, identity: str) -> HttpResponse:
    """Withdraw a sheet, with the reason."""
    reader: Any = request.user
    row = found(request, identity)
    permit(reader, "education.withdraw", row.organization)

    def act(values: dict[str, Any]) -> None:
        actions.withdraw_sheet(actor=reader, sheet=row, reason=values["reason"], today=clock.today())

    return deed(
        request, forms.ReasonForm(request.POST or None), act, title=f"撤销：{_title(row)}",
        back=address(row), label="撤销这张表", done="已撤销，表上的人不再计入。",
    )  # fmt: skip
