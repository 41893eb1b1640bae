"""Rows of a code set into the database, as a stream: memory stays flat however long the file is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from core.copying import copy_rows

_ONE_LINE = str.maketrans({"\t": " ", "\r": " ", "\n": " ", "\x00": None})


@dataclass(frozen=True)
class Table:
    """Rows for one model: its columns without the release, and their values in that order."""

    model: type[models.Model]
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


def copy_table(release_id: int, table: Table) -> int:
    """Send the rows through COPY; returns how many there were. Texts become one line each.

    Raises what the rows raise, and django.db.Error where the table refuses one; the caller's
    transaction then undoes all.
    """
    rows = ((release_id, *map(_cleaned, row)) for row in table.rows)
    return copy_rows(table.model, ["release_id", *table.columns], rows)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isalnum() else value.translate(_ONE_LINE)
    if isinstance(value, list | tuple):
        return [_cleaned(str(one)) for one in value]
    return value
