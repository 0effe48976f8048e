"""Attach a file to an entry, or take it off again."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.access import action, log, scope, snapshot
from zhibu.access.models import Account
from zhibu.registers.evidence import kinds, permission
from zhibu.registers.evidence.models import Attachment, Entry
from zhibu.site import packs
from zhibu.site.files import keep_file


@action("evidence.attach")
def attach_file(*, actor: Account, entry: Entry, name: str, data: bytes, today: date) -> Attachment:
    """Keep the file, then the row that names it. Raises Refused for what is not taken."""
    _permit(actor, entry)
    before = snapshot(entry)
    attachment = Attachment.objects.create(entry=entry, recorded=today, **keep_file(name, data))
    _log(actor, "evidence.attach", entry, before)
    return attachment


@action("evidence.attach")
def remove_attachment(*, actor: Account, attachment: Attachment, today: date) -> None:
    """Take a file off the entry. The content stays for the log."""
    entry = attachment.entry
    _permit(actor, entry)
    before = snapshot(entry)
    attachment.delete()
    _log(actor, "evidence.detach", entry, before)


def _permit(actor: Account, entry: Entry) -> None:
    """Who records for the organization may; to what one wrote of oneself one adds the paper."""
    mine = entry.member_id is not None and entry.member_id == actor.member_id
    own = mine and kinds.is_own(packs.norm(), entry.kind)
    if not (own and scope.owns(actor, "evidence.own")):
        permission.require(actor, "evidence.attach", entry.kind, entry.organization)


def _log(actor: Account, verb: str, entry: Entry, before: dict[str, Any] | None) -> None:
    log(
        actor, verb, entry, before=before, after=snapshot(entry), organizations=[entry.organization_id],
        members=[entry.member_id] if entry.member_id else [],
    )  # fmt: skip
