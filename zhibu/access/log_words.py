"""What a row of the log says in words: the fields that differ, the lines that hang on a record (an attendance list)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model

from zhibu.access import chain
from zhibu.access.models import LogRow
from zhibu.registers.members import rules, words
from zhibu.registers.members.models import Member
from zhibu.registers.members.profile import SEALED
from zhibu.site import packs

#: What a field or a list of lines is called that has no name of its own.
TITLES = {
    "organization": "党组织",
    "organization_id": "党组织",
    "parent_id": "上级党组织",
    "member": "党员",
    "member_id": "党员",
    "account": "账号",
    "account_id": "账号",
    "reason": "原因",
    "recorded": "录入日期",
    "attendances": "出勤",
    "blocks": "时间",
    "hosts": "举办的党组织",
    "lines": "名单",
    "papers": "材料",
    "themes": "主题",
    "attachments": "附件",
    "addressed": "发给",
    "recipients": "收件人数",
    "reminded": "提醒人数",
    "stage": "提醒",
}
#: Of a line only what a reader asks about: not when it was typed, nor where a file lies.
PLUMBING = frozenset({"id", "recorded", "made_up_recorded", "digest", "size", "content_type"})
#: Fields that a record says again in words: kept for undo, not shown.
SAID_AGAIN = frozenset({"id", "addressees"})
NOTHING = "—"


def type_title(type: str) -> str:
    """What a log row's object is, in words."""
    try:
        return str(apps.get_model(type)._meta.verbose_name)
    except (LookupError, ValueError):
        return type


class Words(NamedTuple):
    """How the values of one table are said: titles and labels by column; `names` of records within reach by id."""

    titles: Mapping[str, str]
    labels: Mapping[str, Mapping[Any, Any]]
    names: Mapping[str, str]
    coded: bool = False

    def said(self, name: str, value: Any) -> str:
        """A value in words; numbers of persons masked."""
        if value is None or value == "":
            return NOTHING
        if str(value) in self.names:
            return self.names[str(value)]
        if isinstance(value, bool):
            return "是" if value else "否"
        if name in self.labels:
            return str(self.labels[name].get(value, value))
        if name == "kind" and value in packs.norm().kinds:
            return packs.norm().kinds[value].title
        text = str(words.word(name, value) if self.coded else value)
        return rules.MASKS[name](text) if name in rules.MASKS else text


def _words(model: type[Model] | None, names: Mapping[str, str]) -> Words:
    """The words of a table; None: of one that is no longer there."""
    fields = model._meta.concrete_fields if model is not None else ()
    titles = {**SEALED, **{field.attname: str(field.verbose_name) for field in fields}, **TITLES}
    labels = {field.attname: dict(field.flatchoices) for field in fields if field.choices}
    return Words(titles, labels, names, coded=model is Member)


def shown_changes(row: LogRow, names: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """The fields that differ, with their titles; numbers masked: who needs them whole looks at the member's page.

    `names`: of the records within reach, by id. Lines about other persons are only counted. None when forgotten.
    """
    change = chain.change_of(row)
    if change is None:
        return None
    before, after = change["before"] or {}, change["after"] or {}
    model: type[Model] | None = None
    with suppress(LookupError, ValueError):
        model = apps.get_model(row.type)
    own = _words(model, names)

    def side(name: str, value: Any, other: Any) -> str:
        if not isinstance(value, list):
            return own.said(name, value)
        return _lines(
            [line for line in value if line not in (other or ())], _words(_lines_of(model, name), names)
        )

    shown = [
        {
            "title": own.titles.get(name, name),
            "before": side(name, before.get(name), after.get(name)),
            "after": side(name, after.get(name), before.get(name)),
        }
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name) and name not in SAID_AGAIN
    ]
    return [change for change in shown if (change["before"], change["after"]) != (NOTHING, NOTHING)]


def _lines_of(model: type[Model] | None, name: str) -> type[Model] | None:
    """The table of the lines that hang on a record under this name."""
    related = getattr(getattr(model, name, None), "rel", None)
    return getattr(related, "related_model", None)


def _lines(lines: Sequence[Any], said: Words) -> str:
    """Lines in words: those that say the same of several persons as one, those of persons out of reach counted."""
    alike: dict[str, list[str]] = {}
    elsewhere = 0
    for line in lines:
        if not isinstance(line, dict):
            alike.setdefault(str(line), [])
            continue
        member = line.get("member_id")
        if member is not None and member not in said.names:
            elsewhere += 1
            continue
        words = "，".join(
            said.said(name, value)
            for name, value in line.items()
            if name not in PLUMBING
            and name != "member_id"
            and value not in (None, "", 0)
            and not isinstance(value, bool)
        )
        persons = alike.setdefault(words, [])
        if member is not None:
            persons.append(said.names[member])
    found = [f"{words}：{'、'.join(persons)}" if persons else words for words, persons in alike.items()]
    if elsewhere:
        found.append(f"另有 {elsewhere} 人不在您的范围")
    return "；".join(filter(None, found)) or NOTHING
