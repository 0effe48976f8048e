"""The arithmetic of study: periods of the year, hours as people write them, days that fit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from zhibu.norm.amounts import HOUR

ONE_DAY = timedelta(days=1)

#: The longest training taken as one entry: more than that lies in more than two years.
LONGEST_DAYS = 366
#: The first day that anything can have happened on.
EARLIEST = date(1921, 7, 1)

#: Months in a period, by the period's word in the packs.
MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_WORDS: Mapping[str, str] = {"month": "本月", "quarter": "本季度", "half": "本半年", "year": "本年度"}


@dataclass(frozen=True)
class Period:
    """A period as the audit names it: 2026-Q4, with its first and last day."""

    name: str
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def period_of(unit: str, day: date) -> Period:
    """The month, quarter, half or year that a day lies in."""
    months = MONTHS[unit]
    number = (day.month - 1) // months + 1
    first = date(day.year, (number - 1) * months + 1, 1)
    after = first.year * 12 + first.month - 1 + months
    last = date(after // 12, after % 12 + 1, 1) - ONE_DAY
    names = {"month": f"-{number:02}", "quarter": f"-Q{number}", "half": f"-H{number}", "year": ""}
    return Period(f"{day.year}{names[unit]}", first, last)


def latest(unit: str, day: date, count: int) -> list[Period]:
    """The period that a day lies in and those before it, the newest first."""
    found = [period_of(unit, day)]
    while len(found) < count and found[-1].first.year > EARLIEST.year:
        found.append(period_of(unit, found[-1].first - ONE_DAY))
    return found


def word(unit: str) -> str:
    """What people call the period that now runs: 本季度."""
    return _WORDS[unit]


def crosses_new_year(first: date, last: date) -> bool:
    """True when a training lies in two calendar years: its hours are split on it (article 6)."""
    return first.year != last.year


def training_faults(
    first: date, last: date, minutes: int, minutes_next: int | None, today: date
) -> dict[str, str]:
    """What is wrong with a training's days and hours, by field, in words for the form."""
    faults: dict[str, str] = {}
    if first < EARLIEST:
        faults["first"] = "日期过早，请核对年份。"
    if last < first:
        faults["last"] = "结束日期早于开始日期。"
    elif last > today:
        faults["last"] = "培训还没有结束。结束以后凭证明登记。"
    elif (last - first).days >= LONGEST_DAYS:
        faults["last"] = "一次培训最长一年，更长的请分次登记。"
    elif crosses_new_year(first, last) and minutes_next is None:
        faults["minutes_next"] = f"培训跨年，请把 {last.year} 年内的学时另写，两年分别计。"
    elif not crosses_new_year(first, last) and minutes_next:
        faults["minutes_next"] = "培训没有跨年，这一栏不填。"
    if not faults and minutes + (minutes_next or 0) > ((last - first).days + 1) * 24 * HOUR:
        faults["minutes"] = "学时比培训的总时间还长，请核对。"
    return faults


def counted_day(happened: date, period: Period) -> date | None:
    """The day that it counts for where that is another than `happened`: the last of its period."""
    return None if happened in period else period.last
