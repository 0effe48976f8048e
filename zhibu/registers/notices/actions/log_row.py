"""The log rows of this register, and its refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zhibu.access import Refused, log, snapshot
from zhibu.access.models import Account
from zhibu.registers.notices.models import Notice, Recipient


def refuse(why: str, mend: str, code: str, what: str = "没有保存") -> Refused:
    """A refusal of this register."""
    return Refused(what=what, why=why, mend=mend, code=f"notices.{code}")


def log_notice(
    actor: Account,
    verb: str,
    notice: Notice,
    before: Mapping[str, Any] | None,
    organizations: Iterable[str] = (),
    **more: Any,
) -> None:
    """The row of a write on a notice; it touches the sender and the organizations named."""
    after = dict(snapshot(notice) or {}) | more
    touched = [notice.organization_id, *organizations]
    log(actor, verb, notice, before=before, after=after, organizations=touched)


def log_receipt(actor: Account, verb: str, recipient: Recipient, before: Mapping[str, Any] | None) -> None:
    """The row of a write on a receipt; it touches the person and the organization of that day."""
    members = [recipient.member_id] if recipient.member_id else []
    log(
        actor, verb, recipient, before=before, after=snapshot(recipient),
        organizations=[recipient.organization_id], members=members,
    )  # fmt: skip
