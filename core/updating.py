"""Giving many rows values of their own in one statement, as `appending` does for new rows."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

_Row = TypeVar("_Row", bound=models.Model)
_BATCH = 5000


def update_each(rows: Iterable[_Row], columns: Sequence[str]) -> None:
    """Save `columns` of each of `rows`: one UPDATE joined to the new values for every 5,000.

    Django's bulk_update writes a CASE with one branch a row, which is quadratic. Raises TypeError
    for an array column, whose values cannot be unnested side by side.
    """
    found = list(rows)
    for start in range(0, len(found), _BATCH):
        _update(found[start : start + _BATCH], columns)


def _update(rows: Sequence[models.Model], columns: Sequence[str]) -> None:
    meta = rows[0]._meta
    fields = [meta.get_field(name) for name in columns]
    quote = connection.ops.quote_name
    kinds, values = ["bigint[]"], [[row.pk for row in rows]]
    for field in fields:
        if isinstance(field, ArrayField) or not isinstance(field, models.Field):
            raise TypeError(f"{field.name} is set row by row or not at all")
        kinds.append(f"{field.db_type(connection)}[]")
        values.append(
            [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows]
        )
    names = [quote(str(field.column)) for field in fields if isinstance(field, models.Field)]
    assignments = ", ".join(f"{name} = given.{name}" for name in names)
    unnested = ", ".join(f"%s::{kind}" for kind in kinds)
    table, key = quote(meta.db_table), quote(str(meta.pk.column) if meta.pk else "id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {assignments}"  # noqa: S608 - our own names only
            f" FROM unnest({unnested}) AS given(given_id, {', '.join(names)})"
            f" WHERE {table}.{key} = given.given_id",
            values,
        )
