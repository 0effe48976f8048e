"""口径确认单: every reading that the text leaves open, to print and sign; and the record of a signature."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from zhibu.access import NotPermitted, Refused, permits
from zhibu.desk import actions, gone
from zhibu.desk.readings import signatures
from zhibu.site import clock, packs


class SignatureForm(forms.Form):
    """Who signed the paper, and when."""

    signed_by = forms.CharField(label="签字人", max_length=60)
    signed = forms.DateField(
        label="签字日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _may_read(request: HttpRequest) -> None:
    if not permits(request.user, "norm.read"):
        raise NotPermitted(
            what="不能查看口径确认单",
            why="您的角色不包括“查看规范”",
            mend="如工作需要，请联系党委组织部授权",
            code="access.not_permitted",
        )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All readings: question, the literal reading, the proposed one, who decides; signed or not."""
    _may_read(request)
    norm = packs.norm()
    signed = signatures(norm)
    titles = {duty.id: duty.title for duty in norm.duties.values()}
    groups = [
        (
            pack,
            [
                (
                    reading,
                    signed.get(reading.id),
                    [(one, titles[one]) for one in reading.duties if one in titles],
                )
                for reading in norm.readings.values()
                if reading.pack == pack.id
            ],
        )
        for pack in norm.packs.values()
    ]
    shown = {
        "groups": sorted((group for group in groups if group[1]), key=lambda group: -len(group[1])),
        "unsigned": len(norm.readings) - len(signed),
        "total": len(norm.readings),
        "may_sign": permits(request.user, "norm.sign"),
        "today": clock.today(),
    }
    return render(request, "desk/readings.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, reading: str) -> HttpResponse:
    """Record that one reading was signed."""
    _may_read(request)
    norm = packs.norm()
    if not permits(request.user, "norm.sign"):
        raise Http404
    wanted = gone.reading_of(norm, reading)
    form = SignatureForm(request.POST or None, initial={"signed": clock.today()})
    refusal = None
    if request.method == "POST" and form.is_valid():
        actor: Any = request.user
        try:
            actions.sign_reading(actor=actor, reading=wanted, today=clock.today(), **form.cleaned_data)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, f"已登记签字：{wanted.question}")
            return redirect("desk:readings")
    shown = {"reading": wanted, "form": form, "refusal": refusal, "signature": signatures(norm).get(reading)}
    status = 409 if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "desk/sign.html", shown, status=status)
