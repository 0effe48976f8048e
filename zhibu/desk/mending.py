"""Which day the form that mends a finding begins with. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from zhibu.audit.calendar import Period
from zhibu.audit.plan import periods_of
from zhibu.audit.relations import Finding
from zhibu.norm.model import Calendar, Duty, Kind, Norm
from zhibu.registers.evidence.rules import FOR_A_MONTH

ONE_DAY = timedelta(days=1)


class Day(NamedTuple):
    """When it happens, and the day that it counts for where that is another."""

    happened: date
    counts_for: date | None = None


def period_of(norm: Norm, duty: Duty, finding: Finding) -> Period | None:
    """The days of the finding's period; None where the finding is about a single day."""
    if duty.form != "quota":
        return None
    around = finding.due - timedelta(days=800), finding.due
    return next((each for each in periods_of(norm, duty, *around) if each.name == finding.period), None)


def mending_day(norm: Norm, finding: Finding, kind: Kind, today: date) -> Day:
    """The day to begin with: never ahead, within the period where that is still true.

    An activity is on a study afternoon, anything else on a working day. What is due after its period and is
    done then counts for the period's last day; so does money for a month that is over: it is received today.
    """
    duty = norm.duties[finding.duty]
    period = period_of(norm, duty, finding)
    first = period.first if period else date.min
    last = period.last if period else finding.due
    if period and last < today and (today <= finding.due or kind.id in FOR_A_MONTH):
        return Day(today, last)
    if duty.direction == "after":
        return Day(today)  # what comes after its time is done now: late, and said so
    latest = min(last, today)
    if kind.register == "activities":
        return Day(study_day(school_calendar(norm), first, latest) or _working_day(first, latest))
    return Day(_working_day(first, latest))


def study_day(calendar: Calendar | None, first: date, latest: date) -> date | None:
    """The last study afternoon (学习日) from `first` to `latest` that was not lost; a moved one where it went."""
    if calendar is None:
        return None
    # Beyond these weeks no form would be filled in from here.
    earliest = max(first, latest - timedelta(days=200))
    days = [earliest + n * ONE_DAY for n in range((latest - earliest).days + 1)]
    study = [day for day in days if day.isoweekday() == calendar.study_weekday and day not in calendar.lost]
    study += [to for to in calendar.moved.values() if earliest <= to <= latest]
    taught = [day for day in study if any(term.first <= day <= term.last for term in calendar.terms)]
    return max(taught or study, default=None)


def school_calendar(norm: Norm) -> Calendar | None:
    """The calendar that knows the study afternoon: one pack has it, all keep it."""
    calendars = (pack.calendar for pack in norm.packs.values())
    return next((calendar for calendar in calendars if calendar.study_weekday is not None), None)


def _working_day(first: date, latest: date) -> date:
    """`latest`, on a weekend the Friday before it unless that is too early."""
    friday = latest - timedelta(days=max(latest.isoweekday() - 5, 0))
    return friday if friday >= first else latest
