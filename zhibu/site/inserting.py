"""Inserting many new rows of one table by what the database has for it (PostgreSQL: COPY), without what
`bulk_create` does for every value (half of its time, measured with 100 000 members: benchmarks/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from zhibu.site.found_by import FoundBy

#: Fields whose values every database takes as they are.
_PLAIN = (models.CharField, models.TextField, models.BooleanField, models.IntegerField)


def _column(field: Any, rows: Sequence[models.Model]) -> list[Any]:
    """The values of one field as they are given to the database."""
    values = [row.__dict__[field.attname] for row in rows]
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    if isinstance(target, _PLAIN):
        return values
    here = connections[DEFAULT_DB_ALIAS]
    return [None if value is None else target.get_db_prep_save(value, here) for value in values]


def insert_new(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model, with ids of their own (a numbered id is given by the database)."""
    if not rows:
        return
    meta = rows[0]._meta
    fields: list[Any] = [one for one in meta.concrete_fields if not isinstance(one, models.AutoField)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    for derived in (field for field in fields if isinstance(field, FoundBy)):
        for one in rows:
            derived.pre_save(one, True)
    given = list(zip(*(_column(field, rows) for field in fields), strict=True))
    table = f"{quote(meta.db_table)} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in given:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", given)
