"""Pages of the inbox. Opening a message is a POST: a GET never writes."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from zhibu.access import Refused
from zhibu.inbox import actions, queries
from zhibu.inbox.models import Kind, Message
from zhibu.site import clock
from zhibu.site.deeds import done
from zhibu.site.listing import Column, Filter, Listing

#: The box a reader sees without asking: what is not put away.
INBOX, UNREAD, ARCHIVED, ALL = "inbox", "unread", "archived", "all"
BOXES = [(INBOX, "收件箱"), (UNREAD, "未读"), (ARCHIVED, "已归档"), (ALL, "全部消息")]


def _box(rows: QuerySet[Message], box: str) -> QuerySet[Message]:
    if box == ALL:
        return rows
    if box == ARCHIVED:
        return rows.exclude(archived=None)
    rows = rows.filter(archived=None)
    return rows.filter(read=None) if box == UNREAD else rows


def _since(rows: QuerySet[Message], days: str) -> QuerySet[Message]:
    return rows.filter(at__gte=clock.now() - timedelta(days=int(days)))


LIST = Listing(
    title="收件箱",
    columns=(
        Column("title", "标题", sort="title", width=40),
        Column("text", "内容", width=40),
        Column("kind", "类别", value=lambda one: one.get_kind_display(), sort="kind"),
        Column("sender", "发送", sort="sender", width=28),
        Column("at", "时间", sort="at"),
        Column("read", "状态", value=lambda one: "已读" if one.read else "未读", sort="read"),
    ),
    search=("title", "text", "sender"),
    search_title="标题、内容、发送人",
    filters=(
        Filter(
            "box",
            "范围",
            choices=BOXES,
            apply=_box,
            default=INBOX,
        ),
        Filter("kind", "类别", choices=Kind.choices),
        Filter("days", "时间", choices=[("7", "近一周"), ("30", "近一月"), ("365", "近一年")], apply=_since),
    ),
    order=("-at", "-pk"),
    measure="条",
    noun="消息",
    per_page=30,
    empty_what="收件箱是空的",
    empty_mend="发给您的通知、文件、提醒和退回的材料会到这里。",
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The reader's messages, the newest first."""
    rows = queries.messages(request.user)
    asked = request.GET.get("box", INBOX)
    context = {
        "unread": queries.unread_now(request),
        "boxes": BOXES,
        "box": asked if asked in dict(BOXES) else INBOX,
        "kind": request.GET.get("kind"),
        "days": request.GET.get("days"),
    }
    return LIST.page(request, rows, "inbox/index.html", context)


def found(request: HttpRequest, identity: str) -> Message:
    """The reader's own message; else 404."""
    return get_object_or_404(queries.messages(request.user), pk=identity)


@require_POST
def open_message(request: HttpRequest, identity: str) -> HttpResponse:
    """Mark the message as read and go to what it is about."""
    reader: Any = request.user
    message = found(request, identity)
    if message.read is None:
        with suppress(Refused):  # read in another tab meanwhile
            actions.mark_read(actor=reader, message=message, now=clock.now())
    return redirect(message.link or reverse("inbox:index"))


@require_POST
def change(request: HttpRequest, identity: str, deed: str) -> HttpResponse:
    """Read, unread, archive, unarchive."""
    reader: Any = request.user
    message = found(request, identity)
    deeds = {
        "read": lambda: actions.mark_read(actor=reader, message=message, now=clock.now()),
        "unread": lambda: actions.mark_unread(actor=reader, message=message),
        "archive": lambda: actions.archive(actor=reader, message=message, now=clock.now()),
        "unarchive": lambda: actions.unarchive(actor=reader, message=message),
    }
    if deed not in deeds:
        raise Http404
    said = {
        "read": "已标为已读。",
        "unread": "已标为未读。",
        "archive": "已归档。",
        "unarchive": "已放回收件箱。",
    }
    return done(request, deeds[deed], back=_back(request), said=said[deed])


@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    reader: Any = request.user
    return done(
        request,
        lambda: actions.mark_all_read(actor=reader, now=clock.now()),
        back=_back(request),
        said="已全部标为已读。",
    )


def _back(request: HttpRequest) -> str:
    """To the list as it was narrowed."""
    query = request.POST.get("query", "")[:300]
    address = reverse("inbox:index")
    return f"{address}?{query}" if query else address
