"""What the workbench shows at a glance: who is behind, what is due next, the month's days, the reader's own year."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhibu.audit.relations import Finding
from zhibu.desk import tasks
from zhibu.desk.addresses import Addresses
from zhibu.desk.cells import Seen
from zhibu.desk.document import Place
from zhibu.desk.overview import running_now
from zhibu.norm.amounts import amount_title, unit_of
from zhibu.norm.model import Norm
from zhibu.registers.evidence import queries as evidence
from zhibu.site.wording import period_title

#: The period of the days that come round every month (四个活动).
MONTHLY = "teaching_month"
CERTIFICATES = "certificate."


@dataclass(frozen=True)
class MonthDuty:
    """One of the month's days: of one branch its status, of several how many have held it."""

    title: str
    status: str  # of one branch
    done: int
    total: int
    address: str


def of_month(norm: Norm, seen: Seen, branches: Sequence[Place], day: date, at: Addresses) -> list[MonthDuty]:
    """The days that come round every month, as far as branches owe them this month."""
    places = {one.id for one in branches}
    name = f"{day:%Y-%m}"
    lines = []
    for duty in tasks.in_order(norm):
        if duty.period != MONTHLY:
            continue
        rows = [one for one in seen.only(places, {duty.id}) if one.period == name]
        if rows:
            done = sum(one.status in ("met", "late") for one in rows)
            single = len(places) == 1
            address = at.finding(rows[0]) if single else at.duty(duty.id)
            lines.append(MonthDuty(duty.title, rows[0].status if single else "", done, len(rows), address))
    return lines


@dataclass(frozen=True)
class OwnLine:
    """One duty of the reader's own."""

    title: str
    period: str
    required: str
    actual: str
    short: str
    status: str
    address: str


def own(
    norm: Norm, mine: Sequence[Finding], day: date, at: Addresses, doubtful: Collection[str]
) -> list[OwnLine]:
    """The reader's own duties, in the norm's order: what is missed, and what runs now."""
    lines = []
    by_duty: Mapping[str, list[Finding]] = {duty.id: [] for duty in tasks.in_order(norm)}
    for one in mine:
        by_duty[one.duty].append(one)
    for duty_id, found in by_duty.items():
        if not found:
            continue
        duty, unit = norm.duties[duty_id], unit_of(norm, duty_id)
        missed = [one for one in found if one.status == "missed"]
        now = [one for one in running_now(found, day, duty.form == "sequence") if one not in missed]
        momentary = duty.form in ("standing", "streak")
        for one in [*missed, *now]:
            gap = (one.required or 0) - (one.actual or 0)
            counts = duty.form == "quota" and duty.compare == "at_least" and gap > 0
            # Of what must not go on too long, and of what must stand, two bare numbers say nothing.
            plain = duty.form == "quota" and duty.compare != "at_most"
            status = "unsigned" if one.status == "missed" and duty_id in doubtful else one.status
            lines.append(
                OwnLine(
                    duty.title,
                    "" if momentary else period_title(one.period),
                    amount_title(one.required, unit) if plain else "",
                    amount_title(one.actual, unit) if plain else "",
                    (amount_title(gap, unit) if unit else f"{gap} 项") if counts else "",
                    status,
                    at.finding(one),
                )
            )
    return lines


def certificates(reader: Any, norm: Norm, day: date) -> list[tuple[str, date, date | None, bool]]:
    """The reader's own certificates (合格证): what, since when, until when, and whether it holds. The last first."""
    kinds = [kind for kind in norm.kinds if kind.startswith(CERTIFICATES)]
    rows = evidence.entries(reader).filter(member=reader.member_id, kind__in=kinds, withdrawn=None)
    found = rows.order_by("-day", "pk").values_list("kind", "day", "until")
    return [
        (norm.kinds[kind].title, since, until, until is None or until > day) for kind, since, until in found
    ]
