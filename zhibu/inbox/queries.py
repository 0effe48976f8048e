"""Reads of the inbox: only ever the reader's own."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from zhibu.access.models import Account
from zhibu.inbox.models import Message

#: Past so many the header says so and counts no further.
MOST_COUNTED = 99


def messages(reader: Any) -> QuerySet[Message]:
    """The reader's messages, archived ones too."""
    if not isinstance(reader, Account) or not reader.is_active:
        return Message.objects.none()
    own = Q(account=reader.pk)
    return Message.objects.filter(own | Q(member=reader.member_id) if reader.member_id else own)


def unread(reader: Any) -> int:
    """How many are neither read nor archived, counted up to one past MOST_COUNTED. One query."""
    waiting = messages(reader).filter(read=None, archived=None).values_list("pk", flat=True)
    # So few are fetched sooner than a query around the query is built.
    return len(waiting[: MOST_COUNTED + 1])


def unread_now(request: HttpRequest) -> int:
    """`unread` of who asks, counted once for the page."""
    if "unread_messages" not in request.__dict__:
        request.__dict__["unread_messages"] = unread(request.user)
    return int(request.__dict__["unread_messages"])
