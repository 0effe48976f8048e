"""Messages that other rooms put into inboxes: always inside an action, so that message and deed stand together.

They get no log row of their own: the row of that action says what happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from zhibu.access import writing
from zhibu.access.models import Account
from zhibu.inbox.models import Kind, Message
from zhibu.registers.members.models import Member
from zhibu.site import clock
from zhibu.site.inserting import insert_new

#: What a message is about: the type of a record as Django labels it, and its id.
About = tuple[str, str]
#: A person by the member's id, or an account that is nobody's by its own: (member, account).
Pair = tuple[str | None, str | None]
#: Whom a message goes to.
To = Iterable[Member | Account | Pair]


def post(
    to: To,
    *,
    kind: str,
    title: str,
    text: str = "",
    link: str = "",
    about: About | None = None,
    sender: str = "",
    at: datetime | None = None,
) -> int:
    """Put a message into the inbox of each; gives how many. Inside an action only.

    A person's messages wait for whoever has no account yet; an account that is nobody's has its own.
    `kind`: one of `Kind`. `link`: a path of this site, which checks for itself who may see it. `at`: now.
    """
    writing.require_open()
    if kind not in Kind.values:
        raise ValueError(f"no kind of message: {kind}")
    if link and (not link.startswith("/") or link.startswith("//")):
        raise ValueError(f"not a path of this site: {link}")
    said: dict[str, Any] = {
        "kind": kind,
        "title": title[:200],
        "text": text[:400],
        "link": link,
        "about": named(about),
        "sender": sender[:120],
        "at": at or clock.now(),
    }
    # By id: one person is written to once, whether named as a member or by the account.
    pairs = dict.fromkeys(_pair(one) for one in to)
    made = [Message(member_id=member, account_id=account, **said) for member, account in pairs]
    insert_new(made)
    return len(made)


def settle(about: About, to: To, at: datetime | None = None) -> None:
    """Mark what these have got about a record as read: they have seen to it elsewhere. Inside an action only."""
    writing.require_open()
    pairs = [_pair(one) for one in to]
    rows = Message.objects.filter(about=named(about), read=None)
    members = [member for member, _ in pairs if member]
    accounts = [account for _, account in pairs if account]
    for found in (rows.filter(member__in=members), rows.filter(account__in=accounts)):
        found.update(read=at or clock.now())


def take_back(about: About, *, unread_only: bool = False, kind: str = "") -> int:
    """Take the messages about a record out of all inboxes; gives how many. Inside an action only."""
    writing.require_open()
    rows = Message.objects.filter(about=named(about))
    if unread_only:
        rows = rows.filter(read=None)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.delete()[0]


def named(about: About | None) -> str:
    """How a record is named in the table."""
    return ":".join(about) if about else ""


def _pair(one: Member | Account | Pair) -> Pair:
    """Of an account that is a person's the person."""
    if isinstance(one, tuple):
        return one
    if isinstance(one, Account):
        return (one.member_id, None) if one.member_id else (None, one.pk)
    return one.pk, None
