"""The forms of members."""

from __future__ import annotations

from typing import Any

from django import forms

from zhibu.access.forms import DAY, OrganizationField
from zhibu.access.models import Account
from zhibu.registers.members.models import SEALED, Category, Member, Status
from zhibu.registers.members.rules import MASKS

BELONGS_TO = ("branch", "general_branch", "committee")


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """The profile, plain and sealed fields together."""

    id_number = forms.CharField(label=SEALED["id_number"], max_length=20, required=False)
    mobile = forms.CharField(label=SEALED["mobile"], max_length=20, required=False)
    landline = forms.CharField(label=SEALED["landline"], max_length=20, required=False)
    household_address = forms.CharField(label=SEALED["household_address"], max_length=120, required=False)
    address = forms.CharField(label=SEALED["address"], max_length=120, required=False)
    archive = forms.CharField(label=SEALED["archive"], max_length=120, required=False)

    field_order: tuple[str, ...] = (
        "name",
        "number",
        "id_number",
        "sex",
        "born",
        "ethnicity",
        "mobile",
        "landline",
    )

    class Meta:
        model = Member
        fields = (
            "name",
            "number",
            "sex",
            "ethnicity",
            "born",
            "native_place",
            "education",
            "degree",
            "school",
            "subject",
            "work_post",
            "technical_post",
            "applied",
            "joined",
            "confirmed",
            "suspended",
            "lost",
            "lost_since",
            "lost_how",
            "floating",
            "floating_to",
        )
        widgets = dict.fromkeys(("born", "applied", "joined", "confirmed", "lost_since"), DAY)

    def validate_unique(self) -> None:
        """The action says who has the number already, in its own words."""


class AddForm(ProfileForm):
    """A new member."""

    organization = OrganizationField(label="所在党支部", verb="members.add", kinds=BELONGS_TO)
    status = forms.ChoiceField(label="人员类别", choices=Status.choices)
    category = forms.ChoiceField(label="身份", choices=Category.choices)
    since = forms.DateField(label="组织关系在本支部自", widget=DAY)

    field_order = ("organization", "status", "category", "since", *ProfileForm.field_order)

    def __init__(self, *args: Any, reader: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].narrow(reader)  # type: ignore[attr-defined]


#: What is typed into a sealed field to empty it.
CLEARED = "无"


class ChangeForm(ProfileForm):
    """The profile of a member on the roll: sealed fields stay as they are unless something is typed."""

    def __init__(self, *args: Any, known: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SEALED:
            if text := known.get(name):
                mask = MASKS.get(name)
                shown = mask(text) if mask else text
                self.fields[name].help_text = f"现为 {shown}；不改就不填，要清空请填“{CLEARED}”"


class TransferForm(forms.Form):
    """To another organization of this deployment."""

    organization = OrganizationField(label="转入", verb="members.transfer", kinds=BELONGS_TO)
    since = forms.DateField(label="自", widget=DAY, help_text="这一天起在转入支部；之前的记录留在原支部")
    reason = forms.CharField(label="原因", max_length=120, required=False)

    def __init__(self, *args: Any, reader: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].narrow(reader)  # type: ignore[attr-defined]


class EnterForm(TransferForm):
    """From nowhere (transferred in from outside, or joined)."""

    status = forms.ChoiceField(label="人员类别", choices=Status.choices)
    category = forms.ChoiceField(label="身份", choices=Category.choices)


class LeaveForm(forms.Form):
    """The end of a membership."""

    until = forms.DateField(label="自哪一天起不在", widget=DAY)
    reason = forms.CharField(label="去向或原因", max_length=120, help_text="例如：转往某单位党委；去世")


class ConfirmForm(forms.Form):
    """Probation ends."""

    since = forms.DateField(label="转正日期", widget=DAY)


class CategoryForm(forms.Form):
    """Another category."""

    category = forms.ChoiceField(label="身份", choices=Category.choices)
    since = forms.DateField(label="自", widget=DAY)
    reason = forms.CharField(label="原因", max_length=120, required=False, help_text="例如：退休")


class CorrectForm(forms.Form):
    """A membership that was written wrong."""

    status = forms.ChoiceField(label="人员类别", choices=Status.choices)
    category = forms.ChoiceField(label="身份", choices=Category.choices)
    since = forms.DateField(label="起", widget=DAY)
    until = forms.DateField(label="止", widget=DAY, required=False, help_text="当日起不再在此；不填即至今")
    reason = forms.CharField(label="更正原因", max_length=120)


class ForgetForm(forms.Form):
    """Destroying what is personal."""

    reason = forms.CharField(label="依据", max_length=120, help_text="例如：本人书面申请及批准文号")
    name = forms.CharField(label="请照写姓名以确认", max_length=60)
