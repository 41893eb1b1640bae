"""The kinds of visit that the demo plays, each with notes that support its codes."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from desk.demo.visits.template import Visit

HERE = Path(__file__).parent
FAMILY, JOINTS = ("family", "family_acute", "family_well"), ("joints",)


@cache
def visits_of(practice_kind: str) -> tuple[Visit, ...]:
    """The library of a practice: "family" or "joints"."""
    files = FAMILY if practice_kind == "family" else JOINTS
    return tuple(visit for name in files for visit in _read(HERE / f"{name}.toml"))


def _read(path: Path) -> list[Visit]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["visit"]
    return [Visit(**{key: _frozen(value) for key, value in row.items()}) for row in rows]


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    return value
