"""Readings (口径): which are signed. A signature holds for the wording that was signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from zhibu.desk.models import SignedReading
from zhibu.norm.model import Norm


def signatures(norm: Norm, day: date | None = None) -> Mapping[str, SignedReading]:
    """Reading id → its signature, as known on `day` (None: now). Those of another wording do not count."""
    found: dict[str, SignedReading] = {}
    rows = SignedReading.objects.order_by("signed", "id")
    if day is not None:
        rows = rows.filter(recorded__lte=day)
    for row in rows:
        reading = norm.readings.get(row.reading)
        if reading is not None and reading.proposed == row.wording:
            found[row.reading] = row
    return found
