"""The column by which rows are found, kept by every write of the row; and the rows that it finds, the best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Case, Field, IntegerField, Q, QuerySet, Value, When

from zhibu.site import sounds

#: The name of the column wherever a model has one.
COLUMN = "found_by"
#: What every such column has in common.
OPTIONS: dict[str, Any] = {"default": "", "blank": True, "editable": False}
#: So many rows a migration fills at once.
LOT = 500


class FoundBy(models.TextField):  # type: ignore[type-arg]
    """The `sounds.keys` of some fields of the row, named here. Derived: the log does not keep it (`columns`).

    It is set whenever the row is saved, alone or with many; `save(update_fields=…)` has to name it too.
    """

    def __init__(self, *names: str, **options: Any) -> None:
        self.names = names
        super().__init__(**{**OPTIONS, **options})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """For migrations: the fields' names are its arguments."""
        name, path, _, options = super().deconstruct()
        return name, path, self.names, {key: one for key, one in options.items() if key not in OPTIONS}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """As the named fields are now."""
        kept = sounds.keys(*(getattr(model_instance, name) for name in self.names))
        setattr(model_instance, self.attname, kept)
        return kept


def columns(model: type[models.Model] | models.Model) -> list[Field[Any, Any]]:
    """The columns of a model without what is derived: what the log keeps of a row."""
    return [field for field in model._meta.concrete_fields if not isinstance(field, FoundBy)]


def filled(app: str, *models: str) -> Callable[[Any, Any], None]:
    """For a migration that adds the column: what fills it for the rows that stand already."""

    def fill(apps: Any, editor: Any) -> None:
        for name in models:
            model = apps.get_model(app, name)
            field = model._meta.get_field(COLUMN)
            lot: list[Any] = []
            for row in model.objects.only("pk", *field.names).iterator(chunk_size=2000):
                if field.pre_save(row, False):
                    lot.append(row)
                if len(lot) == LOT:
                    model.objects.bulk_update(lot, [COLUMN])
                    lot = []
            model.objects.bulk_update(lot, [COLUMN])

    return fill


def matching(rows: QuerySet[Any], asked: Sequence[str], paths: Sequence[str] = (COLUMN,)) -> QuerySet[Any]:
    """The rows that have every word in one of these columns, annotated with `rank` (`sounds.rank`), not ordered."""
    whole, edge = "".join(asked), sounds.BETWEEN
    for word in asked:
        rows = rows.filter(reduce(or_, (Q(**{f"{path}__contains": word}) for path in paths)))

    def any_has(text: str) -> Q:
        return reduce(or_, (Q(**{f"{path}__contains": text}) for path in paths))

    ranks = [
        When(any_has(f"{edge}{whole}{edge}"), then=Value(0)),
        When(any_has(f"{edge}{whole}"), then=Value(1)),
    ]
    ranked: QuerySet[Any] = rows.annotate(rank=Case(*ranks, default=Value(2), output_field=IntegerField()))
    return ranked
