"""A record as it stands when it is written, and what the log keeps of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model

from zhibu.access.refusals import Refused
from zhibu.site.found_by import columns


def renew(record: Model) -> None:
    """Read a record again inside an action: since the page fetched it another may have changed it, and what is
    saved from an old copy undoes that. Raises Refused where it is gone.
    """
    try:
        record.refresh_from_db()
    except ObjectDoesNotExist as gone:
        raise Refused(
            what="没有改动",
            why="这条记录刚才已被撤回或删除",
            mend="请刷新页面",
            code="access.gone_meanwhile",
        ) from gone


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
