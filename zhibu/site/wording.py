"""How dates, periods and masked numbers are written on pages, in workbooks and on paper. Pure but for WINDOWS."""

from __future__ import annotations

import re
from datetime import date

WEEKDAYS = "一二三四五六日"
QUARTERS = "一二三四"
#: Names that follow the year in a period's name (docs/meaning.md 17, 18).
NAMED = {
    "spring": "春季学期",
    "autumn": "秋季学期",
    "H1": "上半年",
    "H2": "下半年",
}
#: The same of the packs' windows: filled whenever packs are read (`zhibu.site.packs`).
WINDOWS: dict[str, str] = {}


def short_day(day: date) -> str:
    """11月25日（周三）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def full_day(day: date) -> str:
    """2026年11月25日."""
    return f"{day.year}年{day.month}月{day.day}日"


def near_day(day: date, today: date) -> str:
    """The short form within today's year, else with the year: nobody has to guess which year is meant."""
    return short_day(day) if day.year == today.year else full_day(day)


def period_title(name: str) -> str:
    """A period's name (2026-W30, 2026-Q3, 2026-03+2, 2026-autumn, a day) as an official writes it."""
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", name):
        return full_day(date(*(int(part) for part in match.groups())))
    if match := re.fullmatch(r"(\d{4})-(\d\d)\+(\d+)", name):
        return f"{match[1]}年{int(match[2])}月起{match[3]}个月"
    if match := re.fullmatch(r"(\d{4})-(\d\d)", name):
        return f"{match[1]}年{int(match[2])}月"
    if match := re.fullmatch(r"(\d{4})-W(\d\d)", name):
        return f"{match[1]}年第{int(match[2])}周"
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", name):
        return f"{match[1]}年{QUARTERS[int(match[2]) - 1]}季度"
    if re.fullmatch(r"\d{4}", name):
        return f"{name}年"
    year, _, rest = name.partition("-")
    title = NAMED.get(rest) or WINDOWS.get(rest)
    return f"{year}年{title}" if title else name
