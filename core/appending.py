"""Rows that are only appended: written one by one or, within a block, many in one statement."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, models

from core.copying import insert_models

_held: ContextVar[list[models.Model] | None] = ContextVar("held_rows", default=None)


def append(row: models.Model) -> None:
    """Write a new row now, or at the end of the block that holds such rows."""
    held = _held.get()
    if held is None:
        row.save(force_insert=True)
    else:
        held.append(row)


def append_all(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model in one statement now, or at the end of the block."""
    held = _held.get()
    if held is None:
        insert_models(rows)
    else:
        held.extend(rows)


@contextmanager
def appended_together() -> Iterator[None]:
    """Within the block, appended rows wait and are written together at its end.

    For acts on very many rows. The rows belong to the caller's transaction, so the block must be
    inside one: raises RuntimeError otherwise. Whatever rolls back takes its rows with it only as
    a whole, so nothing in the block may catch a failure and go on.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("rows are held only inside a transaction")
    rows: list[models.Model] = []
    token = _held.set(rows)
    try:
        yield
    finally:
        _held.reset(token)
    by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for found in by_model.values():
        insert_models(found)
