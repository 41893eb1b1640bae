"""Proofs over the data: each app registers its own; `manage.py verify` runs them all."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Checked:
    """What one check looked at and what it found wrong (naming the rows)."""

    counted: int
    problems: list[str] = field(default_factory=list)
    note: str = ""


Check = Callable[[], Checked]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a check under `name`, words that a person reads ("journals balance")."""
    _checks[name] = check


def checks() -> dict[str, Check]:
    """Every check by its name, in the order of registration."""
    return dict(_checks)


def run_all() -> dict[str, Checked]:
    """Run every check; the order is that of registration, left to right over the apps."""
    return {name: check() for name, check in _checks.items()}
