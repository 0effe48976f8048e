"""Pages on which notices are written, sent, withdrawn and urged."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhibu.access import NotPermitted, Refused
from zhibu.access.permission import permit
from zhibu.access.writing import noting
from zhibu.registers.notices import actions, forms, queries
from zhibu.registers.notices.models import Attachment, Notice
from zhibu.registers.notices.views import address, found
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock
from zhibu.site.deeds import deed, done, say
from zhibu.site.files import read_upload

Values = dict[str, Any]


def sendable(request: HttpRequest, identity: str) -> Notice:
    """The notice, where the reader sees it and may send for its organization."""
    notice = found(request, identity)
    permit(request.user, queries.SEND, notice.organization)
    return notice


def write(request: HttpRequest) -> HttpResponse:
    """Write a notice. The address may say `organization`."""
    permit(request.user, queries.SEND)
    today = clock.today()
    senders = queries.senders(request.user, today)
    if not senders:
        permit(request.user, queries.SEND, Organization(pk=""))
    asked = request.GET.get("organization", "")
    sender = next((one for one in senders if one.pk == asked), senders[0])
    return _written(request, sender, None, today, senders)


def edit(request: HttpRequest, identity: str) -> HttpResponse:
    """Change a draft."""
    notice = sendable(request, identity)
    if notice.status != Notice.Status.DRAFT:
        return redirect(address(notice))
    return _written(request, notice.organization, notice, clock.today(), [])


def _written(
    request: HttpRequest,
    sender: Organization,
    notice: Notice | None,
    today: date,
    senders: list[Organization],
) -> HttpResponse:
    reader: Any = request.user
    initial = forms.initial_of(notice) if notice else {"type": "notice", "asked": "read", "remind_before": 3}
    form = forms.NoticeForm(
        request.POST or None,
        initial={"whom": "secretary"} | initial,
        sender=sender,
        places=queries.below(sender, today),
        ticked=forms.ticks(sender, notice, today),
        today=today,
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        ref = (notice.ref, notice.ref_title) if notice else ("", "")
        try:
            with noting() as deeds:
                made = actions.save_draft(
                    actor=reader, organization=sender, draft=form.draft(*ref), notice=notice, today=today
                )
        except NotPermitted:
            raise
        except Refused as refused:
            refusal = refused
        else:
            say(request, "草稿已保存，核对收件人后发送。", deeds)
            return redirect(address(made))
    shown = {
        "form": form,
        "refusal": refusal,
        "notice": notice,
        "sender": sender,
        "senders": senders,
        "back": address(notice) if notice else reverse("notice_list"),
    }
    status = 409 if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "notices/write.html", shown, status=status)


@require_POST
def send(request: HttpRequest, identity: str) -> HttpResponse:
    """Send the draft."""
    reader: Any = request.user
    notice = sendable(request, identity)
    return done(
        request,
        lambda: actions.send(actor=reader, notice=notice, now=clock.now()),
        back=address(notice),
        said="已发送。",
    )


@require_POST
def discard(request: HttpRequest, identity: str) -> HttpResponse:
    """Throw the draft away."""
    reader: Any = request.user
    notice = sendable(request, identity)
    draft = notice.status == Notice.Status.DRAFT
    return done(
        request,
        lambda: actions.discard(actor=reader, notice=notice),
        back=reverse("notice_list") if draft else address(notice),
        said="草稿已删除。",
    )


def withdraw(request: HttpRequest, identity: str) -> HttpResponse:
    """Withdraw what was sent, with the reason."""
    reader: Any = request.user
    notice = sendable(request, identity)

    def act(given: Values) -> None:
        actions.withdraw(actor=reader, notice=notice, reason=given["reason"], now=clock.now())

    return deed(
        request,
        forms.ReasonForm(request.POST or None),
        act,
        title=f"撤回：{notice.title}",
        label="撤回",
        back=address(notice),
        done="已撤回。没有阅过的人不再看到，阅过的人会收到撤回的消息。",
    )


@require_POST
def urge(request: HttpRequest, identity: str) -> HttpResponse:
    """Remind all who have not yet done it."""
    reader: Any = request.user
    notice = sendable(request, identity)
    return done(
        request,
        lambda: actions.urge(actor=reader, notice=notice, now=clock.now()),
        back=reverse("notice_receipts", args=[notice.pk]),
        said="已催办。",
    )


@require_POST
def attach(request: HttpRequest, identity: str) -> HttpResponse:
    """Attach the file that was sent."""
    reader: Any = request.user
    notice = sendable(request, identity)

    def act() -> None:
        name, data = read_upload(request)
        actions.attach_file(actor=reader, notice=notice, name=name, data=data, today=clock.today())

    return done(request, act, back=address(notice), said="附件已保存。")


@require_POST
def remove_file(request: HttpRequest, identity: str) -> HttpResponse:
    """Take a file off its draft."""
    reader: Any = request.user
    rows = queries.files(reader).filter(recipient=None).select_related("notice__organization")
    row: Attachment = get_object_or_404(rows, pk=identity)
    permit(reader, queries.SEND, row.notice.organization)
    back = address(row.notice)
    return done(
        request,
        lambda: actions.remove_attachment(actor=reader, attachment=row),
        back=back,
        said="附件已移除。",
    )
