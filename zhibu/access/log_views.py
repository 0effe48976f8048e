"""Pages of the log (日志)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from zhibu.access import chain, queries, roles, scope, verbs
from zhibu.access.models import LogRow
from zhibu.access.permission import permit
from zhibu.access.undo import can_undo
from zhibu.registers.members import rules, words
from zhibu.registers.members.models import Member
from zhibu.registers.members.profile import SEALED
from zhibu.registers.organizations.models import Organization
from zhibu.site.clock import SHANGHAI
from zhibu.site.listing import Column, Filter, Listing

#: No log reaches beyond; sums with days stay within the calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)


def type_title(type: str) -> str:
    """What a log row's object is, in words."""
    try:
        return str(apps.get_model(type)._meta.verbose_name)
    except (LookupError, ValueError):
        return type


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


MASKS = {"id_number": rules.masked_id_number, "mobile": rules.masked_phone, "landline": rules.masked_phone}


#: What a field is called that names a record.
TITLES = {
    "organization": "党组织",
    "organization_id": "党组织",
    "parent_id": "上级党组织",
    "member": "党员",
    "member_id": "党员",
    "account": "账号",
    "account_id": "账号",
}


def shown_changes(row: LogRow, names: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """The fields that differ, with their titles; numbers masked: who needs them whole looks at the member's page.

    `names`: of the records within reach, by id. Lines about other persons are only counted. None when forgotten.
    """
    change = chain.change_of(row)
    if change is None:
        return None
    before, after = change["before"] or {}, change["after"] or {}
    titles = dict(SEALED)
    labels: dict[str, dict[Any, Any]] = {}
    with suppress(LookupError, ValueError):
        fields = apps.get_model(row.type)._meta.concrete_fields
        titles |= {f.attname: str(f.verbose_name) for f in fields}
        labels = {f.attname: dict(f.flatchoices) for f in fields if f.choices}
    titles |= TITLES
    coded = row.type == Member._meta.label_lower

    def shown(name: str, value: Any) -> str:
        if value is None or value == "":
            return "—"
        if str(value) in names:
            return names[str(value)]
        if isinstance(value, bool):
            return "是" if value else "否"
        if name in labels:
            return str(labels[name].get(value, value))
        text = str(words.word(name, value) if coded else value)
        return MASKS[name](text) if name in MASKS else text

    def side(name: str, value: Any, other: Any) -> str:
        """A value; of the lines that hang on a record (an attendance list) those that the other side has not."""
        if not isinstance(value, list):
            return shown(name, value)
        lines = [line for line in value if line not in (other or ())]
        own = [line for line in lines if not _of_another(line, names)]
        said = [_line(line, shown) for line in own]
        if len(own) < len(lines):
            said.append(f"另有 {len(lines) - len(own)} 人不在您的范围")
        return "；".join(said) or "—"

    return [
        {
            "title": titles.get(name, name),
            "before": side(name, before.get(name), after.get(name)),
            "after": side(name, after.get(name), before.get(name)),
        }
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name) and name != "id"
    ]


def _of_another(line: Any, names: Mapping[str, str]) -> bool:
    """True for a line about a person out of reach."""
    return isinstance(line, dict) and line.get("member_id") is not None and line["member_id"] not in names


def _line(line: Any, shown: Callable[[str, Any], str]) -> str:
    """A line that hangs on a record, in words."""
    if not isinstance(line, dict):
        return str(line)
    return "，".join(shown(name, value) for name, value in line.items() if value not in (None, "", False))


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
