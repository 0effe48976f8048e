"""Notices that wait for the reader, as errands of the workbench."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from zhibu.desk.tasks import Errand
from zhibu.registers.notices import queries, rules
from zhibu.registers.notices.models import Asked

#: More than this nobody works off from the workbench; the list of notices has all.
MOST = 30


def received(reader: Any, day: date) -> list[Errand]:
    """What the reader has to read or to act on, the nearest deadline first. One query."""
    found = []
    for row in queries.waiting_for(reader)[:MOST]:
        notice = row.notice
        page, acts = reverse("notice", args=[notice.pk]), row.asked == Asked.ACT
        said = [notice.demand or "请办理" if acts else "请阅知", rules.said_of(notice.deadline, day)]
        form = reverse("notice_act", args=[notice.pk]) if acts and row.read else page
        found.append(
            Errand(
                due=notice.deadline,
                title=notice.title,
                said="，".join(part for part in said if part),
                why=f"{notice.place_name}{notice.get_type_display()}",
                address=page,
                button=(form, "办理" if acts else "阅知"),
            )
        )
    return found
