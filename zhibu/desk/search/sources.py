"""Where a search looks: one row for each sort of thing, in the order in which the page has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from zhibu.access import permits
from zhibu.desk.search import norms, pages, records
from zhibu.desk.search.hits import Group, Hit
from zhibu.site.navigation import opened

#: Gives at most so many hits of these words within the reader's reach, the best first.
Search = Callable[[Any, Sequence[str], int, date], list[Hit]]


class Source(NamedTuple):
    """A sort of thing: its group, how it is found, who may open its pages, the list with all of it.

    Without a `list` all of it is shown by the search page itself. `given`: what the list needs beside the words.
    """

    id: str
    title: str
    search: Search
    verb: str = ""
    list: str = ""
    given: Mapping[str, str] = {}


SOURCES: tuple[Source, ...] = (
    # The list of members begins with those on the roll: here all are meant.
    Source("people", "人员", records.people, "members.read", "member_list", {"here": ""}),
    Source("organizations", "组织", records.organizations, "organizations.read", "organization_list"),
    Source("pages", "页面", lambda reader, asked, most, today: pages.found(reader, asked)[:most]),
    Source("activities", "活动", records.meetings, "activities.read", "activity_list"),
    Source("studies", "学习", records.studies, "education.read"),
    Source("evidence", "佐证", records.papers, "evidence.read", "evidence_list"),
    Source("notices", "通知文件", records.letters, list="notice_list"),
    Source("files", "附件", records.files),
    Source("norm", "规范", lambda reader, asked, most, today: norms.found(reader, asked)[:most]),
)


def look(reader: Any, asked: Sequence[str], most: int, today: date, only: str = "") -> list[Group]:
    """The groups with at most `most` hits each; `only`: of one source alone."""
    groups = []
    for source in SOURCES:
        if only and source.id != only or not opened(source.verb, lambda verb: permits(reader, verb)):
            continue
        hits = source.search(reader, asked, most + 1, today)
        more = _all_of(source, asked) if len(hits) > most else ""
        groups.append(Group(source.id, source.title, tuple(hits[:most]), more))
    return groups


def _all_of(source: Source, asked: Sequence[str]) -> str:
    given = {"q": " ".join(asked), **source.given}
    if source.list:
        return f"{reverse(source.list)}?{urlencode(given)}"
    return f"{reverse('desk:search')}?{urlencode({**given, 'in': source.id})}"
