"""Giving back and withdrawing what a member handed in: the same for a reflection and a training."""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

from zhibu.access.permission import permit
from zhibu.registers.education import actions, forms
from zhibu.registers.education.models import Reflection, Training
from zhibu.site.deeds import deed

Record = TypeVar("Record", Reflection, Training)


def give_back(request: HttpRequest, record: Record, *, about: str, back: str, done: str) -> HttpResponse:
    """Give a record back with a remark. `about`: what the page names it."""
    reader: Any = request.user
    permit(reader, "education.return", record.organization)

    def act(values: dict[str, Any]) -> None:
        actions.return_to_member(actor=reader, record=record, remark=values["remark"])

    form = forms.RemarkForm(request.POST or None)
    return deed(request, form, act, title=f"退回：{about}", back=back, label="退回", done=done)


def take_away(request: HttpRequest, record: Record, *, about: str, back: str, label: str) -> HttpResponse:
    """Withdraw a record, with the reason; its member may while it is open."""
    reader: Any = request.user
    if not (record.member_id == reader.member_id and record.open):
        permit(reader, "education.withdraw", record.organization)

    def act(values: dict[str, Any]) -> None:
        actions.withdraw(actor=reader, record=record, reason=values["reason"])

    form = forms.ReasonForm(request.POST or None)
    return deed(request, form, act, title=f"撤销：{about}", back=back, label=label, done="已撤销。")
