"""Pages of reflections: who handed in and who did not, one reflection, handing in, reading, returning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from zhibu.access import NotPermitted, Refused, permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.permission import permit
from zhibu.access.shown import history
from zhibu.access.writing import noting
from zhibu.registers.education import actions, forms, kinds, queries, rules
from zhibu.registers.education.answer_views import give_back, take_away
from zhibu.registers.education.common_views import (
    branch_choices,
    chosen_branch,
    day_asked,
    deed_status,
    members_for,
    say_other_period,
    upload_of,
)
from zhibu.registers.education.models import Reflection, Stage
from zhibu.registers.members.models import Member
from zhibu.site import clock, packs
from zhibu.site.deeds import deed, done, say
from zhibu.site.listing import Column, Filter, Listing
from zhibu.site.wording import near_day, period_title

#: Beside the stages: nothing was handed in.
NONE = "none"
STATES = [(NONE, "未交"), *Reflection.STAGES.items()]


@dataclass(frozen=True)
class Row:
    """A member in a period, with the reflection where there is one."""

    member: Member
    place: str
    organization: str
    reflection: Reflection | None

    @property
    def state(self) -> str:
        """The stage, or that there is none."""
        return self.reflection.stage if self.reflection else NONE


def _unit() -> str:
    return kinds.unit_of(packs.norm(), kinds.REFLECTION)


def _periods(request: HttpRequest) -> Sequence[tuple[str, str]]:
    found = rules.latest(_unit(), clock.today(), forms.PERIODS)
    return [(one.name, period_title(one.name)) for one in found]


def _link(row: Row) -> str | None:
    return reverse("education_reflection", args=[row.reflection.pk]) if row.reflection else None


def _counted(row: Row) -> str:
    if row.reflection is None:
        return ""
    return near_day(row.reflection.day, clock.today())


def _listing(period: str) -> Listing:
    return Listing(
        title="心得体会",
        columns=(
            Column("name", "党员", value=lambda row: row.member.name, link=_link),
            Column("number", "工号", value=lambda row: row.member.number, only="workbook"),
            Column("place", "党支部", sort=True, width=28),
            Column("state", "状态", value=lambda row: dict(STATES)[row.state], sort=True),
            Column("day", "交来", shown=_counted, value=lambda row: row.reflection and row.reflection.day, sort=True),
            Column("title", "题目", value=lambda row: row.reflection.title if row.reflection else "", width=36),
            Column("remark", "意见", value=lambda row: row.reflection.remark if row.reflection else "", width=36),
            Column("recorded", "计入日期", value=lambda row: row.reflection and row.reflection.recorded,
                   only="workbook"),
        ),
        search=("name", "number", "title"),
        search_title="姓名、工号、题目",
        filters=(
            Filter("organization", "党支部", choices=branch_choices, keep=lambda row, pk: row.organization == pk),
            Filter("period", "期间", choices=_periods, default=period),
            Filter("stage", "状态", choices=STATES, keep=lambda row, state: row.state == state),
        ),
        measure="人",
        noun="心得",
        empty_what="这一期名单上没有党员",
        empty_mend="请换一个期间或党支部，或先登记党员。",
    )  # fmt: skip


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everyone of a period with what was handed in; without a period everything that was ever handed in."""
    reader: Any = request.user
    permit(reader, queries.READ)
    norm, today = packs.norm(), clock.today()
    now = rules.period_of(_unit(), today)
    asked = request.GET.get("period", now.name)
    period = kinds.period_named(norm, kinds.REFLECTION, asked) if asked else None
    buttons = []
    if scope.owns(reader, queries.OWN) or permits(reader, queries.RECORD):
        own = f"?member={reader.member_id}" if scope.owns(reader, queries.OWN) else ""
        buttons.append((reverse("education_reflection_new") + own, "交心得" if own else "登记心得"))
    if scope.roots(reader, queries.RECORD):
        buttons.append((reverse("education_papers"), "登记纸质心得"))
    stage = request.GET.get("stage", "")
    rows = _of_period(reader, period or now, today) if period or asked else _every(reader, stage)
    return _listing(now.name).page(request, rows, "education/list.html", buttons=buttons)


def _of_period(reader: Any, period: rules.Period, today: date) -> list[Row]:
    places = dict(branch_choices_of(reader))
    roll = queries.roll(places, min(period.last, today))
    handed = queries.handed_in(places, period)
    rows = [
        Row(
            one.member,
            places[one.organization_id],
            one.organization_id,
            handed.get((one.organization_id, one.member_id)),
        )
        for one in roll
    ]
    if not places and reader.member_id:
        branch = queries.branch_of(reader.member, min(period.last, today))
        if branch is not None:
            own = queries.handed_in([branch.pk], period)
            rows.append(Row(reader.member, str(branch), branch.pk, own.get((branch.pk, reader.member_id))))
    order = {pk: place for place, pk in enumerate(places)}
    return sorted(rows, key=lambda row: order.get(row.organization, 0))


def _every(reader: Any, stage: str) -> list[Row]:
    """Whatever was handed in, of all periods; of a stage where one is asked for."""
    places = dict(branch_choices_of(reader))
    found = queries.reflections(reader).select_related("member").defer("body").order_by("-day", "-pk")
    if stage in Reflection.STAGES:
        found = found.filter(stage=stage)
    return [Row(one.member, places.get(one.organization_id, ""), one.organization_id, one) for one in found]


def branch_choices_of(reader: Any) -> list[tuple[str, str]]:
    """The branches whose study the reader sees, with their names."""
    return [(one.pk, str(one)) for one in queries.hosts_for(reader, queries.READ, clock.today())]


def found(request: HttpRequest, identity: str) -> Reflection:
    """The reflection, if within reach; else 404."""
    rows = queries.reflections(request.user).select_related("member", "organization")
    return get_object_or_404(rows, pk=identity)


def address(row: Reflection) -> str:
    """The page of a reflection."""
    return reverse("education_reflection", args=[row.pk])


@require_safe
def page(request: HttpRequest, identity: str) -> HttpResponse:
    """One reflection: the text, its files, how it stands, and the buttons to read or return it."""
    reader: Any = request.user
    row = found(request, identity)
    may = {
        verb: permits(reader, f"education.{verb}", row.organization)
        for verb in ("mark_read", "return", "withdraw", "attach")
    }
    mine = row.member_id == reader.member_id and row.open
    period = rules.period_of(_unit(), row.counts_for or row.day)
    context = {
        "row": row,
        "may": may,
        "mine": mine,
        "period": period_title(period.name),
        "attachments": row.attachments.all(),
        "sort": "reflections",
        "may_attach": may["attach"] or mine,
        "history": history(reader, log_queries.log_rows(reader).filter(object=row.pk).order_by("-number"))
        if permits(reader, "log.read", row.organization)
        else [],
    }
    return render(request, "education/reflection.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Hand in a reflection: one's own, or one entered for a member of the chosen branch."""
    reader: Any = request.user
    today = clock.today()
    hosts, organization = chosen_branch(request, today)
    members = members_for(request, organization, today)
    asked = day_asked(request, "counts-for") or day_asked(request, "day")
    own = len(members) == 1 and members[0].pk == reader.member_id
    form = forms.ReflectionForm(
        request.POST or None,
        request.FILES or None,
        unit=_unit(),
        today=today,
        asked=asked,
        own=own,
        members=members,
        initial={"member": request.GET.get("member", ""), "day": min(asked or today, today)},
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            with noting() as deeds:
                made = actions.hand_in_reflection(
                    actor=reader,
                    organization=organization,
                    member=form.whom,
                    draft=form.draft(),
                    file=upload_of(request),
                    today=today,
                )
        except NotPermitted:
            raise
        except Refused as refused:
            refusal = refused
        else:
            waits = made.stage == Stage.HANDED
            say(request, "心得已交上，支部阅后计入。" if waits else "心得已登记。", deeds)
            return redirect(address(made))
    context = {
        "form": form, "refusal": refusal, "hosts": hosts, "organization": organization,
        "heading": "交心得" if own else "登记心得", "label": "交上" if own else "保存",
        "back": reverse("education_reflections"),
    }  # fmt: skip
    return render(request, "education/form.html", context, status=deed_status(form, refusal))


def edit(request: HttpRequest, identity: str) -> HttpResponse:
    """Change a reflection that was not read, or hand it in again after it was returned."""
    reader: Any = request.user
    row = found(request, identity)
    if row.member_id != reader.member_id:
        permit(reader, queries.RECORD, row.organization)
    today = clock.today()
    form = forms.ReflectionForm(
        request.POST or None,
        request.FILES or None,
        unit=_unit(),
        today=today,
        asked=row.counts_for or row.day,
        own=True,
        members=[row.member],
        initial=forms.initial_of_reflection(row),
    )

    def act(values: dict[str, Any]) -> None:
        actions.hand_in_again(
            actor=reader, reflection=row, draft=form.draft(), file=upload_of(request), today=today
        )

    title = "修改后重交" if row.stage == Stage.RETURNED else "修改心得"
    return deed(
        request, form, act, title=title, back=address(row), label="交上", done="已交上，支部阅后计入。"
    )


@require_POST
def read(request: HttpRequest, identity: str) -> HttpResponse:
    """Mark as read, then go on to the next that waits."""
    reader: Any = request.user
    row = found(request, identity)
    permit(reader, "education.mark_read", row.organization)
    remark = request.POST.get("remark", "").replace("\x00", "").strip()[:400]
    waiting = (
        queries.reflections(reader)
        .filter(stage=Stage.HANDED, organization=row.organization_id)
        .exclude(pk=row.pk)
        .order_by("day", "pk")
        .first()
    )
    return done(
        request,
        lambda: actions.mark_read(actor=reader, reflection=row, remark=remark, today=clock.today()),
        back=address(waiting) if waiting and "next" in request.POST else address(row),
        said=f"{row.member}的心得已阅，已计入。",
    )


def return_(request: HttpRequest, identity: str) -> HttpResponse:
    """Give a reflection back with a remark."""
    row = found(request, identity)
    return give_back(
        request, row, about=f"{row.member}的心得", back=address(row), done="已退回，本人可以修改后重交。"
    )


def withdraw(request: HttpRequest, identity: str) -> HttpResponse:
    """Withdraw a reflection, with the reason."""
    row = found(request, identity)
    return take_away(request, row, about=f"{row.member}的心得", back=address(row), label="撤销这一篇")


def papers(request: HttpRequest) -> HttpResponse:
    """Tick who handed a paper in: everyone of the branch who has none for the period."""
    reader: Any = request.user
    permit(reader, queries.RECORD)
    today, norm = clock.today(), packs.norm()
    hosts = queries.hosts_for(reader, queries.RECORD, today)
    if not hosts:
        raise Http404
    asked = request.GET.get("organization", "")
    if asked and asked not in {one.pk for one in hosts}:
        raise Http404
    organization = next((one for one in hosts if one.pk == asked), hosts[0])
    now = rules.period_of(_unit(), today)
    period = kinds.period_named(norm, kinds.REFLECTION, request.GET.get("period", "")) or now
    if period.first > today:
        period = now
    say_other_period(request, period)
    day = min(period.last, today)
    handed = queries.handed_in([organization.pk], period)
    roll = queries.members_of(organization, day)
    lines = [(member, handed.get((organization.pk, member.pk))) for member in roll]
    open_ = [one for one, row in lines if row is None or row.stage != Stage.ACCEPTED]
    form = forms.PapersForm(request.POST or None, initial={"day": day}, late=period.last < today)
    refusal = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        draft = actions.ReflectionDraft(
            period=period, day=given["day"], kept_at=given["kept_at"], reason=given.get("reason", "")
        )
        ticked = [one for one in open_ if request.POST.get(f"pick-{one.pk}")]
        try:
            with noting() as deeds:
                made = actions.record_papers(
                    actor=reader, organization=organization, members=ticked, draft=draft, today=today
                )
        except NotPermitted:
            raise
        except Refused as refused:
            refusal = refused
        else:
            say(request, f"已登记 {len(made)} 人。", deeds)
            back = reverse("education_reflections")
            return redirect(f"{back}?organization={organization.pk}&period={period.name}")
    context = {
        "form": form, "refusal": refusal, "hosts": hosts, "organization": organization, "period": period,
        "periods": _periods(request), "fills": forms.TICK_FILLS, "heading": "登记纸质心得",
        "lines": [
            {"member": one, "done": row is not None and row.stage == Stage.ACCEPTED,
             "state": row.stage_title() if row else "",
             "picked": bool(request.POST.get(f"pick-{one.pk}"))}
            for one, row in lines
        ],
        "back": reverse("education_reflections"),
    }  # fmt: skip
    return render(request, "education/papers.html", context, status=deed_status(form, refusal))
