"""The forms of exemptions."""

from __future__ import annotations

from typing import Any

from django import forms

from zhibu.access import scope
from zhibu.norm.model import Norm
from zhibu.norm.order import duties_in_order
from zhibu.registers.exemptions.models import ALL_DUTIES
from zhibu.registers.members.choosing import PersonField
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OrganizationChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Organizations by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The name on the day that the query asked for."""
        return str(obj)


class ApplicationForm(forms.Form):
    """An application, or with `decided_by` an approval entered at once."""

    organization = OrganizationChoice(
        label="党组织", queryset=Organization.objects.none(), empty_label="请选择"
    )
    member = PersonField("党员", required=False, help_text="只免除一名党员时选；免除整个党组织时留空")
    duty = forms.ChoiceField(label="免除的工作要求", help_text="“全部”不包括党费方面的要求")
    since = forms.DateField(label="自", widget=DAY)
    until = forms.DateField(label="至（不含当天）", widget=DAY, required=False, help_text="长期有效时留空")
    reason = forms.CharField(label="理由", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    decided_by = forms.CharField(
        label="批准人",
        max_length=60,
        required=False,
        help_text="已获批准的，填批准人即可一并登记；未获批准的留空",
    )
    document = forms.CharField(label="批准文号", max_length=120, required=False)

    def __init__(self, *args: Any, reader: Any, norm: Norm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations = scope.organizations(reader, "exemptions.apply")
        self.fields["organization"].queryset = organizations.on(clock.today()).order_by("name")  # type: ignore[attr-defined]
        people = scope.members(reader, "members.read").order_by("pinyin", "name")
        self.fields["member"].queryset = people  # type: ignore[attr-defined]
        groups: dict[str, list[tuple[str, str]]] = {}
        titles = {article.id: article.title for article in norm.articles}
        for duty in duties_in_order(norm):
            groups.setdefault(titles.get(duty.article, duty.article), []).append((duty.id, duty.title))
        self.fields["duty"].choices = [("", "请选择"), (ALL_DUTIES, "全部（党费除外）"), *groups.items()]  # type: ignore[attr-defined]
        if not scope.roots(reader, "exemptions.decide"):
            del self.fields["decided_by"], self.fields["document"]


class DecisionForm(forms.Form):
    """Approve or decline."""

    approved = forms.ChoiceField(
        label="意见", choices=[("yes", "同意免除"), ("no", "不同意")], widget=forms.RadioSelect
    )
    decided_by = forms.CharField(label="批准人", max_length=60)
    document = forms.CharField(label="批准文号", max_length=120, required=False)
    answer = forms.CharField(label="批复意见", max_length=400, required=False)


class EndForm(forms.Form):
    """End early."""

    until = forms.DateField(label="自这一天起终止", widget=DAY)
    reason = forms.CharField(label="原因", max_length=200)
