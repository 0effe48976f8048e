"""Pages of trainings outside: the list, one with its proof, entering, confirming, returning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from zhibu.access import NotPermitted, Refused, permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.permission import permit
from zhibu.access.shown import history
from zhibu.access.writing import noting
from zhibu.norm.amounts import amount_title, measured
from zhibu.registers.education import actions, forms, queries
from zhibu.registers.education.answer_views import give_back, take_away
from zhibu.registers.education.common_views import (
    branch_choices,
    chosen_branch,
    day_asked,
    deed_status,
    members_for,
    upload_of,
)
from zhibu.registers.education.models import Stage, Training
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock
from zhibu.site.deeds import deed, done, say
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.wording import near_day


def found(request: HttpRequest, identity: str) -> Training:
    """The training, if within reach; else 404."""
    rows = queries.trainings(request.user).select_related("member", "organization")
    return get_object_or_404(rows, pk=identity)


def address(row: Training) -> str:
    """The page of a training."""
    return reverse("education_training", args=[row.pk])


def _days(row: Training) -> str:
    today = clock.today()
    if row.first == row.last:
        return near_day(row.first, today)
    return f"{near_day(row.first, today)}至{near_day(row.last, today)}"


def _place(row: Any) -> str:
    rows = sorted(row.organization.placements.all(), key=lambda one: one.since)
    return str(rows[-1].name if rows else row.organization_id)


def _years(request: HttpRequest) -> Sequence[tuple[str, str]]:
    this = clock.today().year
    return [(str(year), f"{year}年") for year in range(this, this - 6, -1)]


def _of_year(rows: QuerySet[Training], year: str) -> QuerySet[Training]:
    return rows.filter(Q(first__year=int(year)) | Q(last__year=int(year)))


LIST = Listing(
    title="外出培训",
    columns=(
        Column("title", "培训名称", link=address, sort="title", width=36),
        Column("member", "党员", value="member.name", sort="member__pinyin"),
        Column("place", "党支部", value=_place, width=28),
        Column("first", "日期", shown=_days, sort="first"),
        Column("last", "结束日期", only="workbook"),
        Column(
            "hours",
            "学时",
            value=lambda row: measured(row.total, "minutes"),
            shown=lambda row: amount_title(row.total, "minutes"),
            number=True,
        ),
        Column("organizer", "主办单位", width=28, only="workbook"),
        Column("files", "证明", value=lambda row: "有附件" if row.files else row.kept_at, width=20),
        Column("stage", "状态", value=lambda row: row.stage_title(), sort="stage"),
        Column("remark", "意见", width=30),
        Column("entered", "登记日期", only="workbook"),
        Column("recorded", "确认日期", only="workbook"),
    ),
    search=("title", "organizer", "found_by", "member__name", "member__found_by"),
    search_title="名称、主办单位、党员",
    filters=(
        Filter("organization", "党支部", choices=branch_choices),
        Filter("stage", "状态", choices=list(Training.STAGES.items())),
        Filter("year", "年度", choices=_years, apply=_of_year),
    ),
    order=("-first", "-pk"),
    measure="次",
    noun="外出培训",
    empty_what="还没有外出培训",
    empty_mend="外出参加的培训凭证书登记，支部确认后计入学时。",
    empty_buttons=(("/education/trainings/new/", "登记外出培训"),),
)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The list with search, sort, filters and export."""
    reader: Any = request.user
    permit(reader, queries.READ)
    places = Organization.objects.prefetch_related("placements")
    rows = (
        queries.trainings(reader)
        .select_related("member")
        .prefetch_related(Prefetch("organization", queryset=places))
        .annotate(files=Count("attachments"))
    )
    may = scope.owns(reader, queries.OWN) or permits(reader, queries.RECORD)
    buttons = [(reverse("education_training_new"), "登记外出培训")] if may else []
    return LIST.page(request, rows, "education/list.html", buttons=buttons)


@require_safe
def page(request: HttpRequest, identity: str) -> HttpResponse:
    """One training: its proof, how it stands, and the buttons to confirm or return it."""
    reader: Any = request.user
    row = found(request, identity)
    may = {
        verb: permits(reader, f"education.{verb}", row.organization)
        for verb in ("confirm", "return", "withdraw", "attach", "record")
    }
    mine = row.member_id == reader.member_id
    context = {
        "row": row,
        "days": _days(row),
        "may": may | {"confirm": may["confirm"] and not mine},
        "own_waits": may["confirm"] and mine and row.stage == Stage.HANDED,
        "mine": mine and row.open,
        "hours": amount_title(row.total, "minutes"),
        "split": amount_title(row.minutes_next, "minutes") if row.minutes_next else "",
        "attachments": row.attachments.all(),
        "sort": "trainings",
        "may_attach": may["attach"] or (mine and row.open),
        "history": history(reader, log_queries.log_rows(reader).filter(object=row.pk).order_by("-number"))
        if permits(reader, "log.read", row.organization)
        else [],
    }
    return render(request, "education/training.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Enter a training: one's own, or of a member of the chosen branch."""
    reader: Any = request.user
    today = clock.today()
    hosts, organization = chosen_branch(request, today)
    members = members_for(request, organization, today)
    own = len(members) == 1 and members[0].pk == reader.member_id
    day = day_asked(request, "day")
    form = forms.TrainingForm(
        request.POST or None,
        request.FILES or None,
        members=members,
        confirms=not own and permits(reader, "education.confirm", organization),
        initial={"member": request.GET.get("member", ""), "first": day, "last": day}
        if day and not own
        else None,
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            with noting() as deeds:
                made = actions.enter_training(
                    actor=reader,
                    organization=organization,
                    member=form.whom,
                    draft=form.draft(),
                    file=upload_of(request),
                    confirmed=bool(form.cleaned_data.get("confirmed")),
                    today=today,
                )
        except NotPermitted:
            raise
        except Refused as refused:
            refusal = refused
        else:
            waits = made.stage == Stage.HANDED
            say(request, "已登记，确认后计入学时。" if waits else "已登记并确认，学时随之计入。", deeds)
            return redirect(address(made))
    context = {
        "form": form, "refusal": refusal, "hosts": hosts, "organization": organization,
        "heading": "登记外出培训", "label": "保存", "back": reverse("education_trainings"),
    }  # fmt: skip
    return render(request, "education/form.html", context, status=deed_status(form, refusal))


def edit(request: HttpRequest, identity: str) -> HttpResponse:
    """Change a training that is not confirmed, or was returned."""
    reader: Any = request.user
    row = found(request, identity)
    if row.member_id != reader.member_id:
        permit(reader, queries.RECORD, row.organization)
    form = forms.TrainingForm(
        request.POST or None,
        request.FILES or None,
        members=[row.member],
        confirms=False,
        initial=forms.initial_of_training(row),
    )

    def act(values: dict[str, Any]) -> None:
        actions.change_training(
            actor=reader, training=row, draft=form.draft(), file=upload_of(request), today=clock.today()
        )

    return deed(
        request, form, act, title=f"修改：{row.title}", back=address(row), done="已保存，确认后计入学时。"
    )


@require_POST
def confirm(request: HttpRequest, identity: str) -> HttpResponse:
    """Confirm: the proof holds."""
    reader: Any = request.user
    row = found(request, identity)
    permit(reader, "education.confirm", row.organization)
    remark = request.POST.get("remark", "").replace("\x00", "").strip()[:400]
    return done(
        request,
        lambda: actions.confirm_training(actor=reader, training=row, remark=remark, today=clock.today()),
        back=address(row),
        said="已确认，学时随之计入。",
    )


def return_(request: HttpRequest, identity: str) -> HttpResponse:
    """Give a training back with a remark."""
    row = found(request, identity)
    return give_back(request, row, about=row.title, back=address(row), done="已退回，本人可以修改后再交。")


def withdraw(request: HttpRequest, identity: str) -> HttpResponse:
    """Withdraw a training, with the reason."""
    row = found(request, identity)
    return take_away(request, row, about=row.title, back=address(row), label="撤销这一次")
