"""Writing the same change to many rows with few statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import models

from core.among import among
from core.updating import update_each

_Row = TypeVar("_Row", bound=models.Model)
MOST_GROUPS = 8


def update_alike(rows: Iterable[_Row], columns: Sequence[str]) -> None:
    """Save `columns` of `rows`: one UPDATE for each distinct set of values, since a file's claims
    nearly always move alike; where the values differ from row to row, one joined to the values.
    """
    groups: dict[tuple[object, ...], list[_Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, column) for column in columns)].append(row)
    if len(groups) > MOST_GROUPS:
        update_each((row for group in groups.values() for row in group), columns)
        return
    for values, group in groups.items():
        type(group[0])._base_manager.filter(among("pk", group)).update(
            **dict(zip(columns, values, strict=True))
        )
