"""What to put into a box: articles, organizations, years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import forms

from zhibu.documents.archive.queries import Unit
from zhibu.documents.archive.selection import Selection, years_to_choose
from zhibu.norm.model import Norm


class SelectionForm(forms.Form):
    """Lists to tick; all articles and organizations are ticked at first, and this year."""

    articles = forms.MultipleChoiceField(label="条", error_messages={"required": "请至少选一条。"})
    organizations = forms.MultipleChoiceField(
        label="党组织", error_messages={"required": "请至少选一个党组织。"}
    )
    years = forms.MultipleChoiceField(label="年度", error_messages={"required": "请至少选一年。"})

    def __init__(self, data: object, *, norm: Norm, units: Sequence[Unit], today: date) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        choices = {
            "articles": [(article.id, article.title) for article in norm.articles],
            "organizations": [(unit.id, unit.name) for unit in units],
            "years": [(str(year), f"{year}年") for year in years_to_choose(today)],
        }
        self.first: dict[str, set[str]] = {}
        for name, given in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = given
            self.first[name] = {value for value, _ in (given[:1] if name == "years" else given)}
            field.error_messages["invalid_choice"] = "所选的有一项不在可选的范围内，请重新选。"

    def ticked(self, name: str) -> set[str]:
        """What is ticked: as sent, else all, of the years this one."""
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        if self.is_bound:
            return set(field.widget.value_from_datadict(self.data, self.files, name) or ())
        return self.first[name]

    def selection(self) -> Selection:
        """What was chosen."""
        given = self.cleaned_data
        return Selection.of(given["articles"], given["organizations"], given["years"])
