"""State machines as tables: one function moves, and every move is checked, locked and recorded."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction

from core import audit, clock


class IllegalTransition(Exception):
    """A move that the table does not have."""

    def __init__(self, table: str, old: str, new: str) -> None:
        super().__init__(f"{table}: no move from {old} to {new}")
        self.old, self.new = old, new


class TransitionTable:
    """From each state, the states that may come next."""

    def __init__(self, name: str, moves: Mapping[str, Iterable[str]], *, initial: str) -> None:
        self.name = name
        self.initial = initial
        self.moves = {old: frozenset(next_states) for old, next_states in moves.items()}
        unknown = frozenset().union(*self.moves.values()) - self.moves.keys()
        if unknown or initial not in self.moves:
            raise ValueError(f"{name}: states without a row: {sorted(unknown | {initial})}")

    def allows(self, old: str, new: str) -> bool:
        """Whether `new` may follow `old`."""
        return new in self.moves.get(old, frozenset())

    def check(self, old: str, new: str) -> None:
        """Raise IllegalTransition unless `new` may follow `old`."""
        if not self.allows(old, new):
            raise IllegalTransition(self.name, old, new)

    @property
    def final_states(self) -> frozenset[str]:
        """States that nothing follows."""
        return frozenset(state for state, following in self.moves.items() if not following)


def advance(
    instance: models.Model,
    to: str,
    *,
    table: TransitionTable,
    field: str = "state",
    update: dict[str, Any] | None = None,
) -> bool:
    """Move `instance` to state `to`: lock, look again, check, change, record.

    `update` holds other columns to set in the same statement; a `<field>_changed_at` column is
    set by itself. Returns False, changing nothing, when the row is there already. Raises
    IllegalTransition for a move that the table does not have.
    """
    manager = type(instance)._base_manager
    with transaction.atomic():
        row = manager.select_for_update(of=("self",)).get(pk=instance.pk)
        old = getattr(row, field)
        setattr(instance, field, old)
        if old == to:
            return False
        table.check(old, to)
        columns = {field: to, **(update or {})}
        stamp = f"{field}_changed_at"
        if any(f.name == stamp for f in type(instance)._meta.concrete_fields):
            columns.setdefault(stamp, clock.now())
        manager.filter(pk=instance.pk).update(**columns)
        audit.record(f"{table.name}.{to}", subject=instance, before={field: old}, after={field: to})
    for name, value in columns.items():
        setattr(instance, name, value)
    return True
