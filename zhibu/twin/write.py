"""Writes the twin (仿真数据): a lifelike bundle of any size, part by part, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from zhibu.norm.model import Calendar
from zhibu.twin import cases, college
from zhibu.twin.afternoons import afternoons
from zhibu.twin.dues import dues
from zhibu.twin.streams import Streams

#: So many members at most in one part unless parts are given: it bounds the memory.
MEMBERS_OF_PART = 50_000
LEAST_MEMBERS = 30
UNITS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
ORDERS = {
    "organizations": "org, since",
    "memberships": "org, member, since",
    "events": "kind, org, member, day, happened, ref",
    "states": "kind, org, member, since, ref",
}
EVENTS = """CREATE TABLE events (kind TEXT, org TEXT, member TEXT, day DATE, happened DATE, amount BIGINT,
            ref TEXT, recorded DATE)"""
STATES = """CREATE TABLE states (kind TEXT, org TEXT, member TEXT, since DATE, until DATE, amount BIGINT,
            ref TEXT, recorded DATE)"""


@dataclass(frozen=True)
class Size:
    """What is asked for: so many committees, members in all, years up to `as_of`; the seed; parts or None."""

    committees: int
    members: int
    years: int
    seed: int
    as_of: date
    parts: int | None = None

    @property
    def first(self) -> date:
        """The first day of use: January 1 of the first of the years; the last is the year of `as_of`."""
        return date(self.as_of.year - self.years + 1, 1, 1)

    @property
    def folders(self) -> int:
        """How many parts are written."""
        wanted = self.parts or -(-self.members // MEMBERS_OF_PART)
        return min(wanted, self.committees)


class TwinRefused(ValueError):
    """The size asked for cannot be made: says what and why."""


def rates() -> dict[str, Any]:
    """The shares of rates.yaml, by which the colleges live and fail."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "rates.yaml").read_text("utf-8"))
    return loaded


def write(size: Size, calendar: Calendar, folder: Path) -> Iterator[dict[str, int]]:
    """Writes the bundle into `folder` and gives the numbers of rows of each part as it is done.

    Raises TwinRefused when the sizes do not fit together or the folder is not empty.
    """
    refuse(size, folder)
    folder.mkdir(parents=True, exist_ok=True)
    digits = len(str(size.folders - 1))
    for part in range(size.folders):
        target = folder / f"part={part:0{digits}d}" if size.folders > 1 else folder
        target.mkdir(exist_ok=True)
        yield write_part(size, calendar, part, target)


def refuse(size: Size, folder: Path) -> None:
    """Says what does not fit."""
    if size.committees < 1 or size.years < 1:
        raise TwinRefused("党委数和年数至少为 1。请改 --committees、--years。")
    if size.members < size.committees * LEAST_MEMBERS:
        raise TwinRefused(
            f"每个党委至少要有 {LEAST_MEMBERS} 名党员，{size.committees} 个党委至少 "
            f"{size.committees * LEAST_MEMBERS} 名。请加大 --members 或减少 --committees。"
        )
    if size.as_of.year - size.years < 0 or size.as_of.year == date.max.year:
        raise TwinRefused(
            "没有这样的年份：从第一年到截止日所在的年，要在公元 1 年到 9998 年之间。请改 --years、--as-of。"
        )
    if size.parts is not None and size.parts < 1:
        raise TwinRefused("分片数至少为 1。请改 --parts。")
    if folder.exists() and not folder.is_dir():
        raise TwinRefused(f"{folder} 是文件，不是文件夹。请换一个空文件夹。")
    if folder.exists() and any(folder.iterdir()):
        raise TwinRefused(f"文件夹 {folder} 里已有内容，不覆盖。请换一个空文件夹。")


def write_part(size: Size, calendar: Calendar, part: int, folder: Path) -> dict[str, int]:
    """One part: its committees' rows in four Parquet files, in a fixed order."""
    shares = rates()
    first, as_of = size.first, size.as_of
    bounds = {
        "members": size.members,
        "committees": size.committees,
        "first": size.committees * part // size.folders,
        "last": size.committees * (part + 1) // size.folders,
    }
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute("SET preserve_insertion_order = false")
        college.draws(connection, size.seed)
        college.tree(connection, shares, bounds)
        college.people(connection, shares, first, as_of)
        college.posts(connection, shares, first, as_of)
        college.subjects(connection)
        lay_calendar(connection, calendar, first, as_of)
        connection.execute(EVENTS)
        connection.execute(STATES)
        for statement in statements(Streams(shares, first, as_of)):
            connection.execute(statement)
        selects = {
            "organizations": college.organizations(first),
            "memberships": college.memberships(shares, first),
            "events": "SELECT * FROM events",
            "states": "SELECT * FROM states",
        }
        counts = {}
        for name, select in selects.items():
            path = str(folder / f"{name}.parquet").replace("'", "''")
            connection.execute(f"COPY ({select} ORDER BY {ORDERS[name]}) TO '{path}' (FORMAT parquet)")
            found = connection.execute(f"SELECT count(*) FROM ({select})").fetchone()
            counts[name] = int(found[0]) if found else 0
    return counts


def statements(streams: Streams) -> Iterator[str]:
    """Everything that fills `events` and `states`; papers follow last, when their events are there."""
    yield from cases.settings(streams)
    yield from cases.held_posts(streams)
    yield from cases.terms(streams)
    yield from cases.leavers(streams)
    yield from cases.appraisals(streams)
    yield from cases.money(streams)
    yield from cases.honours(streams)
    yield from cases.workers(streams)
    yield from streams.standing()
    yield from streams.periodic()
    yield from afternoons(streams)
    yield from dues(streams)
    yield from streams.following()


def lay_calendar(connection: duckdb.DuckDBPyConnection, calendar: Calendar, first: date, as_of: date) -> None:
    """The tables `period` and `afternoon` from the first day to the end of the year of `as_of`."""
    connection.execute("CREATE TABLE period (unit TEXT, number BIGINT, name TEXT, first DATE, last DATE)")
    connection.executemany("INSERT INTO period VALUES (?, ?, ?, ?, ?)", list(periods(calendar, first, as_of)))
    connection.execute(
        "CREATE TABLE afternoon (number BIGINT, day DATE, held DATE, month BIGINT, rank BIGINT, weeks BIGINT)"
    )
    rows = list(study_afternoons(calendar, first, as_of))
    if rows:
        connection.executemany("INSERT INTO afternoon VALUES (?, ?, ?, ?, ?, ?)", rows)


def periods(calendar: Calendar, first: date, as_of: date) -> Iterator[tuple[object, ...]]:
    """Unit, number, name, first and last day; numbers run from the year 0, so a period keeps its number."""
    for unit, months in UNITS.items():
        for year in range(first.year, as_of.year + 1):
            for turn in range(12 // months):
                begins = date(year, turn * months + 1, 1)
                after = date(year + (turn + 1) * months // 12, (turn + 1) * months % 12 + 1, 1)
                name = {1: f"{year}-{turn + 1:02d}", 3: f"{year}-Q{turn + 1}", 6: f"{year}-H{turn + 1}"}
                number = year * (12 // months) + turn
                yield unit, number, name.get(months, str(year)), begins, after - timedelta(days=1)
    for term in calendar.terms:
        if term.first >= first and term.first <= as_of:
            yield "semester", term.first.toordinal(), term.name, term.first, term.last


def study_afternoons(
    calendar: Calendar, first: date, as_of: date
) -> Iterator[tuple[int, ...] | tuple[Any, ...]]:
    """The working study afternoons: number, day, day held, month, rank in the month, how many it has."""
    days: dict[tuple[int, int], list[date]] = {}
    for day in _days(first, as_of):
        taught = any(term.first <= day <= term.last for term in calendar.terms)
        if day.isoweekday() == calendar.study_weekday and taught and day not in calendar.lost:
            days.setdefault((day.year, day.month), []).append(day)
    for (_, month), held in days.items():
        for rank, day in enumerate(held, start=1):
            yield day.toordinal(), day, calendar.moved.get(day, day), month, rank, len(held)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
