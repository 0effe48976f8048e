"""How the last writes of a record are shown on its page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from zhibu.access import verbs
from zhibu.access.models import LogRow
from zhibu.access.undo import can_undo

SHOWN = 10


def history(reader: Any, rows: QuerySet[LogRow]) -> list[dict[str, Any]]:
    """The latest deeds: when, who, what; the last one with whether the reader may undo it."""
    deeds: list[dict[str, Any]] = []
    for row in rows[: SHOWN * 4]:
        if deeds and deeds[-1]["row"].deed == row.deed:
            continue
        if len(deeds) == SHOWN:
            break
        actor = getattr(row, "actor_name", "") or row.actor
        deeds.append({"row": row, "actor": actor, "verb": verbs.title(row.verb), "undoable": False})
    if deeds:
        deeds[0]["undoable"] = can_undo(reader, deeds[0]["row"].deed)
    return deeds
