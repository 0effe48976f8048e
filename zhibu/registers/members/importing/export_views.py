"""Rosters out: the official layout, and the applicants' sheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

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


@never_cache
@require_GET
def roster(request: HttpRequest) -> HttpResponse:
    """The official roster of an organization and all below it; `?full=1` with full numbers."""
    reader: Any = request.user
    organization, today = _organization(request), clock.today()
    masked = request.GET.get("full") != "1"
    data, _ = export_roster(reader=reader, organization=organization, day=today, masked=masked)
    return as_download(data, f"党员基本信息汇总表 {organization} {today}")


@never_cache
@require_GET
def applicants(request: HttpRequest) -> HttpResponse:
    """The applicants of an organization and all below it; `?full=1` with full numbers."""
    reader: Any = request.user
    organization, today = _organization(request), clock.today()
    masked = request.GET.get("full") != "1"
    data, _ = export_applicants(reader=reader, organization=organization, day=today, masked=masked)
    return as_download(data, f"入党申请人名册 {organization} {today}")
