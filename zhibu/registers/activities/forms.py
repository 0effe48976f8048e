"""The forms of activities. They read what was typed; whether it is whole, the actions decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from zhibu.access import Refused
from zhibu.norm import amounts
from zhibu.norm.model import Norm
from zhibu.registers.activities import kinds, rules
from zhibu.registers.activities.actions import Draft, Line, Written
from zhibu.registers.activities.models import Activity, Attendance
from zhibu.registers.activities.queries import Expected
from zhibu.registers.organizations.models import Organization

LONGEST_REASON = 200

#: What the form shows for someone who is not on the list at all.
NOT_LISTED = "none"
#: The fourth choice of a line: not on the list at all.
UNLISTED = (NOT_LISTED, "—", "不在名单")

STATES: tuple[tuple[str, str, str], ...] = (
    (Attendance.State.PRESENT, "到", "到会"),
    (Attendance.State.LEAVE, "假", "请假"),
    (Attendance.State.ABSENT, "缺", "缺席"),
)


class DayInput(forms.DateInput):
    """A date as browsers pick it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day as browsers pick it."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class Text(forms.CharField):
    """A line or, with `rows`, a field of text."""

    def __init__(self, *, rows: int = 0, hint: str = "", **options: Any) -> None:
        options.setdefault("required", False)
        attributes: dict[str, Any] = {"placeholder": hint} if hint else {}
        widget = forms.Textarea({**attributes, "rows": rows}) if rows else forms.TextInput(attributes)
        super().__init__(widget=widget, **options)


class WhichForm(forms.Form):
    """The head of the page: who, when. Read from the address, leniently."""

    organization = forms.CharField(required=False)
    day = forms.DateField(required=False)


class ActivityForm(forms.Form):
    """What an activity was or will be.

    `asked`: fields that must be filled here. `entered`: the day of the entry, where a late one asks why.
    """

    day = forms.DateField(label="日期", widget=forms.HiddenInput)
    last_day = forms.DateField(
        label="最后一天", required=False, widget=DayInput, help_text="连续多天的，每天时段相同。"
    )
    part = forms.ChoiceField(
        label="时段", choices=list(rules.PART_TITLES.items()), widget=forms.RadioSelect, initial="afternoon"
    )
    start = forms.TimeField(label="开始", required=False, widget=TimeInput)
    end = forms.TimeField(label="结束", required=False, widget=TimeInput)
    kinds = forms.MultipleChoiceField(
        label="主题", required=True, error_messages={"required": "请至少选一个主题。"}
    )
    title = Text(label="名称", max_length=120, hint="不填的，按所选主题取名")
    place = Text(label="地点", max_length=120)
    chair = Text(label="主持人", max_length=60)
    content = Text(label="内容", rows=3, hint="学了什么、议了什么、做了什么")
    visitors = Text(label="列席人员", max_length=400, hint="不在本支部名单的人员")
    counts_for = forms.DateField(
        label="计入的日期",
        required=False,
        widget=DayInput,
        help_text="因放假等改期的，填原来应开展的日期，这次活动即算在那一天。",
    )
    counts_for_reason = Text(label="改期原因", max_length=200)
    late_reason = Text(label="补录原因", max_length=200)
    joint = forms.MultipleChoiceField(
        label="联合开展的组织",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不归您登记的组织，由其自行确认后才计入。",
    )
    plan_body = Text(label="方案", rows=3)
    plan_kept_at = Text(label="方案存放处", max_length=120, hint="不录入内容的，写明原件在哪里")
    plan_on = forms.DateField(label="方案写成日期", required=False, widget=DayInput)
    record_body = Text(label="记录", rows=5, hint="发言要点、讨论情况")
    resolution = Text(label="决议", rows=2)
    record_kept_at = Text(label="记录存放处", max_length=120, hint="如：工作手册第 32 页")
    record_on = forms.DateField(label="记录写成日期", required=False, widget=DayInput)
    evaluation_body = Text(label="总结评价", rows=3)
    evaluation_on = forms.DateField(label="评价写成日期", required=False, widget=DayInput)
    reason = Text(label="更正原因", max_length=200)

    def __init__(
        self,
        *arguments: Any,
        norm: Norm,
        offered: Iterable[str],
        joint: Sequence[Organization],
        asked: Collection[str] = (),
        entered: date | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.norm, self.entered = norm, entered
        for name in asked:
            self.fields[name].required = True
        self.hosts = {one.pk: one for one in joint}
        self._choices("kinds", [(kind, kinds.title_of(norm, kind)) for kind in offered])
        self._choices("joint", [(one.pk, str(one)) for one in joint])
        for field in self.fields.values():
            field.error_messages.setdefault("invalid", "请按格式填写。")

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Faults of the time stand beside the time."""
        given = super().clean() or {}
        if "day" in given and "part" in given and not self.errors.keys() & {"start", "end", "last_day"}:
            last = given.get("last_day") or given["day"]
            if last < given["day"]:
                self.add_error("last_day", "最后一天早于活动日期。")
            elif (last - given["day"]).days >= rules.LONGEST_DAYS:
                self.add_error("last_day", f"一次活动最长 {rules.LONGEST_DAYS} 天，更长的请分次登记。")
            else:
                for fault in rules.block_faults(self.blocks(given)):
                    self.add_error("part", fault)
            late = self.entered is not None and rules.is_late_entry(last, self.entered)
            if late and not given.get("late_reason", "").strip():
                self.add_error("late_reason", "请写明为什么现在才录入。")
        return given

    def blocks(self, given: Mapping[str, Any]) -> tuple[rules.Block, ...]:
        """The blocks of time."""
        last = given.get("last_day") or given["day"]
        return tuple(rules.spread(given["day"], last, given["part"], given.get("start"), given.get("end")))

    def draft(self) -> Draft:
        """What was typed, as the actions take it."""
        given = self.cleaned_data
        titles = [kinds.title_of(self.norm, kind) for kind in given["kinds"]]
        return Draft(
            title=given["title"].strip() or rules.title_of(titles)[:120],
            kinds=tuple(given["kinds"]),
            blocks=self.blocks(given),
            place=given["place"],
            chair=given["chair"],
            content=given["content"],
            visitors=given["visitors"],
            counts_for=given.get("counts_for"),
            counts_for_reason=given["counts_for_reason"],
            late_reason=given["late_reason"],
            joint=tuple(self.hosts[one] for one in given["joint"]),
        )

    def written(self, name: str, otherwise: date) -> Written | None:
        """The plan, record or evaluation, if anything was typed; `otherwise` the day it was written."""
        given = self.cleaned_data
        body, kept_at = given.get(f"{name}_body", ""), given.get(f"{name}_kept_at", "")
        resolution = given.get("resolution", "") if name == "record" else ""
        if not (body.strip() or kept_at.strip() or resolution.strip()):
            return None
        return Written(given.get(f"{name}_on") or otherwise, body or resolution, resolution, kept_at)


class PaperForm(forms.Form):
    """One paper of an activity."""

    body = Text(label="内容", rows=8)
    resolution = Text(label="决议", rows=3)
    kept_at = Text(
        label="存放处",
        max_length=120,
        hint="不宜录入或不必重录的，写明原件存放处",
        help_text="写了存放处，内容可以不录。",
    )
    happened = forms.DateField(label="写成日期", widget=DayInput)

    def written(self) -> Written:
        """What was typed, as the actions take it."""
        given = self.cleaned_data
        return Written(given["happened"], given["body"], given.get("resolution", ""), given["kept_at"])


class ReasonForm(forms.Form):
    """Why something is cancelled."""

    reason = Text(label="原因", max_length=200, required=True)


class MakeUpForm(forms.Form):
    """When and how study was made up (补学)."""

    day = forms.DateField(label="补学日期", widget=DayInput)
    how = Text(label="补学内容和方式", max_length=200, required=True, hint="如：自学讲话原文，交笔记")
    hours = forms.CharField(
        label="学时",
        required=False,
        max_length=12,
        widget=forms.TextInput({"inputmode": "decimal"}),
        help_text="不超过请假耽误的学时。",
    )

    def clean_hours(self) -> int | None:
        """The minutes; None: as long as was missed."""
        text = self.cleaned_data["hours"]
        if not text:
            return None
        try:
            return amounts.minutes_of(text)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None


class FileForm(forms.Form):
    """A file to attach."""

    file = forms.FileField(label="附件")


def initial_of(activity: Activity) -> dict[str, Any]:
    """An activity as the form shows it."""
    blocks = list(activity.blocks.all())
    first, last = blocks[0], blocks[-1]
    papers = {paper.kind: paper for paper in activity.papers.filter(organization=None)}
    shown: dict[str, Any] = {
        "day": activity.day,
        "last_day": last.day if last.day != first.day else None,
        "part": first.part,
        "start": first.start,
        "end": first.end,
        "kinds": list(activity.themes.values_list("kind", flat=True)),
        "joint": list(activity.hosts.filter(leading=False).values_list("organization_id", flat=True)),
    }
    for name in (
        "title",
        "place",
        "chair",
        "content",
        "visitors",
        "counts_for",
        "counts_for_reason",
        "late_reason",
    ):
        shown[name] = getattr(activity, name)
    for name in ("plan", "record", "evaluation"):
        if name in papers:
            paper = papers[name]
            shown |= {
                f"{name}_body": paper.body,
                f"{name}_kept_at": paper.kept_at,
                f"{name}_on": paper.happened,
            }
    return shown


def lines_of(given: QueryDict, roll: Sequence[Expected], known: Sequence[Attendance] = ()) -> list[Line]:
    """The attendance list as it was tapped: `att-MEMBER`, `why-MEMBER`. Whoever is not named is left out."""
    states = {state for state, *_ in STATES}
    people = {one.member.pk: (one.organization, True) for one in roll}
    for row in known:
        people.setdefault(row.member_id, (row.organization_id, row.expected))
    lines: list[Line] = []
    for member, (organization, expected) in people.items():
        state = given.get(f"att-{member}", NOT_LISTED)
        if state in states:
            reason = given.get(f"why-{member}", "") if state != Attendance.State.PRESENT else ""
            reason = reason.replace("\x00", "").strip()
            if len(reason) > LONGEST_REASON:
                raise Refused(
                    what="出勤没有登记",
                    why=f"有人的事由有 {len(reason)} 个字，最多 {LONGEST_REASON} 个",
                    mend="请写简短些",
                    code="activities.long_reason",
                )
            lines.append(Line(member, organization, state, reason, expected))
    return lines


def sheet_of(
    roll: Sequence[Expected],
    known: Sequence[Attendance],
    given: QueryDict | None,
    otherwise: str,
    usual: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """The lines that the page shows: what was tapped, else what is known, else `otherwise`.

    `usual`: with it, `otherwise` holds of these members only, and the others are not on the list.
    """
    rows = {row.member_id: row for row in known}
    people = {one.member.pk: (one.member, one.organization_name) for one in roll}
    for row in known:
        people.setdefault(row.member_id, (row.member, str(row.organization)))
    shown: list[dict[str, Any]] = []
    for pk, (member, organization) in people.items():
        line = rows.get(pk)
        unlisted = bool(rows) or (usual is not None and pk not in usual)
        state = line.state if line else (NOT_LISTED if unlisted else otherwise)
        reason = line.reason if line else ""
        if given is not None and f"att-{pk}" in given:
            state, reason = given.get(f"att-{pk}", ""), given.get(f"why-{pk}", "")
        shown.append({"member": member, "organization": organization, "state": state, "reason": reason})
    return shown


def default_day(today: date, weekday: int | None) -> date:
    """The day that the form begins with: the last afternoon of study, today included; today where there is none."""
    return rules.last_weekday(today, weekday) if weekday else today


def months(today: date, count: int = 24) -> list[tuple[str, str]]:
    """The choices of a month: next month, this one, and those before."""
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    found: list[tuple[str, str]] = []
    for _ in range(count):
        found.append((f"{first:%Y-%m}", f"{first.year}年{first.month}月"))
        first = (first - timedelta(days=1)).replace(day=1)
    return found
