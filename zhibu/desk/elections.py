"""Terms of office that end soon (期满提醒), as errands of the workbench; one that is over is a missed duty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from zhibu.access import scope
from zhibu.desk.calendar.queries import term_ends
from zhibu.desk.findings import Kept
from zhibu.desk.tasks import Errand
from zhibu.norm.model import Norm
from zhibu.norm.order import article_number
from zhibu.registers.organizations import terms
from zhibu.registers.organizations.models import Placement
from zhibu.site.wording import full_day

#: Whoever has it enters the elections of an organization.
VERB = "evidence.record"


def ending(reader: Any, norm: Norm, kept: Kept, tree: Iterable[Placement], day: date) -> list[Errand]:
    """From the first reminder on, the terms that end and for whose organization the reader works.

    Of several organizations one line: in a campaign year all branches end at once. Kept until the next write.
    """
    key = ("ending", scope.reachable(reader, VERB) & scope.reachable(reader, scope.READ_ORGANIZATIONS))
    found: list[Errand] | None = kept.derived.get(key)
    if found is None:
        standing = {row.organization_id: row for row in tree if row.holds(day)}
        ends = term_ends(reader, norm, standing.values(), day, None)
        mine = [(end, standing[org]) for end, org in ends if org in key[1] and end > day]
        come = [(end, row) for end, row in mine if terms.reminders(norm, end, day)]
        found = kept.derived[key] = [_errand(norm, come, day)] if come else []
    return found


def _errand(norm: Norm, ends: Sequence[tuple[date, Placement]], day: date) -> Errand:
    """One line for the terms that end, the first of them first."""
    end, row = ends[0]
    left, where = f"{full_day(end)}届满，还有 {(end - day).days} 天", row.name
    address = f"{reverse('organization', args=[row.organization_id])}?tab=offices"
    if len(ends) > 1:
        left, where = f"最早的{left}", f"{len(ends)} 个党组织"
        address = f"{reverse('calendar:calendar')}?view=month&day={end.isoformat()}"
    soon = terms.reminders(norm, end, day) == len(terms.REMINDERS)
    said = f"{left}；{'请抓紧请示、报批' if soon else '请着手准备换届'}"
    return Errand(end, f"{where}换届提醒", said, _why(norm, row.kind), address, (address, "查看"))


def _why(norm: Norm, kind: str) -> str:
    """The article that says how long the terms of such an organization last."""
    duty = terms.duty_of(norm, kind)
    return f"规范第 {article_number(duty.article)} 条" if duty else "经批准的届期"
