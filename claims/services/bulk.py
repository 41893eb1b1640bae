"""Writing the same change to many rows with few statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import models

_Row = TypeVar("_Row", bound=models.Model)
MOST_GROUPS = 8


def update_alike(rows: Iterable[_Row], columns: Sequence[str]) -> None:
    """Save `columns` of `rows`: one UPDATE for each distinct set of values.

    Where the values differ from row to row it is Django's bulk_update, which costs much more for
    each row; a file's claims nearly always move alike.
    """
    groups: dict[tuple[object, ...], list[_Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, column) for column in columns)].append(row)
    if not groups:
        return
    everyone = [row for group in groups.values() for row in group]
    manager = type(everyone[0])._base_manager
    if len(groups) > MOST_GROUPS:
        manager.bulk_update(everyone, columns)
        return
    for values, group in groups.items():
        manager.filter(pk__in=[row.pk for row in group]).update(
            **dict(zip(columns, values, strict=True))
        )
