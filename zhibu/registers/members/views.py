"""Pages of members: the list, one member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhibu.access import permits, scope
from zhibu.access import queries as log_queries
from zhibu.access.permission import permit
from zhibu.access.shown import history
from zhibu.registers.intervals import in_force
from zhibu.registers.members import actions, queries, rules, timeline, words
from zhibu.registers.members.models import Category, Destruction, Member, Status
from zhibu.registers.members.profile import SEALED
from zhibu.registers.organizations.models import Placement
from zhibu.site import clock, panels
from zhibu.site.listing import Column, Filter, Listing


def found(request: HttpRequest, identity: str) -> Member:
    """The member, if within reach; else 404."""
    return get_object_or_404(scope.members(request.user), pk=identity)


def _places(request: HttpRequest) -> Sequence[tuple[str, str]]:
    places = scope.organizations(request.user, scope.READ_MEMBERS).latest().filter(placed_until__isnull=True)
    return [(place.pk, str(place)) for place in places.exclude(kind="group").order_by("kind", "name")]


def _at(rows: QuerySet[Member], organization: str) -> QuerySet[Member]:
    return queries.at(rows, organization, clock.today())


def _here(rows: QuerySet[Any], which: str) -> QuerySet[Member]:
    """With a membership or an application now, or with neither."""
    now = Q(belongs=True) | Q(applying=True)
    return rows.filter(now if which == "here" else ~now)


def _state(member: Any) -> str:
    marks = [
        "" if member.belongs or member.applying else "不在册",
        "停止党籍" if member.suspended else "",
        "失联" if member.lost else "",
        "流动" if member.floating else "",
    ]
    return "、".join(mark for mark in marks if mark)


def _with_state(rows: QuerySet[Member], state: str) -> QuerySet[Member]:
    return rows.filter(Q(**{state: True}))


_STATUSES = {**dict(Status.choices), queries.APPLICANT: "入党申请人"}


def _coded(name: str) -> Column:
    """A column of the workbook with a profile field in words."""
    title = str(Member._meta.get_field(name).verbose_name)  # type: ignore[union-attr]

    def value(one: Member) -> object:
        return words.word(name, getattr(one, name))

    return Column(name, title, value=value, only="workbook")


LIST = Listing(
    title="党员",
    columns=(
        Column("name", "姓名", link=lambda one: reverse("member", args=[one.pk]), sort=("pinyin", "name")),
        Column("number", "学工号", sort="number"),
        Column("sex", "性别", sort="sex", width=8),
        Column("place_name", "所在党组织", sort="place_name", width=30),
        Column("status", "人员类别", value=lambda one: _STATUSES.get(one.status, ""), sort="status"),
        Column("category", "身份", value=lambda one: _label(Category, one.category), sort="category"),
        Column("applied", "入党申请日期", sort="applied", only="workbook"),
        Column("joined", "入党日期", sort="joined"),
        *(_coded(name) for name in ("ethnicity", "education", "degree", "work_post")),
        Column("confirmed", "转正日期", sort="confirmed", only="workbook"),
        Column("born", "出生日期", sort="born", only="workbook"),
        Column(
            "id_number",
            "公民身份证号",
            value=lambda one: rules.masked_id_number(one.sensitive.get("id_number", "")),
            only="workbook",
            width=22,
        ),
        Column("mobile", "手机号", value=lambda one: rules.masked_phone(one.sensitive.get("mobile", ""))),
        Column("state", "备注", value=_state),
    ),
    search=("name", "found_by"),
    search_title="姓名、拼音、首字母、学工号",
    filters=(
        Filter("organization", "党组织", choices=_places, apply=_at),
        Filter("status", "人员类别", choices=tuple(_STATUSES.items())),
        Filter("category", "身份", choices=Category.choices),
        Filter("here", "在册", choices=[("here", "在册"), ("gone", "不在册")], apply=_here, default="here"),
        Filter(
            "state",
            "情形",
            choices=[("suspended", "停止党籍"), ("lost", "失联"), ("floating", "流动")],
            apply=_with_state,
        ),
    ),
    order=("pinyin", "pk"),
    measure="人",
    noun="党员",
    empty_what="还没有党员",
    empty_mend="请导入名册，或逐个新增。",
)


def _label(choices: Any, value: str | None) -> str:
    return str(choices(value).label) if value else ""


def listing(request: HttpRequest) -> HttpResponse:
    """The list with search, sort, filters and export; numbers masked."""
    reader: Any = request.user
    permit(reader, scope.READ_MEMBERS)
    if not scope.roots(reader, scope.READ_MEMBERS) and reader.member_id:
        # Who sees only the own record needs no list of one.
        return redirect("member", reader.member_id)
    roots = scope.roots(reader, scope.READ_MEMBERS)
    tree = Placement.objects.filter(in_force(clock.today()), organization__in=roots)
    if groups := queries.groups_reached(reader, tree):
        # Who leads a group finds its people on its own page.
        page = f"{reverse('organization', args=[groups[0]])}?tab=people"
        return redirect(page if len(groups) == 1 else reverse("organization_tree"))
    if request.GET.get("export"):
        permit(reader, "members.export")
    buttons = [(reverse("member_add"), "新增党员")] if permits(reader, "members.add") else []
    if permits(reader, "members.apply"):
        buttons.append((reverse("applicant_add"), "新增入党申请人"))
    if permits(reader, "members.export"):
        buttons.append((reverse("roster_export"), "导出官方名册"))
        buttons.append((reverse("applicants_export"), "导出入党申请人"))
    listing_ = replace(LIST, exports=permits(reader, "members.export"))
    return listing_.page(request, queries.members(reader, clock.today()), buttons=buttons)


#: The profile in the order of the page: plain fields.
SHOWN = (
    "number",
    "sex",
    "ethnicity",
    "born",
    "native_place",
    "education",
    "degree",
    "school",
    "subject",
    "work_post",
    "technical_post",
    "applied",
    "joined",
    "confirmed",
)


def _profile(member: Member, sensitive: dict[str, str], wide: bool) -> list[tuple[str, Any]]:
    lines: list[tuple[str, Any]] = []
    for name in SHOWN:
        value = getattr(member, name)
        if value not in (None, ""):
            lines.append((str(Member._meta.get_field(name).verbose_name), words.word(name, value)))  # type: ignore[union-attr]
    for name, title in SEALED.items():
        if text := sensitive.get(name):
            mask = rules.MASKS.get(name)
            lines.append((title, text if wide or mask is None else mask(text)))
    return lines


#: The page's own tab beside the first.
LIFE = "life"


def _page(request: HttpRequest, member: Member, wide: bool) -> HttpResponse:
    reader: Any = request.user
    today: date = clock.today()
    drawn = panels.draw(
        "member", request, panels.asked(request, member), reverse("member", args=[member.pk]), {LIFE: "经历"}
    )
    alone = member.pk == reader.member_id and not scope.roots(reader, scope.READ_MEMBERS)
    if drawn.tab:
        life = timeline.timeline(member) if drawn.tab == LIFE else []
        context = {"member": member, "drawn": drawn, "timeline": life, "alone": alone}
        return render(request, "members/page.html", context)
    rows = list(queries.memberships(member))
    now = [row for row in rows if row.holds(today)]
    reach = scope.reachable(reader, scope.READ_ORGANIZATIONS)
    place = now[0].organization if now else None
    applications = list(queries.applications(member))
    applying = next((row for row in applications if row.until is None), None)
    may = {
        verb: place is not None and permits(reader, f"members.{verb}", place)
        for verb in ("transfer", "leave", "confirm", "recategorise")
    }
    context = {
        "member": member,
        "drawn": drawn,
        "alone": alone,
        "destruction": Destruction.objects.filter(member=member).first(),
        "profile": _profile(member, member.sensitive, wide),
        "wide": wide,
        "masked": any(member.sensitive.get(name) for name in ("id_number", "mobile", "landline")),
        "applications": [(row, row.organization_id in reach) for row in applications],
        "applying": applying,
        "may_handle": applying is not None and permits(reader, "members.apply", applying.organization),
        "may_apply": not now and applying is None and permits(reader, "members.apply", member=member),
        "memberships": [(row, row.organization_id in reach) for row in rows],
        "now": now,
        "probationary": any(row.status == Status.PROBATIONARY for row in now),
        "posts": [(row, row.organization_id in reach) for row in queries.posts(member) if row.holds(today)],
        "may": may,
        "may_change": permits(reader, "members.change", member=member),
        "may_evidence": not alone and permits(reader, "evidence.read", member=member),
        "may_unmask": permits(reader, "members.unmask", member=member),
        "may_correct": permits(reader, "members.correct", member=member),
        "may_enter": not now and permits(reader, "members.transfer", member=member),
        "may_forget": not now and applying is None and permits(reader, "members.forget", member=member),
        "history": history(reader, log_queries.history(log_queries.log_rows(reader), member=member.pk))
        if permits(reader, "log.read", member=member)
        else [],
    }
    return render(request, "members/page.html", context)


def page(request: HttpRequest, identity: str) -> HttpResponse:
    """One member: profile with numbers masked, memberships, posts, how the year stands, a tab for each register."""
    return _page(request, found(request, identity), wide=False)


@require_POST
@never_cache
def unmask(request: HttpRequest, identity: str) -> HttpResponse:
    """The same page with full numbers; that it was looked at is logged."""
    reader: Any = request.user
    member = found(request, identity)
    actions.unmask(actor=reader, member=member)
    return _page(request, member, wide=True)
