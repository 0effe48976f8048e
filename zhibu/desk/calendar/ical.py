"""Calendars as files (RFC 5545): title, place, time and organization of what is there, and nobody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from zhibu.desk.addresses import Addresses
from zhibu.desk.calendar.dues import Due
from zhibu.desk.calendar.school import SchoolDay
from zhibu.desk.calendar.things import USUAL, Held, Things
from zhibu.norm.model import Norm
from zhibu.norm.order import article_number
from zhibu.registers.activities.models import Activity
from zhibu.registers.activities.rules import PART_TITLES
from zhibu.site.clock import SHANGHAI
from zhibu.site.wording import full_day

CONTENT_TYPE = "text/calendar; charset=utf-8"
#: How often a calendar program should ask again.
REFRESH = timedelta(hours=6)
ONE_DAY = timedelta(days=1)


class Pages:
    """Makes whole addresses of the pages that an entry is about: host and scheme are the asker's."""

    def __init__(self, whole: Callable[[str], str], today: date) -> None:
        self.whole, self.at = whole, Addresses(today, today)


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """A calendar of this name with these entries, lines folded at 75 octets."""
    made = Calendar()
    made.add("prodid", "-//Zhibu//zhibu calendar//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", "Asia/Shanghai")
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    made.add_component(_zone())
    for event in events:
        made.add_component(event)
    return bytes(made.to_ical())


def _zone() -> Timezone:
    """Asia/Shanghai: one time all the year since the last summer time ended."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1991, 9, 15, 2, 0))  # noqa: DTZ001  # local time by RFC 5545
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", "Asia/Shanghai")
    zone.add_component(standard)
    return zone


def of_things(norm: Norm, things: Things, pages: Pages, made: datetime) -> list[Event]:
    """The entries of what was found. `made`: when the feed was, from which on what nobody wrote stands in it."""
    return [
        *(
            held(one, things.names, pages, things.revised.get(one.activity.pk))
            for one in things.held
            if one.moved_to is None
        ),
        *(_due(norm, one, things.names, pages, made) for one in things.dues),
        *(_term(day, org, things.names, pages, made) for day, org in things.terms),
    ]


def held(
    one: Held, names: Mapping[str, str], pages: Pages, revised: tuple[int, datetime] | None = None
) -> Event:
    """An activity on one of its days. `revised`: how many rows the log has of it, and the time of the last."""
    activity = one.activity
    cancelled = activity.status == Activity.Status.CANCELLED
    rows, last = revised or (1, datetime.combine(activity.recorded, time(), SHANGHAI))
    uid = activity.pk if one.number == 0 else f"{activity.pk}-{one.number}"
    said = ["、".join(names.get(org, "") for org in one.organizations), activity.get_status_display()]
    if activity.counts_for:
        said.append(f"计入 {full_day(activity.counts_for)}")
    start, end = _times(one)
    if start is None and one.part in USUAL:
        start, end = USUAL[one.part]
        said.append(f"{PART_TITLES[one.part]}（没有写起止时间，按通常时间显示）")
    title = f"已取消：{activity.title}" if cancelled else activity.title
    event = _event(uid, title, said, pages.whole(one.address), rows - 1, last)
    if start is None or end is None:
        _whole_day(event, one.day)
    else:
        event.add("dtstart", datetime.combine(one.day, start, SHANGHAI))
        event.add("dtend", datetime.combine(one.day, end, SHANGHAI))
    if activity.place:
        event.add("location", activity.place)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event


def _times(one: Held) -> tuple[time | None, time | None]:
    return (one.start, one.end) if one.start and one.end else (None, None)


def _due(norm: Norm, due: Due, names: Mapping[str, str], pages: Pages, made: datetime) -> Event:
    missed = due.status == "missed"
    # What was open turns into what is missed on the day after it was due.
    turned = datetime.combine(due.day + ONE_DAY, time(), SHANGHAI)
    said = [
        names.get(due.org, ""),
        f"{norm.packs[due.duty.pack].title}第 {article_number(due.duty.article)} 条",
    ]
    event = _event(
        f"due-{due.duty.id}-{due.org}-{due.day:%Y%m%d}",
        f"{'已过期' if missed else '到期'}：{due.duty.title}",
        said,
        pages.whole(pages.at.duty(due.duty.id, due.org)),
        int(missed),
        max(made, turned) if missed else made,
    )
    return _free(_whole_day(event, due.day))


def _term(day: date, org: str, names: Mapping[str, str], pages: Pages, made: datetime) -> Event:
    name = names.get(org, "")
    page = pages.whole(f"/organizations/{org}/")
    event = _event(f"term-{org}-{day:%Y%m%d}", f"任期届满：{name}", [name], page, 0, made)
    return _free(_whole_day(event, day))


def of_school(days: Mapping[date, SchoolDay], pages: Pages, made: datetime) -> list[Event]:
    """The four days in their turn, and what the school calendar says of a day."""
    page = pages.whole("/calendar/school/")
    found = []
    for day, one in days.items():
        titles = [(f"theme-{duty.id}", duty.title) for duty in one.themes]
        titles += [(f"school-{number}", note) for number, note in enumerate(one.notes)]
        found += [
            _free(_whole_day(_event(f"{key}-{day:%Y%m%d}", title, ["校历"], page, 0, made), day))
            for key, title in titles
        ]
    return found


def _event(uid: str, title: str, said: Sequence[str], page: str, sequence: int, revised: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@zhibu")
    # Without METHOD the stamp says when what is told was last revised, and stays while that does.
    event.add("dtstamp", revised)
    event.add("last-modified", revised)
    event.add("sequence", sequence)
    event.add("summary", title)
    event.add("description", "\n".join(line for line in said if line))
    event.add("url", page)
    return event


def _whole_day(event: Event, day: date) -> Event:
    """The whole day: its end is the day after, as RFC 5545 has it."""
    event.add("dtstart", day)
    event.add("dtend", day + ONE_DAY)
    return event


def _free(event: Event) -> Event:
    """Takes no time of anybody's."""
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    return event
