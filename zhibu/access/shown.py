"""How the last writes of a record are shown on its page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from zhibu.access import verbs
from zhibu.access.models import LogRow
from zhibu.access.undo import ONLY_LOOKS, can_undo

SHOWN = 10
#: What wrote more records than this at once is taken back from the log or the import, not from one record's page.
MOST_AT_ONCE = 200


def history(reader: Any, rows: QuerySet[LogRow]) -> list[dict[str, Any]]:
    """The latest deeds: when, who, what; the last that changed anything with whether the reader may undo it.

    `many`: how many records that deed wrote, where it was a whole sheet.
    """
    deeds: list[dict[str, Any]] = []
    for row in rows[: SHOWN * 4]:
        if deeds and deeds[-1]["row"].deed == row.deed:
            continue
        if len(deeds) == SHOWN:
            break
        actor = getattr(row, "actor_name", "") or row.actor
        deeds.append({"row": row, "actor": actor, "verb": verbs.title(row.verb)})
    last = next((deed for deed in deeds if deed["row"].verb not in ONLY_LOOKS), None)
    if last is not None:
        last["many"] = LogRow.objects.filter(deed=last["row"].deed).values("object").distinct().count()
        last["undoable"] = last["many"] <= MOST_AT_ONCE and can_undo(reader, last["row"].deed)
    return deeds
