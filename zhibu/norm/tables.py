"""Reads the tables of a pack: parameters, subject sets, kinds, readings, calendar, procedures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from zhibu.norm.document import Entry, Fields, read_day
from zhibu.norm.model import (
    COMMON_UNITS,
    SCHOOL_UNITS,
    Calendar,
    Dated,
    Kind,
    Parameter,
    Procedure,
    Reading,
    Schooldays,
    Step,
    SubjectSet,
)
from zhibu.norm.nearest import choose
from zhibu.norm.registers import VERBS, cannot

ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
ORGANIZATION_KINDS = ("committee", "general_branch", "branch", "group")
MEMBER_CATEGORIES = ("staff", "student", "retiree")
AMOUNTS = ("minutes", "fen", "people", "slots", "days")
#: What a group of kinds may say for all of them, and a kind otherwise for itself.
OF_A_KIND = ("meaning", "amount", "ref", "articles", "sheet", "own", "told", "verb")
REGISTERS = ("activities", "organizations", "members", "exemptions", "education", "evidence")


def check_id(entry: Entry, word: str) -> str:
    """The id, with a fault when it is not dotted lower-case English."""
    if not ID.fullmatch(word):
        entry.fault(
            "id-malformed",
            f"编号“{word}”写法不对",
            (f"写成 {plain}：" if ID.fullmatch(plain := word.lower().replace("-", "_")) else "")
            + "只用小写英文字母、数字和下划线，各段以点相连，如 study.weekly",
        )
    return word


def read_parameters(entry: Entry) -> dict[str, tuple[Parameter, Entry]]:
    """parameters.yaml: each number or checklist with the days on which it holds."""
    found = {}
    for id, row in entry.table().items():
        fields = row.fields(("title", "unit", "values"), ("setting", "checklist"))
        checklist = fields.flag("checklist")
        values: list[Dated] = []
        for item in fields["values"].items() if "values" in fields else []:
            value = item.fields(("from", "value", "source"), ("until",))
            amount: int | tuple[str, ...] | None
            amount = value.words("value") if checklist else value.number("value")
            first = value.day("from")
            if first is None:
                continue
            values.append(Dated(first, value.day("until"), amount, value.text("source")))
        dated = _joined(row, id, values)
        if "values" in fields and not values:
            row.fault("key-missing", f"参数“{id}”没有任何值", "在 values 下至少写一行 from、value、source")
        parameter = Parameter(
            check_id(row, id),
            fields.text("title"),
            fields.text("unit"),
            checklist,
            dated,
            fields.flag("setting"),
        )
        found[id] = (parameter, row)
    return found


def _joined(row: Entry, id: str, values: Sequence[Dated]) -> tuple[Dated, ...]:
    """The values in order, each until the next; days without or with two values are faults."""
    ordered = sorted(values, key=lambda value: value.first)
    joined = []
    for value, following in pairwise(ordered):
        if value.first == following.first or (value.until is not None and value.until > following.first):
            row.fault(
                "parameter-overlap",
                f"参数“{id}”在 {following.first} 有两个值",
                "改其中一行的 from 或 until，使起止相接",
            )
        elif value.until is not None and value.until < following.first:
            row.fault(
                "parameter-gap",
                f"参数“{id}”自 {value.until} 至 {following.first - timedelta(days=1)} 没有值",
                "删去 until（前一值自动延续到下一值之前），或补写这段时间的值",
            )
        joined.append(replace(value, until=following.first if value.until is None else value.until))
    if ordered and ordered[-1].until is not None and ordered[-1].until <= ordered[-1].first:
        row.fault("parameter-overlap", f"参数“{id}”最后一值的 until 不晚于 from", "改正 until，或删去")
    return (*joined, *ordered[-1:])


def read_subjects(entry: Entry) -> dict[str, tuple[SubjectSet, Entry]]:
    """subjects.yaml: who owes."""
    found = {}
    for id, row in entry.table().items():
        fields = row.fields(("title",), ("organizations", "members", "holders", "taken_as", "member_or_not"))
        given = [key for key in ("organizations", "members", "holders") if key in fields]
        if len(given) != 1:
            row.fault(
                "form-missing", f"责任主体“{id}”须恰好写 organizations、members、holders 之一", "只留一种写法"
            )
        for key in ("taken_as", "member_or_not"):
            if key in fields and given != ["holders"]:
                fields[key].fault("form-superfluous", f"“{key}”只用于 holders", "删去")
        organizations = tuple(item.one_of(ORGANIZATION_KINDS) for item in _list(fields.get("organizations")))
        members: tuple[str, ...] = ()
        if "members" in fields:
            if fields["members"].is_list:
                members = tuple(item.one_of(MEMBER_CATEGORIES) for item in fields["members"].items())
            elif fields["members"].one_of(("all",)):
                members = ("*",)
        taken_as = (
            "organization"
            if fields.one_of("taken_as", ("organization", "member")) == "organization"
            else "member"
        )
        subject = SubjectSet(
            check_id(row, id),
            fields.text("title"),
            organizations,
            members,
            fields.words("holders"),
            "organization" if taken_as == "organization" else "member",
            fields.flag("member_or_not"),
        )
        found[id] = (subject, row)
    return found


def _list(entry: Entry | None) -> list[Entry]:
    return entry.items() if entry is not None else []


def read_kinds(entry: Entry) -> dict[str, tuple[Kind, Entry]]:
    """kinds.yaml: groups of kinds with what they share, and the kinds of each group."""
    found: dict[str, tuple[Kind, Entry]] = {}
    for group in entry.items():
        shared = group.fields(
            ("group", "type", "organizations", "register", "kinds"),
            ("member", "amount", "ref", "articles", "meaning", "sheet", "own", "told", "verb"),
        )
        named = (item.one_of(ORGANIZATION_KINDS) for item in _list(shared.get("organizations")))
        organizations = tuple(one for one in named if one)
        type_ = shared.one_of("type", ("event", "state", "derived"), "event")
        member = shared.one_of("member", ("required", "optional", "none"), "none")
        register = shared.one_of("register", REGISTERS)
        for id, row in shared.table("kinds").items():
            if row.is_mapping:
                own = row.fields(("title",), OF_A_KIND)
                title = own.text("title")
            else:
                own, title = Fields({}, row), row.text()
            # what a kind says itself comes before what its group says
            given = Fields({**{key: shared[key] for key in OF_A_KIND if key in shared}, **own}, row)
            sheet = given.one_of("sheet", ("some", "all"))
            if sheet and member == "none":
                given["sheet"].fault(
                    "type-wrong", "sheet 只用于要写党员的种类", "补写 member: required，或删去 sheet"
                )
            if id in found:
                row.fault("id-double", f"事实种类“{id}”列了两次", "删去一处")
            kind = Kind(
                check_id(row, id),
                title,
                "state" if type_ == "state" else "derived" if type_ == "derived" else "event",
                organizations,
                "required" if member == "required" else "optional" if member == "optional" else "none",
                given["amount"].one_of(AMOUNTS) if "amount" in given else None,
                given.word("ref"),
                register,
                given.words("articles"),
                given.text("meaning"),
                shared.text("group"),
                "all" if sheet == "all" else "some" if sheet == "some" else "",
                given.flag("own"),
                given.flag("told"),
                given.one_of("verb", VERBS),
            )
            if (wrong := cannot(kind)) is not None:
                row.fault("kind-register", *wrong)
            found.setdefault(id, (kind, row))
    return found


def read_readings(entry: Entry, pack: str) -> dict[str, tuple[Reading, Entry]]:
    """readings.yaml: what the text leaves open."""
    found = {}
    for id, row in entry.table().items():
        fields = row.fields(("question", "literal", "proposed", "decided_by"))
        found[id] = (
            Reading(
                check_id(row, id),
                pack,
                fields.text("question"),
                fields.text("literal"),
                fields.text("proposed"),
                fields.text("decided_by"),
            ),
            row,
        )
    return found


def read_calendar(entry: Entry) -> Calendar:
    """calendar.yaml: terms, vacations, study afternoons, windows and spans."""
    fields = entry.fields(
        ("source",),
        (
            "study_weekday",
            "weeks_of_teaching_month",
            "terms",
            "vacations",
            "lost",
            "moved",
            "windows",
            "spans",
        ),
    )
    terms, vacations = (_schooldays(fields.table(key)) for key in ("terms", "vacations"))
    weekday = fields.number("study_weekday")
    if weekday is not None and not 1 <= weekday <= 7:
        fields["study_weekday"].fault(
            "type-wrong", f"study_weekday 不能是 {weekday}", "写 1（周一）至 7（周日）"
        )
    _check_order(fields.get("terms"), (*terms, *vacations))
    lost, moved = {}, {}
    for day, row in _days(fields.table("lost")):
        lost[day] = row.text()
        _check_afternoon(row, day, weekday, terms)
    for day, row in _days(fields.table("moved")):
        to = row.day()
        if to is not None:
            moved[day] = to
        _check_afternoon(row, day, weekday, terms)
        if day in lost:
            row.fault("calendar-wrong", f"{day} 既列为停又列为调", "lost 与 moved 只留一处")
    windows, spans, titles = {}, {}, {}
    for id, row in fields.table("windows").items():
        _check_period_name(row, id)
        window = row.fields(("first", "last"), ("title",))
        titles[id] = window.text("title") or id
        if "first" in window and "last" in window:
            first, last = window["first"].month_day(), window["last"].month_day()
            if first and last:
                windows[id] = (first, last)
    for id, row in fields.table("spans").items():
        _check_period_name(row, id)
        span = row.fields(("start", "months"))
        start, months = span.day("start"), span.number("months")
        if start is not None and months is not None:
            if months < 1:
                span["months"].fault("type-wrong", "months 至少为 1", "写几个月一期")
            spans[id] = (start, max(months, 1))
    return Calendar(
        weekday,
        fields.number("weeks_of_teaching_month"),
        terms,
        vacations,
        lost,
        moved,
        windows,
        spans,
        fields.text("source"),
        titles,
    )


def _schooldays(table: dict[str, Entry]) -> tuple[Schooldays, ...]:
    rows = ((name, row.days()) for name, row in table.items())
    return tuple(Schooldays(name, *days) for name, days in rows if days is not None)


def _days(table: dict[str, Entry]) -> list[tuple[date, Entry]]:
    """The rows whose key is a date, in order; others are faults."""
    found = []
    for word, row in table.items():
        day = read_day(word)
        if day is not None:
            found.append((day, row))
        else:
            row.fault("date-ambiguous", f"日期“{word}”不明确", "写成 2026-03-05 的样子")
    return sorted(found, key=lambda item: item[0])


def _check_order(entry: Entry | None, rows: Sequence[Schooldays]) -> None:
    for one, two in pairwise(sorted(rows, key=lambda row: row.first)):
        if entry is None:
            return
        if two.first <= one.last:
            entry.fault(
                "calendar-overlap",
                f"“{one.name}”与“{two.name}”日期重叠",
                "改正起止，使前一段末日早于后一段首日",
            )
        elif two.first != one.last + timedelta(days=1):
            entry.fault(
                "calendar-gap",
                f"“{one.name}”与“{two.name}”之间有未列的日子",
                "改正起止，使假期与学期首尾相接",
            )


def _check_afternoon(row: Entry, day: date, weekday: int | None, terms: Sequence[Schooldays]) -> None:
    if day.isoweekday() != weekday or not any(term.first <= day <= term.last for term in terms):
        row.fault(
            "calendar-wrong",
            f"{day} 不是学期内的集中学习日",
            "只列学期内应集中学习的那个星期几；其他日子不必列",
        )


def _check_period_name(row: Entry, id: str) -> None:
    if id in COMMON_UNITS or id in SCHOOL_UNITS:
        row.fault("id-double", f"“{id}”已是时间单位", "换一个名字")
    check_id(row, id)


def read_procedure(entry: Entry, pack: str) -> Procedure:
    """procedures/ID.yaml: ordered steps, each after steps that stand above it."""
    fields = entry.fields(("id", "title", "article", "steps"))
    steps: list[Step] = []
    for item in _list(fields.get("steps")):
        step = item.fields(("id", "title", "who"), ("after", "deadline", "documents", "source", "stage"))
        id = step.word("id")
        if any(id == earlier.id for earlier in steps):
            item.fault("id-double", f"步骤“{id}”写了两次", "改成不同的编号")
        for after in step.words("after"):
            if after not in [earlier.id for earlier in steps]:
                item.fault(
                    "step-unknown",
                    f"步骤“{id}”要在“{after}”之后，而它前面没有这一步",
                    choose(after, [earlier.id for earlier in steps], "改成本程序中排在前面的步骤"),
                )
        documents = tuple(document.text() for document in _list(step.get("documents")))
        steps.append(
            Step(
                check_id(item, id),
                step.text("title"),
                step.text("who"),
                step.words("after"),
                step.text("deadline"),
                documents,
                step.text("source"),
                step.text("stage"),
            )
        )
    id = check_id(entry, fields.word("id")) if "id" in fields else ""
    return Procedure(id, pack, fields.text("title"), fields.word("article"), tuple(steps))
