"""What the log keeps of a record."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from zhibu.site.found_by import columns


def snapshot(record: Model | None) -> dict[str, Any] | None:
    """Every field of a record as it is now, by column name; a record may say otherwise with a method
    `snapshot`.
    """
    if record is None:
        return None
    own = getattr(record, "snapshot", None)
    if own is not None:
        return dict(own())
    return {field.attname: getattr(record, field.attname) for field in columns(record)}
