"""距达标还差什么: what would have to be recorded, and by when, for the year to end met.

The same audit, asked as of the day after the year's last due day over what is recorded now: whatever would
then be missed is what is still lacking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhibu.access import scope
from zhibu.access.permission import permit
from zhibu.audit.calendar import due_day
from zhibu.audit.plan import periods_of
from zhibu.audit.relations import Finding
from zhibu.desk import findings, mending, queries
from zhibu.desk.addresses import Addresses
from zhibu.desk.entrusted import entrusted
from zhibu.desk.findings import Kept
from zhibu.desk.readings import signatures
from zhibu.desk.tasks import exceeded, in_order
from zhibu.norm.amounts import amount_title, unit_of
from zhibu.norm.model import Duty, Norm
from zhibu.norm.order import article_number
from zhibu.registers.members.models import Member
from zhibu.site import clock, packs
from zhibu.site.wording import near_day, period_title


@dataclass(frozen=True)
class Lack:
    """What several subjects lack alike in one period."""

    period: str
    lacking: str
    when: str  # by when, or how what is past can still be mended
    names: list[str]
    address: str


@dataclass(frozen=True)
class Lacking:
    """What is lacking of one duty."""

    duty: Duty
    number: str
    address: str
    lines: list[Lack]
    unit: str  # in which the names are counted
    doubtful: bool


def settled(norm: Norm, year: int) -> date:
    """The day after the last on which anything of the year (periods begun, anchors in it) falls due. Pure."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    dues = [last]
    for duty in norm.duties.values():
        if duty.form == "quota":
            periods = periods_of(norm, duty, first, last)
            dues += [due_day(period.last, duty.due) for period in periods if first <= period.first <= last]
        elif duty.within and (days := norm.number(duty.within, last)):
            dues.append(last + timedelta(days=days))
    return max(dues) + timedelta(days=1)


def by_the_end(today: date) -> Kept:
    """What this year will have come to when all of it is due, if nothing more is recorded."""
    horizon = settled(packs.norm(), today.year)
    return findings.findings(horizon, date(today.year, 1, 1), date(today.year, 12, 31))


def of_year(norm: Norm, now: Iterable[Finding], then: Iterable[Finding], day: date) -> list[Finding]:
    """What would be missed of this year: what has periods or anchors as of `then`, what stands as of now. Pure."""
    standing = {duty.id for duty in norm.duties.values() if duty.form in ("standing", "streak")}
    year = str(day.year)
    return [
        *(one for one in now if one.status == "missed" and one.duty in standing),
        *(
            one
            for one in then
            if one.status == "missed"
            and one.duty not in standing
            and one.period.startswith(year)
            # What would follow from a miss that has not happened is not lacking.
            and not (norm.duties[one.duty].anchor_duties and one.period >= day.isoformat())
        ),
    ]


def lacking(
    norm: Norm, missed: Iterable[Finding], names: Mapping[str, str], day: date, signed: frozenset[str]
) -> list[Lacking]:
    """The missed of one organization or person by duty, alike ones together, in the norm's order. Pure.

    `names`: of those subjects that are named, the persons and the groups.
    """
    at = Addresses(day, day)
    alike: dict[str, dict[tuple[date, str, str], list[Finding]]] = {}
    for one in missed:
        words = _words(norm, one)
        alike.setdefault(one.duty, {}).setdefault((one.due, one.period, words), []).append(one)
    found = []
    for duty in in_order(norm):
        if duty.id not in alike:
            continue
        momentary = duty.form in ("standing", "streak")
        lines = [
            Lack(
                "" if momentary else period_title(period),
                words,
                _when(duty, several[0], day),
                [names[one.subject] for one in several if one.subject in names],
                at.finding(several[0])
                if due <= day and len(several) == 1
                else at.duty(duty.id, several[0].org),
            )
            for (due, period, words), several in sorted(alike[duty.id].items(), key=lambda item: item[0])
        ]
        doubtful = any(one not in signed for one in duty.readings)
        unit = "个" if norm.subjects[duty.subjects].is_organization else "人"
        found.append(Lacking(duty, article_number(duty.article), at.duty(duty.id), lines, unit, doubtful))
    return found


def _when(duty: Duty, one: Finding, day: date) -> str:
    if exceeded(duty, one):
        return "已超出，请核对更正"
    if duty.form not in ("standing", "streak") and one.due >= day:
        return f"{near_day(one.due, day)}前"
    # What had to come before cannot be done afterwards, only entered.
    return "已过期，当时做了的可补录" if duty.direction == "before" else "已过期，可补办"


def _words(norm: Norm, one: Finding) -> str:
    duty, unit = norm.duties[one.duty], unit_of(norm, one.duty)
    if duty.form == "streak":
        return f"已连续 {one.actual} 期没有"
    if duty.ratio is not None:
        return f"现为 {amount_title(one.actual, unit)}，应为 {amount_title(one.required, unit)}"
    gap = (one.required or 0) - (one.actual or 0)
    return f"{'还差' if gap > 0 else '多出'} {amount_title(abs(gap), unit) if unit else f'{abs(gap)} 项'}"


@require_safe
def ahead(request: HttpRequest) -> HttpResponse:
    """For one branch, or for oneself: everything that is lacking this year, with names, numbers and days."""
    permit(request.user, "desk.read")
    reader: Any = request.user
    norm, today = packs.norm(), clock.today()
    reach = queries.reach(reader)
    tree = queries.placements(today)
    places = queries.places(tree, reach, today)
    only = places[0].id if len(places) == 1 else ""
    chosen = request.GET.get("org") or next((one.id for one in places if one.kind == "branch"), only)
    now = queries.seen(norm, findings.findings(today), reach)
    then = queries.seen(norm, by_the_end(today), reach)
    home = queries.homes(tree)
    listed = {one.id for one in places}
    if chosen and chosen not in listed and not (chosen in home and chosen in reach.organizations):
        raise Http404
    member = _member(reader, request.GET.get("member", ""))
    if member is not None:
        mine, to_come = now.of_subject(member.pk), then.of_subject(member.pk)
        missed = of_year(norm, mine, to_come, today)
        return render(
            request,
            "desk/ahead.html",
            _shown(reader, norm, missed, {member.pk: member.name}, today)
            | {"place": member.name, "chosen": chosen, "member": member.pk},
        )
    if chosen:  # a group's leader sees the group alone
        within = {chosen} | {group for group, branch in home.items() if branch == chosen}
        now, then = now.only(within), then.only(within)
    missed = of_year(norm, now, then, today)
    names = queries.names(missed, tree)
    place = names.pop(chosen, "")
    shown = _shown(reader, norm, missed, names, today)
    whole = home.get(chosen, "") if chosen not in listed else ""  # of a group its branch
    shown |= {"place": place, "places": [] if whole else places, "chosen": whole or chosen, "whole": whole}
    return render(request, "desk/ahead.html", shown)


def _shown(
    reader: Any, norm: Norm, missed: list[Finding], names: Mapping[str, str], today: date
) -> dict[str, Any]:
    """What the page says of anyone: what is lacking, and the afternoons that are left."""
    afternoons = [one for one in _afternoons(norm, today) if one.year == today.year]
    part = entrusted(reader, norm)
    found = lacking(norm, missed, names, today, frozenset(signatures(norm)))
    own = [one for one in found if part is None or one.duty.id in part.duties]
    return {
        "today": today,
        "part": part.title if part else "",
        "lacking": own,
        "others": [one for one in found if part is not None and one.duty.id not in part.duties],
        "total": len(missed),
        "afternoons": [near_day(one, today) for one in afternoons],
    }


def _member(reader: Any, asked: str) -> Member | None:
    """The member asked for; None without one. 404 where the reader does not see the person."""
    if not asked:
        return None
    found: Member | None = scope.members(reader).filter(pk=asked[:40]).first()
    if found is None:
        raise Http404
    return found


def _afternoons(norm: Norm, day: date) -> list[date]:
    """The study afternoons from `day` to the end of the year that are left."""
    calendar = mending.school_calendar(norm)
    left = [day + timedelta(days=n) for n in range((date(day.year, 12, 31) - day).days + 1)]
    return [one for one in left if mending.study_day(calendar, one, one) == one]
