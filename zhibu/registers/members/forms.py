"""The forms of members."""

from __future__ import annotations

from typing import Any

from django import forms

from zhibu.access.forms import DAY, OrganizationField
from zhibu.access.models import Account
from zhibu.registers.members import words
from zhibu.registers.members.models import BELONGS_TO, Category, Member, Status
from zhibu.registers.members.profile import PLAIN, SEALED
from zhibu.registers.members.rules import MASKS

#: The longest text of the sealed numbers; of the other sealed fields 120.
LONGEST = {"id_number": 20, "mobile": 20, "landline": 20}


def _narrow(form: forms.BaseForm, reader: Account) -> None:
    """Offer of each organization only what the reader may do the field's verb at."""
    for field in form.fields.values():
        if isinstance(field, OrganizationField):
            field.narrow(reader)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """The profile, plain and sealed fields together."""

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
        fields = PLAIN
        widgets = dict.fromkeys(("born", "applied", "joined", "confirmed", "lost_since"), DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, title in SEALED.items():
            self.fields[name] = forms.CharField(
                label=title, max_length=LONGEST.get(name, 120), required=False
            )
        for name in words.CODED:
            known = str(getattr(self.instance, name, "") or "")
            offered, label = words.choices(name, known), self.fields[name].label
            self.fields[name] = forms.ChoiceField(label=label, choices=offered, required=False)
        self.order_fields(self.field_order)

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
        _narrow(self, reader)


#: What nobody has who is no Party member yet; the day of the application is asked for once.
NOT_OF_AN_APPLICANT = (
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


class ApplyForm(ProfileForm):
    """A new applicant: a person with an application and no membership."""

    organization = OrganizationField(label="受理的党支部", verb="members.apply", kinds=BELONGS_TO)
    since = forms.DateField(label="递交入党申请书的日期", widget=DAY)

    field_order = ("organization", "since", *ProfileForm.field_order)

    class Meta(ProfileForm.Meta):
        exclude = NOT_OF_AN_APPLICANT

    def __init__(self, *args: Any, reader: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _narrow(self, reader)


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


class DeedForm(forms.Form):
    """What one deed asks for."""

    def __init__(self, *args: Any, reader: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _narrow(self, reader)


class TransferForm(DeedForm):
    """To another organization of this deployment."""

    organization = OrganizationField(label="转入", verb="members.transfer", kinds=BELONGS_TO)
    since = forms.DateField(label="自", widget=DAY, help_text="这一天起在转入支部；之前的记录留在原支部")
    reason = forms.CharField(label="原因", max_length=120, required=False)


class EnterForm(TransferForm):
    """From nowhere (transferred in from outside, or joined)."""

    status = forms.ChoiceField(label="人员类别", choices=Status.choices)
    category = forms.ChoiceField(label="身份", choices=Category.choices)


class LeaveForm(DeedForm):
    """The end of a membership."""

    until = forms.DateField(label="自哪一天起不在", widget=DAY)
    reason = forms.CharField(label="去向或原因", max_length=120, help_text="例如：转往某单位党委；去世")


class ConfirmForm(DeedForm):
    """Probation ends."""

    since = forms.DateField(label="转正日期", widget=DAY)


class CategoryForm(DeedForm):
    """Another category."""

    category = forms.ChoiceField(label="身份", choices=Category.choices)
    since = forms.DateField(label="自", widget=DAY)
    reason = forms.CharField(label="原因", max_length=120, required=False, help_text="例如：退休")


class AgainForm(DeedForm):
    """Someone on the roll who is no member applies (again)."""

    organization = OrganizationField(label="受理的党支部", verb="members.apply", kinds=BELONGS_TO)
    since = forms.DateField(label="递交入党申请书的日期", widget=DAY)


class HandOverForm(DeedForm):
    """Another organization handles the application."""

    organization = OrganizationField(label="转交", verb="members.apply", kinds=BELONGS_TO)
    since = forms.DateField(label="自", widget=DAY)


class WithdrawForm(DeedForm):
    """The end of an application."""

    until = forms.DateField(label="自哪一天起不再办理", widget=DAY)
    reason = forms.CharField(
        label="原因", max_length=120, help_text="例如：本人撤回；毕业离校，材料转往某单位"
    )


class ApplicationForm(DeedForm):
    """The days of an application that stands."""

    since = forms.DateField(label="递交入党申请书的日期", widget=DAY)
    activist = forms.DateField(label="确定为积极分子日期", widget=DAY, required=False)
    prospect = forms.DateField(
        label="确定为发展对象日期",
        widget=DAY,
        required=False,
        help_text="这里的日期只作备查；发展党员各步骤在“佐证”中登记",
    )


class CorrectForm(DeedForm):
    """A membership that was written wrong."""

    status = forms.ChoiceField(label="人员类别", choices=Status.choices)
    category = forms.ChoiceField(label="身份", choices=Category.choices)
    since = forms.DateField(label="起", widget=DAY)
    until = forms.DateField(label="止", widget=DAY, required=False, help_text="当日起不再在此；不填即至今")
    reason = forms.CharField(label="更正原因", max_length=120)


class ForgetForm(DeedForm):
    """Destroying what is personal."""

    reason = forms.CharField(
        label="依据",
        max_length=120,
        help_text="例如：本人书面申请及批准文号。长期保留，不写姓名、学工号",
    )
    name = forms.CharField(label="请照写姓名以确认", max_length=60)
