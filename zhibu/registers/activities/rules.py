"""The arithmetic of activities (活动): hours, slots, days. Pure: no Django, no clock.

An activity takes place in one or more blocks of time. A block is a whole day, a half-day slot
(半天), or a time by the clock. Articles 6 and 9 are decided by what these add up to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

Part = Literal["morning", "afternoon", "evening", "day", "clock"]

#: What the page calls each part of a day.
PART_TITLES: Mapping[str, str] = {
    "afternoon": "下午半天",
    "morning": "上午半天",
    "day": "全天",
    "evening": "晚上半天",
    "clock": "按起止时间",
}

#: Half-day slots of each part; a time by the clock is shorter than a slot.
SLOTS: Mapping[str, int] = {"morning": 1, "afternoon": 1, "evening": 1, "day": 2, "clock": 0}

#: The minutes of the day that each part fills when no times are given, for telling overlaps.
_SPAN: Mapping[str, tuple[int, int]] = {
    "morning": (0, 12 * 60),
    "afternoon": (12 * 60, 18 * 60),
    "evening": (18 * 60, 24 * 60),
    "day": (0, 18 * 60),
}

#: The four activities (四个活动) of article 9.
FOUR_DAYS = ("four.study", "four.service", "four.deliberation", "four.orglife_day")

#: After so many days an entry asks for its reason: the days in which an event settles (docs/meaning.md 3).
LATE_AFTER_DAYS = 10

#: The longest activity that is taken as one record.
LONGEST_DAYS = 62


@dataclass(frozen=True)
class Block:
    """A stretch of time on one day. `start` and `end` are required for a time by the clock only."""

    day: date
    part: Part
    start: time | None = None
    end: time | None = None

    @property
    def minutes(self) -> int:
        """Minutes between start and end; 0 where they are not given."""
        if self.start is None or self.end is None:
            return 0
        return _minute(self.end) - _minute(self.start)

    @property
    def span(self) -> tuple[int, int]:
        """First and last minute of the day that the block fills."""
        if self.part == "clock" and self.start is not None and self.end is not None:
            return _minute(self.start), _minute(self.end)
        return _SPAN.get(self.part, (0, 0))


@dataclass(frozen=True)
class Hours:
    """What a block earns, in minutes of study (学时): a whole day, a half-day slot, a full hour."""

    day: int
    half_day: int
    full_hour: int


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def slots(blocks: Iterable[Block]) -> int:
    """How many half-day slots the blocks make up (article 6: at least one each week)."""
    return sum(SLOTS[block.part] for block in blocks)


def earned(block: Block, hours: Hours) -> int:
    """Minutes of study that one attendee earns by the block; by the clock only full hours count."""
    if block.part == "day":
        return hours.day
    if block.part == "clock":
        return max(block.minutes, 0) // 60 * hours.full_hour
    return hours.half_day


def earned_by_year(blocks: Iterable[Block], hours_on: Callable[[date], Hours]) -> dict[int, int]:
    """Minutes of study by calendar year: what runs across the new year is split on it (article 6)."""
    years: dict[int, int] = {}
    for block in blocks:
        minutes = earned(block, hours_on(block.day))
        if minutes:
            years[block.day.year] = years.get(block.day.year, 0) + minutes
    return years


def made_up_by_year(earned: Mapping[int, int], made_up: int | None) -> dict[int, int]:
    """Of what was missed on leave, what making up (补学) so many minutes earns in each year, the earlier first.

    `made_up` None: all of it.
    """
    if made_up is None:
        return dict(earned)
    found: dict[int, int] = {}
    for year in sorted(earned):
        found[year] = min(earned[year], made_up)
        made_up -= found[year]
    return found


def spread(
    first: date, last: date, part: Part, start: time | None = None, end: time | None = None
) -> list[Block]:
    """The same block on every day from `first` to `last`, both included."""
    count = (last - first).days + 1
    return [Block(first + timedelta(days=number), part, start, end) for number in range(count)]


def block_faults(blocks: Sequence[Block]) -> list[str]:
    """What is wrong with the blocks, in words for the form; empty when nothing is."""
    faults: list[str] = []
    if not blocks:
        faults.append("请填写活动时间。")
    for block in blocks:
        if block.part == "clock" and (block.start is None or block.end is None):
            faults.append("选择“按起止时间”的，请填写开始和结束时间。")
        if block.start is not None and block.end is not None and block.end <= block.start:
            faults.append("结束时间应晚于开始时间。")
    by_day: dict[date, list[tuple[int, int]]] = {}
    for block in blocks:
        by_day.setdefault(block.day, []).append(block.span)
    for day, spans in sorted(by_day.items()):
        spans.sort()
        if any(after[0] < before[1] for before, after in zip(spans, spans[1:], strict=False)):
            faults.append(f"{day.month}月{day.day}日的时段有重叠。")
    days = sorted(by_day)
    if days and (days[-1] - days[0]).days >= LONGEST_DAYS:
        faults.append(f"一次活动最长 {LONGEST_DAYS} 天，更长的请分次登记。")
    return list(dict.fromkeys(faults))


def last_weekday(today: date, weekday: int) -> date:
    """The latest such ISO weekday up to today, today included (Wednesday = 3)."""
    return today - timedelta(days=(today.isoweekday() - weekday) % 7)


def is_late_entry(last_day: date, today: date) -> bool:
    """True when an activity is entered so late (补录) that the reason is asked for."""
    return (today - last_day).days > LATE_AFTER_DAYS


def title_of(titles: Sequence[str]) -> str:
    """A title from the titles of its kinds, as the minutes book has it: 组织生活日暨集中学习."""
    distinct = list(dict.fromkeys(titles))
    return "暨".join(["、".join(distinct[:-1]), distinct[-1]]) if len(distinct) > 1 else "".join(distinct)


def warnings(
    kinds: Iterable[str], blocks: Sequence[Block], in_slots: Collection[str], unexplained: Sequence[str] = ()
) -> list[str]:
    """What is no fault but worth a second look: all four themes of the month on one afternoon, another weekday
    without a reason (article 9).

    `in_slots`: the kinds that count half-day slots. `unexplained`: the titles of those on another weekday.
    """
    said: list[str] = []
    present = set(kinds)
    if present.issuperset(FOUR_DAYS) and slots(blocks) <= 1:
        said.append("四个活动集中在同一个半天，请确认各项都已实际开展。")
    if present.intersection(in_slots) and slots(blocks) == 0:
        said.append("不足半天，不计入按半天数要求的集中学习。")
    if unexplained:
        said.append(f"{'、'.join(unexplained)}不在规定的星期，照样计入；请在“改期原因”里写明为什么。")
    return said
