"""What an address or a record names and no pack has any more: said with why, and how to mend it."""

from __future__ import annotations

from difflib import get_close_matches

from zhibu.access import scope
from zhibu.access.refusals import Gone
from zhibu.desk.findings import Kept
from zhibu.desk.queries import Reach
from zhibu.norm.model import Duty, Norm, Reading
from zhibu.registers.organizations.models import FirstDayOfUse, Organization

_WHY = "现在的规范包里没有这个编号：可能改了名、并入了别的要求，或者换了规范包"


def duty_of(norm: Norm, id: str) -> Duty:
    """The duty. Raises Gone, with those whose ids are near, where no pack has it."""
    if id in norm.duties:
        return norm.duties[id]
    near = [norm.duties[one] for one in get_close_matches(id, norm.duties, 3, 0.6)]
    alike = f"；编号相近的有{'、'.join(f'“{one.title}”（{one.id}）' for one in near)}" if near else ""
    raise Gone(
        what=f"没有工作要求“{id[:60]}”",
        why=_WHY,
        mend=f"请从“规范”页打开现行的要求{alike}。以前的检查结果不随规范保留，原始记录仍在各台账里",
        code="desk.duty_gone",
    )


def reading_of(norm: Norm, id: str) -> Reading:
    """The reading. Raises Gone where no pack has it."""
    if id in norm.readings:
        return norm.readings[id]
    raise Gone(
        what=f"没有口径“{id[:60]}”",
        why=_WHY.replace("要求", "口径"),
        mend="请从“口径确认”页打开现有的口径。以前的签字留在日志里",
        code="desk.reading_gone",
    )


def lost_packs(norm: Norm, kept: Kept, reach: Reach) -> list[tuple[str, str]]:
    """Committees in or above the reach whose first day of use names a pack that is not installed, with its name.

    Nothing of that pack is checked there. Looked up once for each reach until the next write.
    """
    found: list[tuple[str, str]] | None = kept.derived.get(("lost", reach))
    if found is None:
        found = kept.derived["lost", reach] = _lost(norm, reach)
    return found


def _lost(norm: Norm, reach: Reach) -> list[tuple[str, str]]:
    rows = FirstDayOfUse.objects.exclude(pack__in=["*", *norm.packs]).select_related("organization")
    return [
        (str(row.organization), row.pack)
        for row in rows.order_by("organization_id", "pack")
        if Organization.objects.filter(pk__in=scope.subtree((row.organization_id,)))
        .filter(pk__in=reach.organizations)
        .exists()
    ]
