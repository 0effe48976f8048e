"""Rosters out: the official layout, and the applicants' sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zhibu.access import scope
from zhibu.access.permission import permit
from zhibu.registers.members.importing.exporting import export_applicants, export_roster
from zhibu.registers.members.importing.views import as_download
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock

VERB = "members.export"


def _organization(request: HttpRequest) -> Organization:
    """The one asked for (`?organization=ID`), else the topmost in reach."""
    reader: Any = request.user
    permit(reader, VERB)
    rows = scope.organizations(reader, VERB).on(clock.today()).exclude(kind="group")
    wanted = request.GET.get("organization")
    topmost = rows.filter(pk__in=scope.roots(reader, VERB)).order_by("name")
    found: Organization = get_object_or_404(rows.filter(pk=wanted) if wanted else topmost[:1])
    return found


def _answer(request: HttpRequest, export: Callable[..., tuple[bytes, int]], title: str) -> HttpResponse:
    """The workbook, masked; with `?full=1` first a page that asks, as taking full numbers is logged."""
    reader: Any = request.user
    organization, today = _organization(request), clock.today()
    full = request.GET.get("full") == "1"
    if full and request.method != "POST":
        permit(reader, "members.unmask", organization)
        context = {
            "form": Form(),
            "heading": f"导出完整号码：{organization}",
            "label": "导出（记入日志）",
            "back": reverse("member_list"),
        }
        return render(request, "site/deed.html", context)
    data, _ = export(reader=reader, organization=organization, day=today, masked=not full)
    return as_download(data, f"{title} {organization} {today}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest) -> HttpResponse:
    """The official roster of an organization and all below it; `?full=1` with full numbers, by POST."""
    return _answer(request, export_roster, "党员基本信息汇总表")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def applicants(request: HttpRequest) -> HttpResponse:
    """The applicants of an organization and all below it; `?full=1` with full numbers, by POST."""
    return _answer(request, export_applicants, "入党申请人名册")
