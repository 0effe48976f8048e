"""The only writers of what a reader does with the own inbox. They touch nobody: no finding depends on them."""

from __future__ import annotations

from datetime import datetime

from zhibu.access import Refused, action, log_many
from zhibu.access.chain import Entry
from zhibu.access.models import Account
from zhibu.inbox import queries
from zhibu.inbox.models import Message


@action("inbox.read")
def mark_read(*, actor: Account, message: Message, now: datetime) -> Message:
    """Mark a message as read. Raises Refused for what is read already or another's."""
    _change(actor, "inbox.read", [message], read=now)
    return message


@action("inbox.unread")
def mark_unread(*, actor: Account, message: Message) -> Message:
    """Mark a message as not read."""
    _change(actor, "inbox.unread", [message], read=None)
    return message


@action("inbox.read")
def mark_all_read(*, actor: Account, now: datetime) -> int:
    """Mark everything as read; gives how many. Raises Refused where nothing is unread."""
    unread = list(queries.messages(actor).filter(read=None, archived=None))
    _change(actor, "inbox.read", unread, read=now)
    return len(unread)


@action("inbox.archive")
def archive(*, actor: Account, message: Message, now: datetime) -> Message:
    """Put a message away; it counts as read."""
    _change(actor, "inbox.archive", [message], archived=now, read=message.read or now)
    return message


@action("inbox.unarchive")
def unarchive(*, actor: Account, message: Message) -> Message:
    """Take a message out of the archive."""
    _change(actor, "inbox.unarchive", [message], archived=None)
    return message


def _change(actor: Account, verb: str, messages: list[Message], **values: datetime | None) -> None:
    """Set these fields; one log row, on the account, says of which messages."""
    own = set(
        queries.messages(actor).filter(pk__in=[one.pk for one in messages]).values_list("pk", flat=True)
    )
    changed = [
        one
        for one in messages
        if one.pk in own
        and any((getattr(one, name) is None) != (value is None) for name, value in values.items())
    ]
    if not changed:
        raise Refused(
            what="没有改动",
            why="消息已经是这个状态，或不在您的收件箱",
            mend="请刷新页面",
            code="inbox.unchanged",
        )
    for one in changed:
        for name, value in values.items():
            setattr(one, name, value)
    Message.objects.bulk_update(changed, list(values), batch_size=500)
    log_many(actor, verb, [Entry(actor, None, {"messages": [one.pk for one in changed]})])
