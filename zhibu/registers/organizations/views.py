"""Pages of the tree: the tree as of a day, the list. One organization: page.py."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from zhibu.access import permits, scope
from zhibu.access.permission import permit
from zhibu.registers.organizations import queries
from zhibu.registers.organizations.models import Category, Kind, Organization
from zhibu.site import clock
from zhibu.site.listing import Column, Filter, Listing


def asked_day(request: HttpRequest) -> date:
    """The day of the address (`?day=2026-11-25`), else today."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()


def found(request: HttpRequest, identity: str) -> Organization:
    """The organization, if within reach; else 404."""
    return get_object_or_404(scope.organizations(request.user), pk=identity)


def _label(choices: Any, value: str | None) -> str:
    return str(choices(value).label) if value else ""


def tree(request: HttpRequest) -> HttpResponse:
    """The tree as it stood on a day."""
    permit(request.user, scope.READ_ORGANIZATIONS)
    day = asked_day(request)
    context = {
        "nodes": queries.tree(request.user, day),
        "day": day,
        "today": clock.today(),
        "dissolved": queries.dissolved(request.user, day),
        "may_establish": permits(request.user, "organizations.establish"),
    }
    return render(request, "organizations/tree.html", context)


LIST = Listing(
    title="组织",
    columns=(
        Column(
            "name", "名称", link=lambda one: reverse("organization", args=[one.pk]), sort="name", width=36
        ),
        Column("kind", "类型", value=lambda one: _label(Kind, one.kind), sort="kind"),
        Column("category", "类别", value=lambda one: _label(Category, one.category), sort="category"),
        Column("parent_name", "上级", sort="parent_name", width=28),
        Column("secretary", "负责人", sort="secretary"),
        Column("member_count", "党员人数", sort="member_count", number=True),
        Column("number", "编号", sort="number"),
        Column("short_name", "简称", only="workbook"),
        Column("founded", "成立日期", sort="founded"),
        Column("phone", "联系电话", only="workbook"),
    ),
    search=("name", "placed__found_by", "found_by"),
    search_title="名称、拼音、简称、编号",
    filters=(
        Filter("kind", "类型", choices=Kind.choices),
        Filter("category", "类别", choices=Category.choices),
    ),
    keep=("day",),
    order=("kind", "number", "name"),
    measure="个",
    noun="党组织",
    empty_what="还没有党组织",
    empty_mend="请由系统管理员建立党委，再导入名册或逐个设立支部。",
)


def listing(request: HttpRequest) -> HttpResponse:
    """The list with search, sort, filters and export."""
    permit(request.user, scope.READ_ORGANIZATIONS)
    buttons = [(reverse("organization_tree"), "组织树"), (reverse("post_list"), "任职")]
    return LIST.page(request, queries.organizations(request.user, asked_day(request)), buttons=buttons)
