"""The first page after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zhibu.access import permits
from zhibu.desk.setup import is_fresh


def home(request: HttpRequest) -> HttpResponse:
    """To the checklist while a fresh deployment is being set up; to the workbench for whoever sees findings;
    to the living norm for whoever sees an organization; else (入党申请人) to the own record.
    """
    if is_fresh(request.user):
        return redirect("desk:setup")
    if permits(request.user, "desk.read"):
        return redirect("desk:workbench")
    if permits(request.user, "organizations.read") or not permits(request.user, "members.read"):
        return redirect("desk:norm")
    return redirect("member_list")
