"""Documents on paper and in Excel, about an organization or a person. Full numbers are taken by POST and logged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from zhibu.access import Refused, scope
from zhibu.access.permission import permit
from zhibu.documents import copying, member_form, rosters
from zhibu.documents.menu import MEMBER, ORGANIZATION, Document
from zhibu.documents.typesetting import pdf
from zhibu.registers.members.actions import unmask
from zhibu.registers.members.importing.exporting import unmasked
from zhibu.registers.members.models import Member
from zhibu.site import clock, workbook
from zhibu.site.wording import full_day

#: Changes are looked for so far back where no day is named.
LATELY = timedelta(days=31)
ROSTERS = {"members": rosters.members, "groups": rosters.groups, "offices": rosters.offices}


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    """A day of the address between 1921 and today, `otherwise` without one. Raises Refused for anything else.

    What is printed keeps its day for good: another than was asked for is not put in its place.
    """
    text = request.GET.get(name, "")
    if not text:
        return otherwise
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if not date(1921, 7, 1) <= day <= clock.today():
        raise Refused(
            what="没有打印",
            why=f"“{text[:20]}”不是 1921 年 7 月 1 日到今天的一天",
            mend="日期写成 2026-11-25 的样子，或从“打印”一栏重新打开",
            code="documents.day",
        )
    return day


def _foot(request: HttpRequest) -> str:
    moment = clock.now()
    return f"{request.user} 于 {full_day(moment.date())} {moment:%H:%M} 打印"


def _answer(data: bytes, name: str, ending: str) -> HttpResponse:
    """The file, named in Chinese: a PDF is shown, a workbook downloaded."""
    shown = ending == "pdf"
    found = HttpResponse(data, content_type="application/pdf" if shown else workbook.CONTENT_TYPE)
    how = "inline" if shown else "attachment"
    found["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}.{ending}"
    found["Cache-Control"] = "private, no-store"
    return found


def _ask(request: HttpRequest, document: Document, whom: object, back: str) -> HttpResponse:
    """The page that asks before full numbers are given, as taking them is logged."""
    context = {
        "form": forms.Form(),
        "heading": f"{document.title}（完整号码）：{whom}",
        "label": "打印（记入日志）",
        "back": back,
    }
    return render(request, "site/deed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def of_organization(request: HttpRequest, identity: str, name: str) -> HttpResponse:
    """A document of an organization as of a day; `?format=xlsx`; `?full=1` with full numbers, by POST."""
    reader: Any = request.user
    organization = get_object_or_404(scope.organizations(reader), pk=identity)
    document = ORGANIZATION.get(name)
    today = clock.today()
    day = _day(request, "day", today)
    placement = organization.placement_on(day) or organization.latest_placement()
    if document is None or placement is None or placement.kind not in document.kinds:
        raise Http404
    permit(reader, document.verb, organization)
    full = document.numbers and request.GET.get("full") == "1"
    if full:
        permit(reader, "members.unmask", organization)
        if request.method != "POST":
            back = f"{reverse('organization', args=[organization.pk])}?tab=documents"
            return _ask(request, document, placement.name, back)
        unmasked(reader, organization)
    title = f"{document.title} {placement.name} {day}"
    if name == "copy":
        since = min(_day(request, "since", today - LATELY), day)
        values = copying.of_organization(organization, day, since, not full, _foot(request))
        return _answer(pdf("copy", values, clock.now()), title, "pdf")
    sheet = ROSTERS[name](organization, day, not full)
    if request.GET.get("format") == "xlsx":
        return _answer(workbook.build(sheet.title, *sheet.table()), title, "xlsx")
    return _answer(pdf("roster", sheet.values(_foot(request)), clock.now()), title, "pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def of_member(request: HttpRequest, identity: str, name: str) -> HttpResponse:
    """A document of one person; `?full=1` with full numbers, by POST."""
    reader: Any = request.user
    member: Member = get_object_or_404(scope.members(reader), pk=identity)
    document = MEMBER.get(name)
    if document is None:
        raise Http404
    permit(reader, document.verb, member=member)
    full = request.GET.get("full") == "1"
    if full:
        permit(reader, "members.unmask", member=member)
        if request.method != "POST":
            return _ask(request, document, member, f"{reverse('member', args=[member.pk])}?tab=documents")
        unmask(actor=reader, member=member)
    make = copying.of_member if name == "copy" else member_form.values
    values = make(member, clock.today(), not full, _foot(request))
    template = "copy" if name == "copy" else "member_form"
    return _answer(pdf(template, values, clock.now()), f"{document.title} {member}", "pdf")
