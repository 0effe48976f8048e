"""The forms of accounts."""

from __future__ import annotations

from typing import Any

from django import forms

from zhibu.access import roles, scope
from zhibu.access.models import Account
from zhibu.registers.organizations.models import Organization

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ActivationForm(forms.Form):
    """First use: the code from the sheet, and a password."""

    username = forms.CharField(label="用户名", max_length=60, help_text="激活单上的用户名，通常是学工号")
    code = forms.CharField(
        label="激活码", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )
    password = forms.CharField(
        label="新密码",
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少十位，不能全是数字，不要用常见的密码",
    )
    again = forms.CharField(
        label="再输一次", max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords must be the same."""
        values = super().clean() or {}
        if values.get("password") and values.get("again") and values["password"] != values["again"]:
            self.add_error("again", "两次输入的密码不一样")
        return values


class OrganizationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of organizations by their name."""

    def __init__(self, *, label: str, verb: str, required: bool = True, kinds: tuple[str, ...] = ()) -> None:
        super().__init__(
            queryset=Organization.objects.none(), label=label, required=required, empty_label="请选择"
        )
        self.verb, self.kinds = verb, kinds

    def narrow(self, reader: Account) -> None:
        """Offer what the reader may do the verb at."""
        found = scope.organizations(reader, self.verb).latest().filter(placed_until__isnull=True)
        if self.kinds:
            found = found.filter(kind__in=self.kinds)
        self.queryset = found.order_by("kind", "name")


class GrantForm(forms.Form):
    """A role at an organization for a time."""

    role = forms.ChoiceField(label="角色", choices=[(name, role.title) for name, role in roles.ROLES.items()])
    organization = OrganizationField(label="党组织", verb="access.grant")
    since = forms.DateField(label="自", widget=DAY)
    until = forms.DateField(label="至（当日起失效）", widget=DAY, required=False, help_text="不填即长期有效")

    def __init__(self, *args: Any, reader: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].narrow(reader)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The end lies after the beginning."""
        values = super().clean() or {}
        if values.get("since") and values.get("until") and values["until"] <= values["since"]:
            self.add_error("until", "须晚于开始日期")
        return values


class AccountForm(forms.Form):
    """An account that belongs to no member on the roll, e.g. an auditor's."""

    username = forms.CharField(label="用户名", max_length=60)
    name = forms.CharField(label="姓名", max_length=60)


class SheetForm(forms.Form):
    """For whom accounts are made and codes printed."""

    organization = OrganizationField(label="党组织", verb="access.activate")
    renew = forms.BooleanField(
        label="已有账号但还没有激活的人，也重发激活码（原码作废）", required=False, initial=True
    )

    def __init__(self, *args: Any, reader: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].narrow(reader)  # type: ignore[attr-defined]
