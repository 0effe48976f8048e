"""The pages of exemptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from zhibu.access import NotPermitted, Refused, permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.shown import history
from zhibu.access.writing import noting
from zhibu.norm.order import duties_in_order
from zhibu.registers.exemptions import actions, queries
from zhibu.registers.exemptions.forms import ApplicationForm, DecisionForm, EndForm
from zhibu.registers.exemptions.models import ALL_DUTIES, Exemption
from zhibu.registers.intervals import in_force
from zhibu.site import clock, packs
from zhibu.site.deeds import say
from zhibu.site.listing import Column, Filter, Listing


def _duty(exemption: Exemption) -> str:
    if exemption.duty == ALL_DUTIES:
        return "全部（党费除外）"
    duty = packs.norm().duties.get(exemption.duty)
    return duty.title if duty else exemption.duty


def _places(request: HttpRequest) -> Sequence[tuple[str, str]]:
    places = scope.organizations(request.user, "exemptions.read").latest()
    return [(place.pk, str(place)) for place in places.order_by("kind", "name")]


def _duties(request: HttpRequest) -> Sequence[tuple[str, str]]:
    duties = duties_in_order(packs.norm())
    return [(ALL_DUTIES, "全部（党费除外）"), *((duty.id, duty.title) for duty in duties)]


#: What the empty page says to whoever applies for nobody.
_ASK = (
    "经批准可以不履行某项要求的党组织或党员列在这里。有正当理由的，请向支部书记说明，由支部申请、党委审批。"
)

LIST = Listing(
    title="免除",
    columns=(
        Column(
            "who",
            "责任主体",
            lambda row: row.person or row.place,
            link=lambda row: f"/exemptions/{row.pk}/",
            sort=("person", "place"),
            width=28,
        ),
        Column("place", "党组织", sort="place", width=28),
        Column("duty", "免除的工作要求", _duty, sort="duty", width=26),
        Column("since", "自", sort="since"),
        Column("until", "至（不含）", sort="until"),
        Column("stage", "办理情况", lambda row: row.get_stage_display(), sort="stage"),
        Column("decided_by", "批准人"),
        Column("document", "批准文号", only="workbook", width=22),
        Column("reason", "理由", only="workbook", width=40),
        Column("recorded", "登记日期", sort="recorded"),
    ),
    search=("place", "person", "reason", "document"),
    search_title="党组织、姓名、理由",
    filters=(
        Filter("organization", "党组织", choices=_places),
        Filter("duty", "免除的工作要求", choices=_duties),
        Filter("stage", "办理情况", Exemption.Stage.choices),
        Filter("day", "这一天有效", choices=None, apply=lambda rows, day: rows.filter(in_force(day))),
    ),
    order=("-since", "-id"),
    measure="项",
    noun="免除",
    empty_what="还没有免除",
    empty_mend="经批准可以不履行某项要求的党组织或党员，在这里登记；登记后检查结果显示“经批准免除”。",
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All exemptions in reach."""
    applies = permits(request.user, "exemptions.apply")
    buttons = [("/exemptions/new/", "登记免除")] if applies else []
    listing = LIST if applies else replace(LIST, empty_mend=_ASK)
    return listing.page(request, queries.exemptions(request.user), buttons=buttons)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Apply for an exemption, approved at once where the account may decide."""
    if not permits(request.user, "exemptions.apply"):
        raise NotPermitted(
            what="不能登记免除",
            why="您的角色不包括“申请免除”",
            mend="请所在党支部书记或党委工作人员登记",
            code="access.not_permitted",
        )
    actor: Any = request.user
    norm = packs.norm()
    initial = {
        name: request.GET[name]
        for name in ("organization", "member", "duty", "since", "until")
        if name in request.GET
    }
    if initial.get("duty") and initial["duty"] not in (ALL_DUTIES, *norm.duties):
        said = initial.pop("duty")[:60]
        messages.warning(request, f"现在的规范包里没有工作要求“{said}”，请在下面另选。")
    form = ApplicationForm(request.POST or None, initial=initial, reader=request.user, norm=norm)
    refusal = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with noting() as deeds:
                made = actions.apply(actor=actor, duties=frozenset(norm.duties), today=clock.today(), **given)
        except Refused as refused:
            refusal = refused
        else:
            approved = made.stage == Exemption.Stage.APPROVED
            say(request, "已登记免除。" if approved else "已提出申请，待党委批准。", deeds)
            return redirect("exemptions:one", made.pk)
    status = 409 if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "exemptions/new.html", {"form": form, "refusal": refusal}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, identity: str) -> HttpResponse:
    """One exemption: what it frees from, who approved it; the decision, or the early end."""
    exemption = get_object_or_404(queries.exemptions(request.user), pk=identity)
    may_decide = permits(request.user, "exemptions.decide", exemption.organization_id)
    waiting = exemption.stage == Exemption.Stage.APPLIED
    form: Any = None
    refusal = None
    if may_decide and waiting:
        form = DecisionForm(request.POST or None, initial={"decided_by": str(request.user)})
    elif may_decide and exemption.stage == Exemption.Stage.APPROVED:
        form = EndForm(request.POST or None)
    if request.method == "POST":
        if form is None:
            raise NotPermitted(
                what="没有改动",
                why="这项免除已办结，或您的账号没有批准的权限",
                mend="请联系党委工作人员",
                code="access.not_permitted",
            )
        if form.is_valid():
            try:
                with noting() as deeds:
                    _decide(request, exemption, form.cleaned_data, waiting)
            except Refused as refused:
                refusal = refused
            else:
                say(request, "已登记意见。" if waiting else "已登记提前终止。", deeds)
                return redirect("exemptions:one", exemption.pk)
    shown = {
        "exemption": exemption,
        "duty": _duty(exemption),
        "form": form,
        "label": "登记意见" if waiting else "提前终止",
        "refusal": refusal,
        "history": history(
            request.user,
            log_queries.log_rows(request.user).filter(object=exemption.pk).order_by("-number"),
        )
        if permits(request.user, "log.read", exemption.organization_id)
        else [],
    }
    bad = form is not None and form.is_bound and form.errors
    return render(request, "exemptions/one.html", shown, status=409 if refusal else 422 if bad else 200)


def _decide(request: HttpRequest, exemption: Exemption, given: dict[str, Any], waiting: bool) -> None:
    actor: Any = request.user
    if waiting:
        approved = given.pop("approved") == "yes"
        actions.decide(actor=actor, exemption=exemption, approved=approved, today=clock.today(), **given)
    else:
        actions.end(actor=actor, exemption=exemption, **given)
