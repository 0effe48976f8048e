"""What the verbs of study share: refusals, who may write about oneself, log rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhibu.access import Refused, log, permit, permits, scope, snapshot
from zhibu.access.models import Account
from zhibu.norm.model import Kind, Norm
from zhibu.registers.education import kinds
from zhibu.registers.education.models import Submission
from zhibu.registers.education.queries import OWN, RECORD
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization


def refuse(what: str, why: str, mend: str, code: str) -> Refused:
    """A refusal of this register."""
    return Refused(what=what, why=why, mend=mend, code=f"education.{code}")


def require_kind(norm: Norm, kind: str) -> Kind:
    """The kind's row; Refused where the packs in use do not record it here."""
    found = norm.kinds.get(kind)
    if found is None or found.register != kinds.REGISTER:
        raise refuse(
            "没有登记",
            f"现用的规范包没有“{kind}”这一项，或不在学习教育登记",
            "请与党办核对规范包",
            "kind",
        )
    return found


def permit_writing(actor: Account, organization: Organization, member: Member) -> bool:
    """Who records there may; else a member for oneself. True when it is of oneself by nothing but that."""
    if permits(actor, RECORD, organization):
        return False
    if member.pk == actor.member_id and scope.owns(actor, OWN):
        return True
    permit(actor, RECORD, organization)
    return False


def hold(organization: Organization) -> None:
    """One at a time in an organization: what is sent twice at once is found to stand already."""
    list(Organization.objects.select_for_update().filter(pk=organization.pk))


def log_submission(actor: Account, verb: str, record: Submission, before: Mapping[str, Any] | None) -> None:
    """The log row of one submission."""
    log(
        actor,
        verb,
        record,
        before=before,
        after=snapshot(record),
        organizations=[record.organization_id],
        members=[record.member_id],
    )
