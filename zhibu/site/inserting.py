"""Inserting many new rows of one table by what the database has for it (PostgreSQL: COPY), without what
`bulk_create` does for every value (half of its time, measured with 100 000 members: benchmarks/README.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models

from zhibu.site.found_by import FoundBy

#: Fields whose values every database takes as they are.
_PLAIN = (models.CharField, models.TextField, models.BooleanField, models.IntegerField)


def _value_of(field: Any) -> Callable[[Any], Any]:
    """How a value of the field is given to the database."""
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    if isinstance(target, _PLAIN):
        return lambda value: value
    return lambda value: target.get_db_prep_save(value, connection)


def insert_new(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model, with ids of their own (a numbered id is given by the database)."""
    if not rows:
        return
    meta = rows[0]._meta
    fields: list[Any] = [one for one in meta.concrete_fields if not isinstance(one, models.AutoField)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [(field.attname, _value_of(field)) for field in fields]
    for derived in (field for field in fields if isinstance(field, FoundBy)):
        for one in rows:
            derived.pre_save(one, True)
    given = [tuple(value(row.__dict__[name]) for name, value in values) for row in rows]
    table = f"{quote(meta.db_table)} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in given:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", given)
