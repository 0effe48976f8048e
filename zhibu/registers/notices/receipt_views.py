"""What a recipient does: 已阅, 已办; and receipts entered for others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhibu.access import permits
from zhibu.access.permission import permit
from zhibu.registers.notices import actions, forms, queries
from zhibu.registers.notices.models import Asked, Notice, Recipient
from zhibu.registers.notices.views import address
from zhibu.site import clock, references
from zhibu.site.deeds import deed, done
from zhibu.site.files import read_upload

Values = dict[str, Any]


def own(request: HttpRequest, identity: str) -> Recipient:
    """The reader's own receipt of the notice; else 404."""
    rows = queries.own_receipts(request.user).select_related("notice", "organization")
    return get_object_or_404(rows, notice=identity)


@require_POST
def read(request: HttpRequest, identity: str) -> HttpResponse:
    """已阅: one touch. From the workbench it goes back there."""
    reader: Any = request.user
    recipient = own(request, identity)
    return done(
        request,
        lambda: actions.mark_read(actor=reader, recipient=recipient, now=clock.now()),
        back=address(recipient.notice),
        said="已阅。",
    )


def act(request: HttpRequest, identity: str) -> HttpResponse:
    """已办: with a word, an activity that shows it, a file."""
    reader: Any = request.user
    recipient = own(request, identity)
    offered = references.offered("activity", reader, recipient.organization) or []
    form = forms.AnswerForm(
        request.POST or None,
        request.FILES or None,
        initial={"answer": recipient.answer, "ref": recipient.ref},
        activities=[(one.id, one.title) for one in offered],
    )

    def deed_(given: Values) -> None:
        file = read_upload(request) if request.FILES.get("file") else None
        answer = actions.Answer(given["answer"], given.get("ref", ""), file)
        actions.act(actor=reader, recipient=recipient, answer=answer, now=clock.now())

    return deed(
        request,
        form,
        deed_,
        title=f"办理：{recipient.notice.title}",
        label="已办",
        back=address(recipient.notice),
        done="已登记办理情况。",
    )


def enter(request: HttpRequest, identity: str) -> HttpResponse:
    """Enter the receipt of somebody who was told otherwise."""
    reader: Any = request.user
    row = get_object_or_404(
        Recipient.objects.select_related("notice__organization", "organization"), pk=identity
    )
    notice: Notice = get_object_or_404(queries.notices(reader), pk=row.notice_id)
    recipient = get_object_or_404(queries.receipts(reader, notice), pk=identity)
    if not permits(reader, queries.SEND, row.organization):
        permit(reader, queries.SEND, notice.organization)
    form = forms.EnterForm(request.POST or None, acts=row.asked == Asked.ACT)

    def deed_(given: Values) -> None:
        answer = given.get("answer", "")
        actions.enter_receipt(
            actor=reader, recipient=row, how=given["how"], acted=bool(answer), answer=answer, now=clock.now()
        )

    return deed(
        request,
        form,
        deed_,
        title=f"代登回执：{getattr(recipient, 'person', '')}",
        back=reverse("notice_receipts", args=[notice.pk]),
        done="已代登回执。",
    )
