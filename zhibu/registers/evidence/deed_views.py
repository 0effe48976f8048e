"""Single deeds on an entry: correct, end, withdraw, restore, files."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhibu.registers.evidence import actions, forms, kinds, permission, queries
from zhibu.registers.evidence.actions.draft import kind_of
from zhibu.registers.evidence.models import Attachment
from zhibu.registers.evidence.views import address, found
from zhibu.site import clock, packs
from zhibu.site.deeds import deed, done
from zhibu.site.files import read_upload

Values = dict[str, Any]


def correct(request: HttpRequest, identity: str) -> HttpResponse:
    """Correct an entry, with the reason."""
    reader: Any = request.user
    entry = found(request, identity)
    permission.require(reader, "evidence.correct", entry.kind, entry.organization)
    norm, today = packs.norm(), clock.today()
    kind = kind_of(norm, entry.kind)
    members = queries.roll(entry.organization, min(entry.day, today)) if kind.member != "none" else []
    if entry.member and entry.member not in members:
        members = [entry.member, *members]
    references = queries.references_for(reader, kind, entry.organization, None, today)
    known = queries.reference_known(reader, entry.organization, entry.ref) if entry.ref else None
    if known and known.id not in {one.id for one in references}:
        references = [known, *references]
    form = forms.EntryForm(
        request.POST or None,
        initial=forms.initial_of(entry),
        kind=kind,
        organization=entry.organization,
        members=members,
        references=references,
        needs_reference=kinds.needs_reference(norm, kind),
        correcting=True,
    )

    def act(given: Values) -> None:
        actions.correct_entry(
            actor=reader, entry=entry, draft=form.draft(), reason=given["reason"], today=today
        )

    return deed(
        request,
        form,
        act,
        title=f"更正：{kind.title}",
        back=address(entry),
        label="保存更正",
        done="已更正。",
    )


def end(request: HttpRequest, identity: str) -> HttpResponse:
    """End a state."""
    reader: Any = request.user
    entry = found(request, identity)
    permission.require(reader, permission.RECORD, entry.kind, entry.organization)
    today = clock.today()

    def act(given: Values) -> None:
        actions.end_state(
            actor=reader, entry=entry, until=given["until"], reason=given["reason"], today=today
        )

    return deed(
        request,
        forms.EndForm(request.POST or None, initial={"until": today}),
        act,
        title=f"登记截止：{kinds.title_of(packs.norm(), entry.kind)}",
        back=address(entry),
        done="截止日期已登记。",
    )


def withdraw(request: HttpRequest, identity: str) -> HttpResponse:
    """Withdraw an entry, with the reason."""
    reader: Any = request.user
    entry = found(request, identity)
    permission.require(reader, "evidence.withdraw", entry.kind, entry.organization)

    def act(given: Values) -> None:
        actions.withdraw_entry(actor=reader, entry=entry, reason=given["reason"], today=clock.today())

    return deed(
        request,
        forms.ReasonForm(request.POST or None),
        act,
        title=f"撤销：{kinds.title_of(packs.norm(), entry.kind)}",
        label="撤销这一条",
        back=address(entry),
        done="已撤销，随时可以恢复。",
    )


@require_POST
def restore(request: HttpRequest, identity: str) -> HttpResponse:
    """Undo a withdrawal."""
    reader: Any = request.user
    entry = found(request, identity)
    today = clock.today()
    return done(
        request,
        lambda: actions.restore_entry(actor=reader, entry=entry, today=today),
        back=address(entry),
        said="已恢复。",
    )


@require_POST
def attach(request: HttpRequest, identity: str) -> HttpResponse:
    """Attach the file that was sent."""
    reader: Any = request.user
    entry = found(request, identity)
    permission.require(reader, "evidence.attach", entry.kind, entry.organization)

    def act() -> None:
        name, data = read_upload(request)
        actions.attach_file(actor=reader, entry=entry, name=name, data=data, today=clock.today())

    return done(request, act, back=address(entry), said="附件已保存。")


@require_POST
def remove_file(request: HttpRequest, identity: str) -> HttpResponse:
    """Take a file off its entry."""
    reader: Any = request.user
    rows = Attachment.objects.filter(entry__in=queries.entries(reader)).select_related("entry__organization")
    row = get_object_or_404(rows, pk=identity)
    today = clock.today()
    return done(
        request,
        lambda: actions.remove_attachment(actor=reader, attachment=row, today=today),
        back=reverse("evidence", args=[row.entry_id]),
        said="附件已移除。",
    )
