"""Rosters out of the register: who belongs to these organizations on a day in the official layout; who applies."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from zhibu.access import action, log, permit, permits, sealing
from zhibu.access.models import Account
from zhibu.access.scope import subtree
from zhibu.registers.intervals import in_force
from zhibu.registers.members.models import SEALED_WITH, Application, Membership
from zhibu.registers.members.roster.masks import MASKS
from zhibu.registers.members.roster.official import layout, shown, write_official
from zhibu.registers.organizations.models import Organization
from zhibu.site.workbook import build

_PART = 2_000
_CODES = {column["field"]: column.get("codes") for column in layout()["columns"]}


def export_roster(
    *, reader: Account, organization: Organization, day: date, masked: bool = True
) -> tuple[bytes, int]:
    """The workbook of `organization` and all below it on `day`, and how many members it holds.

    Unmasked only where the reader may unmask there, and then logged. Raises NotPermitted.
    """
    permit(reader, "members.export", organization)
    masked = masked or not unmasked(reader, organization)
    out = io.BytesIO()
    name = Organization.objects.on(day).filter(pk=organization.pk).first()
    count = write_official(
        people(Membership, organization, day),
        committee=str(name or organization),
        day=day,
        out=out,
        masked=masked,
    )
    return out.getvalue(), count


def unmasked(reader: Account, organization: Organization) -> bool:
    """True when the reader may have the full numbers of an organization; that they were taken is logged."""
    if not permits(reader, "members.unmask", organization):
        return False
    _note_unmasked(actor=reader, organization=organization)
    return True


@action("members.unmask")
def _note_unmasked(*, actor: Account, organization: Organization) -> None:
    log(actor, "members.unmask", organization, before=None, after=None, organizations=[organization])


#: The applicants' sheet as it is brought in too: field → title, width.
APPLICANTS = {
    "number": ("学工号", 14),
    "name": ("姓名", 12),
    "id_number": ("公民身份证号码", 22),
    "sex": ("性别", 6),
    "ethnicity": ("民族", 10),
    "born": ("出生日期", 12),
    "education": ("学历", 16),
    "since": ("入党申请时间", 14),
    "activist": ("确定为积极分子时间", 18),
    "prospect": ("确定为发展对象时间", 18),
    "branch": ("所在党组织", 30),
    "joined": ("入党时间", 12),
    "confirmed": ("转正时间", 12),
    "mobile": ("移动电话", 16),
}


def export_applicants(
    *, reader: Account, organization: Organization, day: date, masked: bool = True
) -> tuple[bytes, int]:
    """The workbook of the applicants at `organization` and below on `day`, and how many. Masked as the roster."""
    permit(reader, "members.export", organization)
    masked = masked or not unmasked(reader, organization)
    lines = []
    for row in people(Application, organization, day):
        values = row | ({"since": row["applied"]} if row["applied"] else {})
        cells = [shown(name, _CODES.get(name), values.get(name)) for name in APPLICANTS]
        pairs = zip(APPLICANTS, cells, strict=True)
        lines.append([MASKS[name](text) if masked and name in MASKS else text for name, text in pairs])
    return build("入党申请人名册", list(APPLICANTS.values()), lines), len(lines)


def people(
    model: type[Membership] | type[Application], organization: Organization, day: date
) -> Iterator[dict[str, Any]]:
    """Who belongs there or applies there on the day: the profile opened, the row's own fields, the branch's name."""
    below = Organization.objects.on(day).filter(id__in=subtree((organization.pk,)))
    names = {row.pk: (row.number, row.name) for row in below}
    rows: list[Any] = list(
        model.objects.filter(in_force(day), organization__in=list(names))
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
            own = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
            yield {**own, **plain, **opened, "branch": names[row.organization_id][1]}
