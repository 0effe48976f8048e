"""The column by which rows are found, kept by every write of the row; and the rows that it finds, the best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import Field, Q, QuerySet

from zhibu.site import sounds

#: The name of the column wherever a model has one.
COLUMN = "found_by"
#: What every such column has in common.
OPTIONS: dict[str, Any] = {"default": "", "blank": True, "editable": False}
#: So many rows a migration fills at once; fewer than so many are put in order after they were found.
LOT = FEW = 500


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

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        """As the named fields are now; where most rows have no words (`null`), nothing rather than an empty text."""
        kept = sounds.keys(*(getattr(model_instance, name) for name in self.names)) or (
            None if self.null else ""
        )
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


def contains(text: str) -> Q:
    """That the row's own column has the text."""
    return Q(**{f"{COLUMN}__contains": text})


def matching(rows: QuerySet[Any], asked: Sequence[str], has: Callable[[str], Q] = contains) -> QuerySet[Any]:
    """The rows that have every word. `has` says so of a text, where it is not the row's own column alone."""
    for word in asked:
        rows = rows.filter(has(word))
    return rows


def best(
    rows: QuerySet[Any],
    asked: Sequence[str],
    most: int,
    order: Sequence[str],
    has: Callable[[str], Q] = contains,
) -> dict[Any, int]:
    """The keys of the first few rows that have every word, each with its rank (`sounds.rank`), by rank and order.

    Whatever finds only a few rows is put in order after it was found, and what finds many walks along the order: a
    letter that thousands have costs no more than a name.
    """

    def first(rows: QuerySet[Any], found: list[Any]) -> list[Any]:
        if not found:
            return []
        if len(found) == FEW:
            return list(rows.order_by(*order).values_list("pk", flat=True)[:most])
        # All of them are fetched: told how many are wanted PostgreSQL would walk along the order here too.
        few = rows.model._default_manager.filter(pk__in=found)
        return list(few.order_by(*order).values_list("pk", flat=True))[:most]

    def some(rows: QuerySet[Any]) -> list[Any]:
        return list(rows.order_by().values_list("pk", flat=True)[:FEW])

    within = matching(rows, asked, has)
    found = some(within)
    whole, edge = "".join(asked), sounds.BETWEEN
    # Where these are all there are, the better ones are among them.
    better = rows.model._default_manager.filter(pk__in=found) if len(found) < FEW else rows
    ranks: dict[Any, int] = {}
    for rank, text in enumerate((f"{edge}{whole}{edge}", f"{edge}{whole}")):
        beginning = better.filter(has(text))
        for key in first(beginning, some(beginning)) if found else ():
            ranks.setdefault(key, rank)
    if len(ranks) < most:
        for key in first(within, found):
            ranks.setdefault(key, 2)
    return dict(list(ranks.items())[:most])
