"""The forms of an import: the file, and what the person decides in the preview."""

from __future__ import annotations

from typing import Any

from django import forms

from zhibu.registers.members.roster import limits


class FileForm(forms.Form):
    """Which file, into which committee."""

    committee = forms.ChoiceField(label="党委")
    file = forms.FileField(
        label="名册文件",
        help_text="Excel（.xlsx、.xls）或 .csv。栏目的先后不限，按表头辨认；官方名册可直接上传。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def __init__(self, *args: Any, committees: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["committee"]
        field.choices = committees  # type: ignore[attr-defined]
        if len(committees) == 1:
            field.widget = forms.HiddenInput()
            field.initial = committees[0][0]

    def clean_file(self) -> Any:
        """No more than a roster can be."""
        found = self.cleaned_data["file"]
        if found.size > limits.FILE_BYTES:
            raise forms.ValidationError(
                f"文件超过 {limits.FILE_BYTES // 1024 // 1024} MB，请去掉图片和多余的表后再上传。"
            )
        return found


class ChoicesForm(forms.Form):
    """Since when new members belong, the branch of rows that name none, and which faults are right so."""

    since = forms.DateField(
        label="新增党员从哪天起在所在支部",
        help_text="通常是启用日期。入党更晚的，从入党之日起。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    branch = forms.ChoiceField(label="没有写支部的行归入", required=False)
    accept = forms.MultipleChoiceField(label="照样导入", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        overrulable: list[tuple[str, str]],
        branches: list[tuple[str, str]] | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accept"].choices = overrulable  # type: ignore[attr-defined]
        if not overrulable:
            del self.fields["accept"]
        if branches is None:
            del self.fields["branch"]
        else:
            self.fields["branch"].choices = [("", "——"), *branches]  # type: ignore[attr-defined]
