"""The form of an entry, made from the kind's row. It reads what was typed; the actions decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from zhibu.norm.model import Kind
from zhibu.registers.evidence import kinds, rules
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.evidence.models import Entry
from zhibu.registers.members.choosing import PersonSelect, said
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site.references import Reference

LONGEST_NOTE = 400

#: Chosen instead of a case: begin one.
NEW = "new"


class DayInput(forms.DateInput):
    """A date as browsers pick it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MonthField(forms.CharField):
    """A month as browsers pick it; its first day."""

    widget = forms.TextInput({"type": "month", "placeholder": "2026-03"})

    def to_python(self, value: Any) -> Any:
        """The first day of the month."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return date.fromisoformat(f"{text[:7]}-01")
        except ValueError:
            raise forms.ValidationError("请写成 2026-03 这样的月份。") from None

    def prepare_value(self, value: Any) -> Any:
        """The month as it stands in the field."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class AmountField(forms.CharField):
    """An amount in the unit of people, kept in the unit of the kind's row."""

    def __init__(self, unit: str, **options: Any) -> None:
        self.unit = unit
        shape = rules.unit_of(unit)
        options.setdefault("label", f"数额（{shape.title if shape else unit}）")
        super().__init__(widget=forms.TextInput({"inputmode": "decimal", "maxlength": "30"}), **options)

    def to_python(self, value: Any) -> Any:
        """The amount to keep."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return rules.amount_of(text[:40], self.unit)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def prepare_value(self, value: Any) -> Any:
        """The amount as it stands in the field."""
        return rules.amount_input(value, self.unit) if isinstance(value, int) else value


def _line(label: str, hint: str = "", **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    return forms.CharField(
        label=label, widget=forms.TextInput({"placeholder": hint} if hint else {}), **options
    )


class EntryForm(forms.Form):
    """One entry: the fields that its kind's row asks for, in the order of a paper form."""

    def __init__(
        self,
        *arguments: Any,
        kind: Kind,
        organization: Organization,
        members: Sequence[Member],
        references: Sequence[Reference],
        needs_reference: bool,
        correcting: bool = False,
        sheet: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.kind, self.organization = kind, organization
        self.people = {member.pk: member for member in members}
        self.titles = {reference.id: reference.title for reference in references}
        state = kind.type == "state"
        if kind.member != "none" and not sheet:
            self.fields["member"] = forms.ChoiceField(
                label="党员",
                choices=[("", "请选择"), *((member.pk, said(member)) for member in members)],
                required=kind.member == "required",
                widget=PersonSelect(people=self.people),
            )
        self.fields["day"] = forms.DateField(label="起始日期" if state else "日期", widget=DayInput())
        if state:
            self.fields["until"] = forms.DateField(
                label="截止日期",
                required=False,
                widget=DayInput(),
                help_text="从这一天起不再有效；至今有效的不填。",
            )
        self._counts_for(state)
        if kind.amount is not None and not sheet:
            self.fields["amount"] = AmountField(kind.amount, required=True)
        self._reference(references, needs_reference, correcting, sheet)
        self.fields["note"] = _line("说明", max_length=400)
        self.fields["kept_at"] = _line("存放处", "原件在哪里；不宜上传的写“有”及存放处", max_length=120)
        if correcting:
            self.fields["reason"] = _line("更正原因", required=True, max_length=200)
        elif not sheet:
            self.fields["file"] = forms.FileField(
                label="附件", required=False, help_text="不是必须。PDF、图片、Word、Excel，不超过 20 MB。"
            )

    def _counts_for(self, state: bool) -> None:
        if state:
            return
        if self.kind.id in rules.FOR_A_MONTH:
            self.fields["counts_for"] = MonthField(
                label="所属月份", required=False, help_text="不填的按办理当月。"
            )
            return
        self.fields["counts_for"] = forms.DateField(
            label="计入的日期",
            required=False,
            widget=DayInput(),
            help_text="补办往期的才填，如次年二月述上年的职，填上年 12 月 31 日。",
        )
        self.fields["counts_for_reason"] = _line("计入该日的原因", max_length=200)

    def _reference(
        self, references: Sequence[Reference], needed: bool, correcting: bool, sheet: bool
    ) -> None:
        how = kinds.choosing(self.kind)
        if how == "self" or (sheet and how == "text"):
            return
        if how in ("text", "period"):
            title = kinds.TEXT_TITLES.get(self.kind.ref, "所指的时段" if how == "period" else "编号")
            hint = "如 2026-03、2026-Q3、2026" if how == "period" else ""
            self.fields["ref"] = _line(title, hint, required=needed, max_length=80)
            return
        choices = [(reference.id, reference.title) for reference in references]
        label = {"activity": "关联的活动", "organization": "党支部", "entry": "关联的记录"}.get(
            how, "所属事项"
        )
        if how == "case" and not correcting:
            choices = [(NEW, f"新建：{kinds.matter_of(self.kind.id).title}"), *choices]
        elif not needed:
            choices = [("", "不关联"), *choices]
        else:
            choices = [("", "请选择"), *choices]
        self.fields["ref"] = forms.ChoiceField(label=label, choices=choices, required=needed)

    @property
    def begins_case(self) -> bool:
        """True when a new case was asked for."""
        return bool(self.cleaned_data.get("ref") == NEW and kinds.choosing(self.kind) == "case")

    def draft(self, kind: str | None = None, **other: Any) -> Draft:
        """What was typed, as the actions take it."""
        given = self.cleaned_data
        ref = "" if self.begins_case else given.get("ref") or ""
        said: dict[str, Any] = {
            "kind": kind or self.kind.id,
            "organization": self.organization,
            "member": self.people.get(given.get("member", "")),
            "day": given["day"],
            "until": given.get("until"),
            "counts_for": given.get("counts_for"),
            "counts_for_reason": given.get("counts_for_reason", ""),
            "amount": given.get("amount"),
            "ref": ref,
            "ref_title": self.titles.get(ref, ""),
            "note": given.get("note", ""),
            "kept_at": given.get("kept_at", ""),
        }
        return Draft(**{**said, **other})


class EndForm(forms.Form):
    """From when a state no longer holds."""

    until = forms.DateField(label="截止日期", widget=DayInput(), help_text="从这一天起不再有效。")
    reason = _line("说明", max_length=200)


class ReasonForm(forms.Form):
    """Why an entry is withdrawn."""

    reason = _line("撤销原因", required=True, max_length=200)


def initial_of(entry: Entry) -> dict[str, Any]:
    """An entry as the form shows it."""
    return {
        "member": entry.member_id,
        "day": entry.day,
        "until": entry.until,
        "counts_for": entry.counts_for,
        "counts_for_reason": entry.counts_for_reason,
        "amount": entry.amount,
        "ref": entry.ref,
        "note": entry.note,
        "kept_at": entry.kept_at,
    }


def drafts_of_sheet(
    form: EntryForm, given: QueryDict, roll: Sequence[Member], offered: Sequence[str]
) -> tuple[list[Draft], dict[str, str]]:
    """The entries of a sheet, and what is wrong, by member.

    `pick-MEMBER` names the kind, `amount-MEMBER` the amount, `note-MEMBER` the note.
    """
    drafts: list[Draft] = []
    wrong: dict[str, str] = {}
    unit = form.kind.amount
    for member in roll:
        kind = given.get(f"pick-{member.pk}", "")
        if kind not in offered:
            continue
        amount = None
        if unit is not None:
            try:
                amount = rules.amount_of(given.get(f"amount-{member.pk}", "") or "", unit)
            except ValueError as fault:
                wrong[member.pk] = str(fault)
                continue
        note = given.get(f"note-{member.pk}", "").replace("\x00", "").strip()
        if len(note) > LONGEST_NOTE:
            wrong[member.pk] = f"说明最多 {LONGEST_NOTE} 个字，现有 {len(note)} 个。"
            continue
        note = note or form.cleaned_data.get("note", "")
        drafts.append(form.draft(kind=kind, member=member, amount=amount, note=note))
    return drafts, wrong
