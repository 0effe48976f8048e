"""List pages (列表): columns said once give the page and the Excel workbook, search, sort, filters, pages.

    MEMBERS = Listing(title="党员", search=("name",),
                      columns=(Column("name", "姓名", link=address_of, sort="pinyin"), ...))

    def members(request): return MEMBERS.page(request, queries.members(reader))

Rows are a QuerySet (one query counts, one fetches the page) or a list of anything, or a function that gives them
for the values of the filters in force. Parameters of the address that make no sense are left out and the page
says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from zhibu.site import workbook
from zhibu.site.clock import SHANGHAI

Rows = QuerySet[Any] | Sequence[Any]
PER_PAGE = 50
MOST_TEXT = 100
#: Each word is looked for in every column of every row.
MOST_WORDS = 6
#: Days of filters outside these years are nobody's meaning, and past what a moment in another zone can be.
FIRST_YEAR, LAST_YEAR = 1900, 2200
#: Texts up to so long are not broken: a name, a date.
KEPT_TOGETHER = 10
LIST_TEMPLATE = "site/list.html"


@dataclass(frozen=True)
class Column:
    """One column. `value`: a function of the row, or a dotted attribute (default: the key).

    `shown` gives what the page prints where that is not the plain value (a chip, a masked number); the
    workbook has the value. `sort` names the field or fields for a QuerySet, True sorts a list by value.
    `only`: page or workbook.
    """

    key: str
    title: str
    value: Callable[[Any], object] | str = ""
    shown: Callable[[Any], object] | None = None
    link: Callable[[Any], str | None] | None = None
    sort: str | tuple[str, ...] | bool = False
    number: bool = False
    only: str = ""
    width: int = 16

    def of(self, row: Any) -> Any:
        """The plain value for a row."""
        if callable(self.value):
            return self.value(row)
        found = row
        for part in (self.value or self.key).split("."):
            found = getattr(found, part, None)
        if isinstance(found, datetime) and found.tzinfo is not None:
            return found.astimezone(SHANGHAI).replace(tzinfo=None)
        return found


@dataclass(frozen=True)
class Filter:
    """One filter of the address. `choices` None asks for a day.

    `apply` narrows QuerySets; `keep` tests the rows of a list. Without `apply` a QuerySet is
    narrowed by `field` (default: the key). `default` holds where the address does not name the filter.
    """

    key: str
    title: str
    choices: Sequence[tuple[str, str]] | Callable[[HttpRequest], Sequence[tuple[str, str]]] | None = ()
    field: str = ""
    apply: Callable[[QuerySet[Any], Any], QuerySet[Any]] | None = None
    keep: Callable[[Any, Any], bool] | None = None
    default: str = ""


@dataclass
class Shown:
    """What the template gets."""

    heads: list[dict[str, object]]
    rows: list[list[dict[str, object]]]
    records: list[Any]  # the same rows as they were given, for a template with a shape of its own
    total: int
    measure: str
    noun: str
    notices: list[str]
    search: str
    searchable: bool
    search_title: str
    filters: list[dict[str, object]]
    kept: list[tuple[str, str]]
    narrowed: bool
    all_address: str
    export_address: str
    page_links: list[tuple[str, str, bool]]
    caption: str
    empty_what: str
    empty_mend: str
    empty_buttons: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Listing:
    """A list page, said as data.

    `order` is the order without `sort`; `keep` names parameters that links carry on; `known` those that are
    somebody else's: not carried on, and no mistake. `beside`: the links of its rows open the panel beside the
    list. `look_up` is called with the rows that are going to be said, before any column is asked: for what a
    fixed number of queries finds for all of them. `find` gives the rows that have all words, where that is
    quicker than looking at what the columns say of every row.
    """

    title: str
    columns: tuple[Column, ...]
    search: tuple[str, ...] = ()
    search_title: str = "查找"
    filters: tuple[Filter, ...] = ()
    order: tuple[str, ...] = ()
    measure: str = "条"
    noun: str = "记录"
    per_page: int = PER_PAGE
    keep: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    beside: bool = False
    exports: bool = True  # whether the page offers its workbook
    look_up: Callable[[Sequence[Any]], None] | None = None
    find: Callable[[Any, Sequence[str]], Sequence[Any]] | None = None
    caption: str = ""
    empty_what: str = "还没有记录"
    empty_mend: str = ""
    empty_buttons: tuple[tuple[str, str], ...] = field(default=())

    def page(
        self,
        request: HttpRequest,
        rows: Rows | Callable[[Mapping[str, Any]], Rows],
        template: str = LIST_TEMPLATE,
        context: Mapping[str, object] | None = None,
        buttons: Sequence[tuple[str, str]] = (),
    ) -> HttpResponse:
        """The page, or with `?export=xlsx` the workbook of all rows that the search and filters leave."""
        asked = _Asked(self, request)
        chosen = asked.chosen(rows(asked.values) if callable(rows) else rows)
        if asked.wants_workbook:
            columns = [column for column in self.columns if column.only != "page"]
            if self.look_up and not isinstance(chosen, QuerySet):
                self.look_up(chosen)
            found = chosen.iterator(chunk_size=2000) if isinstance(chosen, QuerySet) else chosen
            cells = ([column.of(row) for column in columns] for row in found)
            return workbook.response(self.title, [(column.title, column.width) for column in columns], cells)
        shown = asked.shown(chosen)
        return render(
            request, template, {"listing": self, "shown": shown, "buttons": buttons, **(context or {})}
        )


def ignored(given: QueryDict, known: Collection[str]) -> list[str]:
    """What of an address's parameters is left out: unknown ones, and all but the last of one given twice."""
    unknown = "、".join(sorted(key[:30] for key in given if key not in known))
    twice = "、".join(sorted(key for key, texts in given.lists() if len(set(texts)) > 1 and key in known))
    said = [f"地址中有不认识的参数，已忽略：{unknown}。"] if unknown else []
    return [*said, f"地址中写了不止一次，只用最后一个：{twice}。"] if twice else said


class _Asked:
    """The parameters of one request, read leniently."""

    def __init__(self, listing: Listing, request: HttpRequest) -> None:
        self.listing = listing
        self.request = request
        self.given = request.GET
        self.notices: list[str] = []
        self.search = (
            self.given.get("q", "").replace("\x00", "").strip()[:MOST_TEXT] if listing.search else ""
        )
        self.words = self.search.split()[:MOST_WORDS]
        if len(self.search.split()) > MOST_WORDS:
            self.notices.append(f"查找最多用 {MOST_WORDS} 个词，后面的已略去。")
        self.sort = self._sort()
        self.filters = [(filter_, *self._filter(filter_)) for filter_ in listing.filters]
        self.wants_workbook = self.given.get("export") == "xlsx"
        known = {"q", "sort", "page", "export", *listing.keep, *listing.known}
        known.update(one.key for one in listing.filters)
        self.notices += ignored(self.given, known)

    def _sort(self) -> tuple[Column, bool] | None:
        wanted = self.given.get("sort", "")
        if not wanted:
            return None
        for column in self.listing.columns:
            if column.sort and column.key == wanted.removeprefix("-"):
                return column, wanted.startswith("-")
        self.notices.append(f"不能按“{wanted[:30]}”排序，已按通常的次序排列。")
        return None

    def _filter(self, filter_: Filter) -> tuple[Sequence[tuple[str, str]] | None, str, Any]:
        """The filter's choices, the text in force, and its value; None where it is not used."""
        choices = filter_.choices(self.request) if callable(filter_.choices) else filter_.choices
        text = self.given.get(filter_.key, filter_.default).strip()
        if not text:
            return choices, "", None
        if choices is None:
            try:
                day = date.fromisoformat(text)
                if FIRST_YEAR <= day.year <= LAST_YEAR:
                    return None, text, day
                self.notices.append(f"“{filter_.title}”的年份不对，已忽略“{text[:30]}”。")
                return None, "", None
            except ValueError:
                self.notices.append(f"“{filter_.title}”要写成 2026-11-25 这样的日期，已忽略“{text[:30]}”。")
                return None, "", None
        if text in (value for value, _ in choices):
            return choices, text, text
        self.notices.append(f"“{filter_.title}”没有“{text[:30]}”这一项，已忽略。")
        return choices, "", None

    @property
    def values(self) -> dict[str, Any]:
        """The values of the filters in force."""
        return {filter_.key: value for filter_, _, _, value in self.filters if value is not None}

    @property
    def narrowed(self) -> bool:
        return bool(self.search) or any(text != filter_.default for filter_, _, text, _ in self.filters)

    def chosen(self, rows: Rows) -> Rows:
        """The rows that search and filters leave, in the order asked for."""
        return self._query(rows) if isinstance(rows, QuerySet) else self._list(rows)

    def _query(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for filter_, _, _, value in self.filters:
            if value is not None:
                rows = (
                    filter_.apply(rows, value)
                    if filter_.apply
                    else rows.filter(**{filter_.field or filter_.key: value})
                )
        for word in self.words:
            rows = rows.filter(
                reduce(or_, (Q(**{f"{name}__icontains": word}) for name in self.listing.search))
            )
        order = list(self.listing.order) or ["pk"]
        if self.sort:
            column, down = self.sort
            names = column.sort if isinstance(column.sort, tuple) else (str(column.sort),)
            order = [("-" if down else "") + name for name in names] + order
        return rows.order_by(*order)

    def _list(self, rows: Sequence[Any]) -> Sequence[Any]:
        # As it is where nothing is asked of it: it may be long, and a page shows little of it.
        found = rows
        for filter_, _, _, value in self.filters:
            if value is not None and filter_.keep:
                keep = filter_.keep
                found = [row for row in found if keep(row, value)]
        if self.words and self.listing.find:
            found = self.listing.find(found, self.words)
        if self.listing.look_up and (self.sort or (self.words and not self.listing.find)):
            self.listing.look_up(found)
        words = [] if self.listing.find else [word.casefold() for word in self.words]
        if words:
            names = self.listing.search
            columns = [column for column in self.listing.columns if column.key in names]
            texts = ((row, " ".join(str(column.of(row)) for column in columns).casefold()) for row in found)
            found = [row for row, text in texts if all(word in text for word in words)]
        if self.sort:
            column, down = self.sort
            filled = [row for row in found if column.of(row) is not None]
            blank = [row for row in found if column.of(row) is None]
            found = sorted(filled, key=column.of, reverse=down) + blank
        return found

    def shown(self, chosen: Rows) -> Shown:
        """The page's rows, heads, filters and links. One count and one fetch for a QuerySet."""
        listing = self.listing
        total = chosen.count() if isinstance(chosen, QuerySet) else len(chosen)
        pages = max(1, -(-total // listing.per_page))
        number = self._page_number(pages)
        first = (number - 1) * listing.per_page
        columns = [column for column in listing.columns if column.only != "workbook"]
        records = list(chosen[first : first + listing.per_page]) if total else []
        if listing.look_up:
            listing.look_up(records)
        rows = [[_cell(column, row) for column in columns] for row in records]
        return Shown(
            heads=[self._head(column) for column in columns],
            rows=rows,
            records=records,
            total=total,
            measure=listing.measure,
            noun=listing.noun,
            notices=self.notices,
            search=self.search,
            searchable=bool(listing.search),
            search_title=listing.search_title,
            filters=[
                {"key": one.key, "title": one.title, "choices": choices, "value": text}
                for one, choices, text, _ in self.filters
            ],
            kept=[(key, self.given[key]) for key in (*listing.keep, "sort") if self.given.get(key)],
            narrowed=self.narrowed,
            all_address=self._address(only=listing.keep),
            export_address=self._address(export="xlsx", page=None) if listing.exports else "",
            page_links=self._page_links(number, pages),
            caption=listing.caption,
            empty_what=listing.empty_what,
            empty_mend=listing.empty_mend,
            empty_buttons=listing.empty_buttons,
        )

    def _page_number(self, pages: int) -> int:
        text = self.given.get("page", "1")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
        if 1 <= number <= pages:
            return number
        self.notices.append(f"没有第“{text[:10]}”页，显示第 1 页。")
        return 1

    def _head(self, column: Column) -> dict[str, object]:
        head: dict[str, object] = {
            "title": column.title,
            "number": column.number,
            "address": "",
            "sorted": "",
        }
        if column.sort:
            here = self.sort is not None and self.sort[0] is column
            down = here and self.sort is not None and self.sort[1]
            head["sorted"] = ("descending" if down else "ascending") if here else ""
            head["address"] = self._address(
                sort=column.key if not here or down else f"-{column.key}", page=None
            )
        return head

    def _address(self, only: Iterable[str] | None = None, **changes: str | None) -> str:
        query = QueryDict(mutable=True)
        valid = {filter_.key: text for filter_, _, text, _ in self.filters}
        valid["q"] = self.search
        if self.sort:
            valid["sort"] = ("-" if self.sort[1] else "") + self.sort[0].key
        valid.update({key: self.given.get(key, "") for key in self.listing.keep})
        usual = {"q": "", **{filter_.key: filter_.default for filter_, *_ in self.filters}}
        for key, text in valid.items():
            if text != usual.get(key, "") and (only is None or key in only):
                query[key] = text
        for key, change in changes.items():
            if change is None:
                query.pop(key, None)
            else:
                query[key] = change
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def _page_links(self, number: int, pages: int) -> list[tuple[str, str, bool]]:
        if pages == 1:
            return []
        near = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)})
        links: list[tuple[str, str, bool]] = []
        for before, page in zip([0, *near], near, strict=False):
            if page - before > 1:
                links.append(("…", "", False))
            links.append((str(page), self._address(page=str(page)), page == number))
        return links


def _cell(column: Column, row: Any) -> dict[str, object]:
    value = column.shown(row) if column.shown else column.of(row)
    if isinstance(value, datetime | date):
        value = value.isoformat()[:10]
    address = column.link(row) if column.link else None
    shown = "" if value is None else value
    return {
        "title": column.title,
        "shown": shown,
        "address": address,
        "number": column.number,
        "short": len(str(shown)) <= KEPT_TOGETHER,
    }
