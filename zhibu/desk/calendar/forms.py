"""The form of a new feed."""

from __future__ import annotations

from typing import Any

from django import forms

from zhibu.access import scope
from zhibu.desk import queries as desk
from zhibu.desk.calendar.actions import READ
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock


class FeedForm(forms.Form):
    """What the address is for, and whose calendar it gives."""

    name = forms.CharField(
        label="名称", max_length=60, help_text="写它用在哪里，例如“我的手机”，以后撤销时认得出来。"
    )
    organization = forms.ChoiceField(
        label="内容",
        required=False,
        help_text="我的日历：本人和本组织的活动、到期事项；也可以只订一个党组织的。",
    )

    def __init__(self, *arguments: Any, reader: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        today = clock.today()
        tree = desk.placements(today)
        reach = desk.Reach(scope.reachable(reader, READ), frozenset(), None)
        field = self.fields["organization"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "我的日历"), *((one.id, one.name) for one in desk.places(tree, reach, today))]

    def clean_organization(self) -> Organization | None:
        """The organization, None for the own calendar."""
        chosen = self.cleaned_data["organization"]
        return Organization.objects.get(pk=chosen) if chosen else None
