"""Attach a file to a reflection, a training or a sheet, or take it off again."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.access import action, log, permit, permits, scope, snapshot
from zhibu.access.models import Account
from zhibu.registers.education.models import Attachment, Reflection, Sheet, Submission, Training
from zhibu.registers.education.queries import OWN
from zhibu.site.files import keep_file

Owner = Reflection | Training | Sheet


@action("education.attach")
def attach_file(*, actor: Account, owner: Owner, name: str, data: bytes, today: date) -> Attachment:
    """Keep the file, then the row that names it. Raises Refused for what is not taken."""
    verb = _permit(actor, owner, "education.attach")
    before = snapshot(owner)
    row = keep(owner, name, data, today)
    _log(actor, verb, owner, before)
    return row


def keep(owner: Owner, name: str, data: bytes, today: date) -> Attachment:
    """The file and its row, inside an action that logs."""
    of: dict[str, Any] = {type(owner).__name__.lower(): owner}
    return Attachment.objects.create(**of, recorded=today, **keep_file(name, data))


@action("education.attach")
def remove_attachment(*, actor: Account, attachment: Attachment) -> None:
    """Take a file off. The content stays for the log."""
    owner = attachment.owner
    verb = _permit(actor, owner, "education.detach")
    before = snapshot(owner)
    attachment.delete()
    _log(actor, verb, owner, before)


def _permit(actor: Account, owner: Owner, verb: str) -> str:
    """Who records there may; a member on what one handed in oneself, until it is accepted. Gives the log's verb."""
    if not permits(actor, verb, owner.organization):
        own = isinstance(owner, Submission) and owner.open and owner.member_id == actor.member_id
        if own and scope.owns(actor, OWN):
            return OWN
        permit(actor, verb, owner.organization)
    return verb


def _log(actor: Account, verb: str, owner: Owner, before: dict[str, Any] | None) -> None:
    members = [owner.member_id] if isinstance(owner, Submission) else []
    log(
        actor, verb, owner, before=before, after=snapshot(owner), organizations=[owner.organization_id],
        members=members,
    )  # fmt: skip
