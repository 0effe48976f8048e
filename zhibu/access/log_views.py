"""Pages of the log (日志)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from zhibu.access import queries, roles, scope, verbs
from zhibu.access.log_words import shown_changes, type_title
from zhibu.access.models import LogRow
from zhibu.access.permission import permit
from zhibu.access.undo import can_undo
from zhibu.registers.organizations.models import Organization
from zhibu.site.clock import SHANGHAI
from zhibu.site.listing import Column, Filter, Listing

#: No log reaches beyond; sums with days stay within the calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)


def _moment(row: LogRow) -> str:
    return row.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _begins(day: date) -> datetime:
    """Midnight of the day; of days at the ends of the calendar the nearest that a clock can tell."""
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time.min, SHANGHAI)


def _since(rows: Any, day: date) -> Any:
    return rows.filter(at__gte=_begins(day))


def _until(rows: Any, day: date) -> Any:
    return rows.filter(at__lt=_begins(min(day, LAST_DAY) + timedelta(days=1)))


LOG = Listing(
    title="日志",
    columns=(
        Column(
            "number",
            "序号",
            link=lambda row: reverse("log_row", args=[row.number]),
            sort="number",
            number=True,
        ),
        Column("at", "时间", value=_moment, width=20),
        Column("actor_name", "操作人", sort="actor_name"),
        Column("verb", "动作", value=lambda row: verbs.title(row.verb), sort="verb"),
        Column("type", "对象", value=lambda row: type_title(row.type)),
        Column("member_name", "党员"),
        Column("place_name", "党组织", width=30),
        Column("object", "对象编号", only="workbook", width=22),
    ),
    search=("actor_name", "member_name", "place_name", "object"),
    search_title="操作人、党员、党组织、对象编号",
    filters=(
        Filter(
            "register",
            "台账",
            choices=list(verbs.REGISTERS.items()),
            apply=lambda rows, register: rows.filter(verb__startswith=f"{register}."),
        ),
        Filter("since", "自", choices=None, apply=_since),
        Filter("until", "至", choices=None, apply=_until),
    ),
    order=("-number",),
    measure="行",
    noun="日志",
)


def log_list(request: HttpRequest) -> HttpResponse:
    """The log within reach."""
    permit(request.user, "log.read")
    return LOG.page(request, queries.named(request.user, queries.log_rows(request.user)))


def log_row(request: HttpRequest, number: int) -> HttpResponse:
    """One row: who, when, what changed."""
    reader: Any = request.user
    permit(reader, "log.read")
    row = get_object_or_404(queries.log_rows(reader), number=number)
    touched = list(row.touched.all())
    places = Organization.objects.filter(pk__in=[one.organization for one in touched if one.organization])
    people = scope.members(reader).filter(pk__in=[one.member for one in touched if one.member])
    names = {one.pk: str(one) for one in (*places.latest(), *people)} | {
        name: role.title for name, role in roles.ROLES.items()
    }
    context = {
        "row": row,
        "moment": _moment(row),
        "verb": verbs.title(row.verb),
        "type": type_title(row.type),
        "changes": shown_changes(row, names),
        "places": places.latest(),
        "people": people,
        "undoable": can_undo(reader, row.deed),
    }
    return render(request, "access/log_row.html", context)
