"""The dated tables of levels (`tables.toml`): families of visits, prolonged time, G2211."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

FILE = Path(__file__).with_name("tables.toml")
# Visits without a level of decision making of their own; a worksheet finds them beside its line.
UNLEVELLED = frozenset({"99211", "99281"})


class _Dated(Protocol):
    """A table with the first day it holds on."""

    @property
    def since(self) -> date:
        """Its first day."""


_Table = TypeVar("_Table", bound=_Dated)


@dataclass(frozen=True, slots=True)
class Family:
    """One family on a day: its code at each level of decision making, 1 to 4, and each code's
    fewest minutes; without minutes time may not be used.
    """

    name: str
    since: date
    source: str
    codes: tuple[str, ...]
    minutes: Mapping[str, int]

    @property
    def ranked(self) -> tuple[str, ...]:
        """Each code once, the lowest first."""
        return tuple(dict.fromkeys(self.codes))


@dataclass(frozen=True, slots=True)
class Prolonged:
    """Time past the highest code: the minute at which the first unit is full, and the step."""

    code: str
    since: date
    source: str
    is_medicare: bool
    every: int
    first: Mapping[str, int]

    def units(self, code: str, minutes: int) -> int:
        """Full units of a visit of `minutes` billed with `code`."""
        first = self.first.get(code)
        return 0 if first is None or minutes < first else 1 + (minutes - first) // self.every


@dataclass(frozen=True, slots=True)
class Complexity:
    """Medicare's add-on for lasting care: a remark, never a line of its own."""

    code: str
    since: date
    source: str
    families: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything the file says, oldest first."""

    families: Mapping[str, tuple[Family, ...]]
    prolonged: tuple[Prolonged, ...]
    complexity: tuple[Complexity, ...]


def families_on(on: date) -> tuple[Family, ...]:
    """The families whose levels hold on `on`, in the file's order."""
    found = (_newest(rows, on) for rows in _tables().families.values())
    return tuple(one for one in found if one is not None)


def family_on(name: str, on: date) -> Family | None:
    """One family's table on `on`; None before its rules began."""
    return _newest(_tables().families.get(name, ()), on)


def family_of(code: str, on: date) -> Family | None:
    """The family that a code belongs to on `on`."""
    return next((one for one in families_on(on) if code in one.codes), None)


def is_levelled(code: str, on: date) -> bool:
    """Whether a code is a visit that has a level, or the one below all levels."""
    return code in UNLEVELLED or family_of(code, on) is not None


def prolonged_on(on: date, *, is_medicare: bool) -> Prolonged | None:
    """How time past the highest code is counted for a payer on `on`."""
    return _newest([one for one in _tables().prolonged if one.is_medicare == is_medicare], on)


def complexity_on(on: date) -> Complexity | None:
    """What G2211 wants on `on`."""
    return _newest(_tables().complexity, on)


def names() -> tuple[str, ...]:
    """Every family the file knows."""
    return tuple(_tables().families)


def _newest(rows: "tuple[_Table, ...] | list[_Table]", on: date) -> _Table | None:
    return max((one for one in rows if one.since <= on), key=lambda one: one.since, default=None)


@cache
def _tables() -> Tables:
    with FILE.open("rb") as file:
        said: dict[str, Any] = tomllib.load(file)
    return Tables(
        families={
            name: tuple(
                Family(name, row["since"], row["source"], tuple(row["codes"]), dict(row["minutes"]))
                for row in rows
            )
            for name, rows in said["family"].items()
        },
        prolonged=tuple(Prolonged(**row) for row in said["prolonged"]),
        complexity=tuple(
            Complexity(**{**row, "families": tuple(row["families"])}) for row in said["complexity"]
        ),
    )
