"""Dates as rosters write them. A date that could be two different days is refused, never guessed."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

#: Excel counts days from here (the missing 29 February 1900 included, so right from 1900-03-01 on).
_EPOCH = datetime.date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1880, 2100
_FIRST_SERIAL, _LAST_SERIAL = 61, 73415  # 1900-03-01 … 2100-12-31

_YEAR = r"(18[89]\d|19\d\d|20\d\d|2100)"  # other four digits before a point are a serial number
_YMD = re.compile(_YEAR + r"\s*[-./、年—–－]\s*(\d{1,2})\s*[-./、月—–－]\s*(\d{1,2})\s*[日号]?")
_YM = re.compile(_YEAR + r"\s*[-./、年—–－]\s*(\d{1,2})\s*月?(?:份)?")
_CLOCK = re.compile(r"[T\s]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*$")
_WEEKDAY = re.compile(r"\s*[（(]?(?:星期|周)[一二三四五六日天][）)]?\s*$")
_SERIAL = re.compile(r"\d{2,5}(\.\d+)?")


@dataclass(frozen=True)
class Day:
    """A date read from a cell. With `month_only` the first of the month stands for an unnamed day."""

    date: datetime.date
    month_only: bool = False


@dataclass(frozen=True)
class NoDay:
    """A cell that holds no date: `code` is the last part of the fault's code."""

    code: Literal["unreadable", "ambiguous", "impossible", "year_only"]
    what: str
    mend: str
    either: tuple[datetime.date, ...] = ()  # the days it may mean, month only


_FORM = "请写成 1980-03-15 这样的年-月-日"


def _build(year: int, month: int, day: int | None, written: str) -> Day | NoDay:
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12):
        return NoDay("impossible", f"“{written}”不是日历上的日期", _FORM)
    if day is None:
        return Day(datetime.date(year, month, 1), month_only=True)
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return NoDay("impossible", f"“{written}”不是日历上的日期", _FORM)
    return Day(datetime.date(year, month, day))


def _serial(number: float, written: str) -> Day | NoDay:
    if _FIRST_YEAR <= number <= _LAST_YEAR:  # as a serial this would be 1905: a year is meant
        return NoDay("year_only", f"“{written}”只有年份", "请补上月和日，如 1980-03-15")
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return Day(_EPOCH + datetime.timedelta(days=int(number)))
    return NoDay("unreadable", f"“{written}”读不出日期", _FORM)


def _digits(text: str) -> Day | NoDay | None:
    if len(text) == 8:
        return _build(int(text[:4]), int(text[4:6]), int(text[6:]), text)
    if len(text) == 6:
        return _build(int(text[:4]), int(text[4:]), None, text)
    return None


def _number(value: float) -> Day | NoDay:
    written = repr(value) if isinstance(value, float) and value % 1 else str(int(value))
    if value % 1 == 0:
        return _digits(str(int(value))) or _serial(value, written)
    if _FIRST_YEAR <= value <= _LAST_YEAR:
        # 1980.3 is March; but a number cell shows October's 1980.10 as 1980.1, so that one may be either
        fraction = written.split(".")[1]
        if len(fraction) > 2:
            return NoDay("unreadable", f"“{written}”读不出日期", _FORM)
        if fraction == "1":
            year = int(value)
            return NoDay(
                "ambiguous",
                f"“{written}”在数字格里既可能是 {year} 年 1 月，也可能是 {year} 年 10 月",
                f"请写成 {year}-01 或 {year}-10（单元格设为文本）",
                (datetime.date(year, 1, 1), datetime.date(year, 10, 1)),
            )
        return _build(int(value), int(fraction), None, written)
    return _serial(value, written)


@lru_cache(maxsize=50_000)
def _text(text: str) -> Day | NoDay:
    folded = unicodedata.normalize("NFKC", text).strip()
    folded = _WEEKDAY.sub("", _CLOCK.sub("", folded)).strip().rstrip(".。")
    if match := _YMD.fullmatch(folded):
        return _build(int(match[1]), int(match[2]), int(match[3]), text)
    if match := _YM.fullmatch(folded):
        return _build(int(match[1]), int(match[2]), None, text)
    if folded.isascii() and folded.isdigit() and (found := _digits(folded)):
        return found
    if folded.isascii() and _SERIAL.fullmatch(folded):
        return _serial(float(folded), text)
    if re.fullmatch(r"\d{4}\s*年?", folded):
        return NoDay("year_only", f"“{text}”只有年份", "请补上月和日，如 1980-03-15")
    return NoDay("unreadable", f"“{text}”读不出日期", _FORM)


def read_date(value: object) -> Day | NoDay:
    """The day a cell means: a date, a number, or text in any of the notations of rosters.

    Known: 2020-08-20, 2020.08.20, 2020/8/20, 20200820, 2020年8月20日, 1980.3, 198003, 1980年3月, and Excel
    serial numbers, also as text; a clock time or weekday behind it is dropped. An empty cell is the
    caller's matter.
    """
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        if _FIRST_YEAR <= value.year <= _LAST_YEAR:
            return Day(value)
        return NoDay("impossible", f"“{value}”不是名册里会有的日期", _FORM)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return NoDay("unreadable", f"“{value}”读不出日期", _FORM)
    if isinstance(value, str):
        return _text(value[:60])
    if value != value or value in (float("inf"), float("-inf")) or value < 0:
        return NoDay("unreadable", f"“{value}”读不出日期", _FORM)
    return _number(value)
