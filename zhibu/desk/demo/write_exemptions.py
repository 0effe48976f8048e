"""Writes the demo's exemptions, where their register is installed."""

from __future__ import annotations

from datetime import date

from zhibu.access import snapshot
from zhibu.access.chain import Entry
from zhibu.desk.demo.ids import Ids, id_of
from zhibu.desk.demo.values import Year
from zhibu.registers.exemptions.models import Exemption


def write_exemptions(year: Year, ids: Ids, today: date) -> list[Entry]:
    """The approved exemptions known by `today`; gives what is to be logged."""
    rows = [
        Exemption(
            id=id_of(one.recorded, 4_000_000 + number),
            organization_id=ids[one.unit],
            member_id=ids[one.person] if one.person else None,
            duty=one.duty,
            since=one.since,
            until=one.until,
            reason=one.reason,
            stage=Exemption.Stage.APPROVED,
            applied=one.recorded,
            decided_by="党委会",
            recorded=one.recorded,
        )
        for number, one in enumerate(year.exemptions)
        if one.recorded <= today
    ]
    Exemption.objects.bulk_create(rows)
    return [
        Entry(row, None, snapshot(row), (row.organization_id,), (row.member_id,) if row.member_id else ())
        for row in rows
    ]
