"""The forms of study. They read what was typed; the actions decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from zhibu.norm import amounts
from zhibu.registers.education import rules
from zhibu.registers.education.actions import Mark, ReflectionDraft, TrainingDraft
from zhibu.registers.education.models import Line, Reflection, Training
from zhibu.registers.members.models import Member
from zhibu.site.wording import period_title

LONGEST_NOTE = 200
LONGEST_BODY = 20_000
#: How many periods back a reflection or a sheet may still be handed in.
PERIODS = 9
#: What an assessment offers for each member, and the buttons above it: (value, only over this, label).
RESULTS = [(value, title) for value, title in Line.Result.choices]
RESULT_FILLS = (("passed", "", "其余都合格"), ("", None, "全部清空"))
TICK_FILLS = (("1", None, "全选"), ("", None, "全不选"))
FILES = "PDF、图片、Word 等，不超过 20 MB。"


class DayInput(forms.DateInput):
    """A date as browsers pick it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HoursField(forms.CharField):
    """Hours of study (学时), kept in minutes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput({"inputmode": "decimal", "maxlength": "12"}), **options)

    def to_python(self, value: Any) -> Any:
        """The minutes to keep."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return amounts.minutes_of(text)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def prepare_value(self, value: Any) -> Any:
        """The hours as they stand in the field."""
        return amounts.hours_input(value) if isinstance(value, int) else value


def _line(label: str, hint: str = "", **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    return forms.CharField(
        label=label, widget=forms.TextInput({"placeholder": hint} if hint else {}), **options
    )


def _file(label: str, help_text: str = FILES) -> forms.FileField:
    return forms.FileField(label=label, required=False, help_text=help_text)


def name_of(member: Member) -> str:
    """A member as a choice names one."""
    return f"{member.name}（{member.number}）" if member.number else member.name


class _OfMembers(forms.Form):
    """A form about a member: chosen where there are several."""

    def __init__(self, *arguments: Any, members: Sequence[Member] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.people: Mapping[str, Member] = {member.pk: member for member in members}
        if len(members) < 2:
            del self.fields["member"]
        else:
            choices = [("", "请选择"), *((member.pk, name_of(member)) for member in members)]
            self.fields["member"] = forms.ChoiceField(label="党员", choices=choices)

    @property
    def whom(self) -> Member:
        """Whom it is about."""
        return self.people[self.cleaned_data.get("member") or next(iter(self.people))]


class ReflectionForm(_OfMembers):
    """A reflection: of oneself handed in today; entered for another with the day it was handed in."""

    member = forms.ChoiceField(label="党员")
    period = forms.ChoiceField(label="期间")
    day = forms.DateField(label="交来日期", widget=DayInput())
    title = _line("题目", max_length=120)
    body = forms.CharField(
        label="正文",
        required=False,
        max_length=LONGEST_BODY,
        widget=forms.Textarea({"rows": 12}),
        help_text="写在这里，或在下面上传文件。",
    )
    file = _file("附件")
    kept_at = _line("纸质原件", "交给了谁、放在哪里", max_length=120)
    reason = _line("补交原因", "补交往期的才填", max_length=200)

    def __init__(
        self, *arguments: Any, unit: str, today: date, own: bool, asked: date | None = None, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.today, self.own = today, own
        periods = rules.latest(unit, today, PERIODS)
        wanted = rules.period_of(unit, asked) if asked else periods[0]
        if wanted not in periods and wanted.first <= today:
            periods.append(wanted)
        self.periods = {one.name: one for one in periods}
        self.fields["period"].choices = [(one.name, period_title(one.name)) for one in periods]  # type: ignore[attr-defined]
        self.fields["period"].initial = wanted.name if wanted in periods else periods[0].name
        if own:
            del self.fields["day"]

    def draft(self) -> ReflectionDraft:
        """What was typed, as the actions take it."""
        given = self.cleaned_data
        return ReflectionDraft(
            period=self.periods[given["period"]],
            day=self.today if self.own else given["day"],
            title=given["title"],
            body=given["body"],
            kept_at=given["kept_at"],
            reason=given["reason"],
        )


def initial_of_reflection(row: Reflection) -> dict[str, Any]:
    """A reflection as its form shows it."""
    return {
        "day": row.day, "title": row.title, "body": row.body, "kept_at": row.kept_at,
        "reason": row.counts_for_reason,
    }  # fmt: skip


class _OfPeriod(forms.Form):
    """A form for a period; of one that is over it asks why so late."""

    def __init__(self, *arguments: Any, late: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not late:
            del self.fields["reason"]


class PapersForm(_OfPeriod):
    """Papers of several members, collected on a day, for a period."""

    day = forms.DateField(label="交来日期", widget=DayInput())
    reason = _line("补交原因", "在期内交来的不填", max_length=200)
    kept_at = _line("存放处", "如：支部档案柜", max_length=120)


class TrainingForm(_OfMembers):
    """A training outside with its proof."""

    member = forms.ChoiceField(label="党员")
    title = _line("培训名称", "证书上的名称", required=True, max_length=120)
    organizer = _line("主办单位", max_length=120)
    first = forms.DateField(label="开始日期", widget=DayInput())
    last = forms.DateField(label="结束日期", widget=DayInput())
    minutes = HoursField(label="学时", help_text="按证书上的学时填写，可有小数。")
    minutes_next = HoursField(
        label="其中次年的学时",
        required=False,
        help_text="跨年的培训才填：上一栏写开始那年的学时，这一栏写次年的。",
    )
    file = _file("证书", f"结业证书、培训证明的照片或扫描件。{FILES}")
    kept_at = _line("证明存放处", "不上传的，写明原件在哪里", max_length=120)
    confirmed = forms.BooleanField(label="证明已核对，直接确认", required=False, initial=True)

    def __init__(self, *arguments: Any, confirms: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not confirms:
            del self.fields["confirmed"]

    def draft(self) -> TrainingDraft:
        """What was typed, as the actions take it."""
        given = self.cleaned_data
        names = ("title", "organizer", "first", "last", "minutes", "minutes_next", "kept_at")
        return TrainingDraft(**{name: given[name] for name in names})


def initial_of_training(row: Training) -> dict[str, Any]:
    """A training as its form shows it."""
    names = ("title", "organizer", "first", "last", "minutes", "minutes_next", "kept_at")
    return {name: getattr(row, name) for name in names}


class RemarkForm(forms.Form):
    """Why it is given back."""

    remark = _line("意见", "写明要怎样改", required=True, max_length=400)


class ReasonForm(forms.Form):
    """Why it is withdrawn."""

    reason = _line("撤销原因", required=True, max_length=200)


class SheetForm(_OfPeriod):
    """The head of a sheet: its day, where the paper lies, why it is filled late."""

    day = forms.DateField(label="日期", widget=DayInput())
    reason = _line("补办原因", "在期内填表的不填", max_length=200)
    kept_at = _line("存放处", "纸质表在哪里", max_length=120)


class CorrectionForm(forms.Form):
    """Why a sheet is corrected."""

    reason = _line("更正原因", required=True, max_length=200)


def marks_of(given: QueryDict, roll: Sequence[Member], results: bool) -> tuple[list[Mark], dict[str, str]]:
    """The marks of a sheet, and what is wrong, by member: `pick-MEMBER`, `note-MEMBER`."""
    marks: list[Mark] = []
    wrong: dict[str, str] = {}
    for member in roll:
        picked = given.get(f"pick-{member.pk}", "")
        if not picked:
            continue
        note = given.get(f"note-{member.pk}", "").replace("\x00", "").strip()
        if len(note) > LONGEST_NOTE:
            wrong[member.pk] = f"说明最多 {LONGEST_NOTE} 个字，现有 {len(note)} 个。"
        elif results and picked not in Line.Result.values:
            wrong[member.pk] = "请选优秀、合格或不合格。"
        else:
            marks.append(Mark(member, picked if results else "", note))
    return marks, wrong
