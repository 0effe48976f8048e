"""Writes the demo's signed readings (口径): most are signed, a few wait, so that both can be seen."""

from __future__ import annotations

from zhibu.access import snapshot
from zhibu.access.chain import Entry
from zhibu.desk.demo.ids import id_of
from zhibu.desk.demo.values import College
from zhibu.desk.models import SignedReading
from zhibu.norm.model import Norm

#: What the demo's committee has not yet decided.
UNSIGNED = frozenset({"staff_ratio", "five_ones", "this_year", "calendar"})


def write_readings(college: College, norm: Norm, secretary: str) -> list[Entry]:
    """All readings but `UNSIGNED`, signed by the secretary on the first day of use; gives what is to be logged."""
    rows = [
        SignedReading(
            id=id_of(college.first_day, 5_000_000 + number),
            reading=reading.id,
            wording=reading.proposed,
            signed_by=secretary,
            signed=college.first_day,
            recorded=college.first_day,
        )
        for number, reading in enumerate(norm.readings.values())
        if reading.id not in UNSIGNED
    ]
    SignedReading.objects.bulk_create(rows)
    return [Entry(row, None, snapshot(row), verb="norm.sign") for row in rows]
