"""Pages of the log (日志)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from zhibu.access import chain, queries, roles, scope, verbs
from zhibu.access.models import LogRow
from zhibu.access.permission import permit, permits
from zhibu.access.undo import can_undo
from zhibu.registers.members import rules, words
from zhibu.registers.members.models import Member
from zhibu.registers.members.profile import SEALED
from zhibu.registers.organizations.models import Organization
from zhibu.site.clock import SHANGHAI
from zhibu.site.listing import Column, Filter, Listing


def type_title(type: str) -> str:
    """What a log row's object is, in words."""
    try:
        return str(apps.get_model(type)._meta.verbose_name)
    except (LookupError, ValueError):
        return type


def _moment(row: LogRow) -> str:
    return row.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _since(rows: Any, day: Any) -> Any:
    return rows.filter(at__gte=datetime.combine(day, time.min, SHANGHAI))


def _until(rows: Any, day: Any) -> Any:
    return rows.filter(at__lt=datetime.combine(day + timedelta(days=1), time.min, SHANGHAI))


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


def shown_changes(row: LogRow, open_wide: bool, names: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """The fields that differ, with their titles; sealed numbers masked unless `open_wide`. `names`: of records, by id.

    None when forgotten.
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
        return text if open_wide or name not in MASKS else MASKS[name](text)

    return [
        {
            "title": titles.get(name, name),
            "before": shown(name, before.get(name)),
            "after": shown(name, after.get(name)),
        }
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name) and name != "id"
    ]


def log_row(request: HttpRequest, number: int) -> HttpResponse:
    """One row: who, when, what changed."""
    reader: Any = request.user
    permit(reader, "log.read")
    row = get_object_or_404(queries.log_rows(reader), number=number)
    touched = list(row.touched.all())
    places = Organization.objects.filter(pk__in=[one.organization for one in touched if one.organization])
    people = scope.members(reader).filter(pk__in=[one.member for one in touched if one.member])
    about = Member.objects.filter(pk=row.object).first()
    names = {one.pk: str(one) for one in (*places.latest(), *people)} | {
        name: role.title for name, role in roles.ROLES.items()
    }
    context = {
        "row": row,
        "moment": _moment(row),
        "verb": verbs.title(row.verb),
        "type": type_title(row.type),
        "changes": shown_changes(
            row, about is None or permits(reader, "members.unmask", member=about), names
        ),
        "places": places.latest(),
        "people": people,
        "undoable": can_undo(reader, row.deed),
    }
    return render(request, "access/log_row.html", context)
