"""The official roster out of the register: who belongs to these organizations on a day, in the official layout."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from zhibu.access import permit, permits, sealing
from zhibu.access.models import Account
from zhibu.access.scope import subtree
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import SEALED_WITH, Membership
from zhibu.registers.members.roster.official import write_official
from zhibu.registers.organizations.models import Organization

_PART = 2_000


def export_roster(
    *, reader: Account, organization: Organization, day: date, masked: bool = True
) -> tuple[bytes, int]:
    """The workbook of `organization` and all below it on `day`, and how many members it holds.

    Unmasked only where the reader may unmask there. Raises NotPermitted.
    """
    permit(reader, "members.export", organization)
    if not permits(reader, "members.unmask", organization):
        masked = True
    out = io.BytesIO()
    name = Organization.objects.on(day).filter(pk=organization.pk).first()
    count = write_official(
        _rows(organization, day), committee=str(name or organization), day=day, out=out, masked=masked
    )
    return out.getvalue(), count


def _rows(organization: Organization, day: date) -> Iterator[dict[str, Any]]:
    below = Organization.objects.on(day).filter(id__in=subtree((organization.pk,)))
    names = {row.pk: (row.number, row.name) for row in below}
    rows = list(
        Membership.objects.filter(in_force(day), organization__in=list(names))
        .select_related("member")
        .order_by("organization_id", "member__pinyin", "member_id")
    )
    rows.sort(key=lambda row: names[row.organization_id])
    for start in range(0, len(rows), _PART):
        part = rows[start : start + _PART]
        keys = sealing.object_keys(SEALED_WITH, [row.member_id for row in part if row.member.sealed])
        for row in part:
            member = row.member
            opened: dict[str, str] = {}
            if member.sealed:
                sealed = bytes(member.sealed)
                opened = sealing.open_with(keys[member.pk], SEALED_WITH, member.pk, sealed) or {}
            plain = {field.attname: getattr(member, field.attname) for field in member._meta.concrete_fields}
            yield {**plain, **opened, "branch": names[row.organization_id][1], "status": row.status}
