"""Choosing a person in a form: by name and number; the page narrows a long list as one types (`zhibu.js`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from zhibu.registers.members.models import Member


def said(person: Member) -> str:
    """Name and number: two of the same name are told apart."""
    return f"{person.name}（{person.number}）" if person.number else person.name


class PersonSelect(forms.Select):
    """A list whose lines carry the name in letters too. `people`: by id, where the choices are not records."""

    def __init__(self, *arguments: Any, people: Mapping[str, Member] | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.people = people or {}

    def create_option(self, name: str, value: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
        """One line."""
        option = super().create_option(name, value, *arguments, **options)
        person = getattr(value, "instance", None) or self.people.get(str(value))
        if person is not None:
            option["attrs"]["data-key"] = f"{person.pinyin} {person.initials}"
        return option


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of persons within reach."""

    widget = PersonSelect

    def __init__(self, label: str, *, required: bool = True, help_text: str = "") -> None:
        super().__init__(
            queryset=Member.objects.none(),
            label=label,
            required=required,
            help_text=help_text,
            empty_label="请选择",
        )

    def label_from_instance(self, obj: Any) -> str:
        """Name and number."""
        return said(obj)
