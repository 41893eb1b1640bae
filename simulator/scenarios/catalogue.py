"""The catalogue: `catalogue.toml` of this folder, and what a configuration declares besides."""

import tomllib
import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from simulator.scenarios.parts import CHOICES, STAGES, Part, Scenario

_FILE = Path(__file__).with_name("catalogue.toml")


@cache
def built_in() -> Mapping[str, Scenario]:
    """The scenarios that every configuration knows, by name, in the order of the file."""
    return read(tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal))


def read(tables: Mapping[str, Any]) -> dict[str, Scenario]:
    """Scenarios from tables by name. Raises ValueError with a sentence for whatever is wrong."""
    return {name: _scenario(name, table) for name, table in tables.items()}


def _scenario(name: str, table: Any) -> Scenario:
    place = f"scenario {name}"
    if not isinstance(table, dict):
        raise ValueError(f"{place}: a table is needed")
    if unknown := set(table) - {"says", *STAGES}:
        raise ValueError(f"{place}: {', '.join(sorted(unknown))} is no stage of a claim")
    parts: dict[str, Any] = {
        stage: _part(f"{place}, {stage}", stage, table[stage]) for stage in STAGES if stage in table
    }
    return Scenario(name, str(table.get("says", "")), **parts)


def _part(place: str, stage: str, table: Any) -> Part:
    if not isinstance(table, dict) or "do" not in table:
        raise ValueError(f'{place}: write {{ do = "…" }}')
    kind = STAGES[stage].get(table["do"])
    if kind is None:
        known = ", ".join(STAGES[stage])
        raise ValueError(f"{place}: {table['do']!r} cannot be done here; there are {known}")
    hints = typing.get_type_hints(kind)
    given = {key: value for key, value in table.items() if key != "do"}
    if unknown := given.keys() - hints.keys():
        raise ValueError(f"{place}: {', '.join(sorted(unknown))} is not known to {table['do']}")
    values = {key: _value(place, kind, key, hints[key], value) for key, value in given.items()}
    return kind(**values)


def _value(place: str, kind: type[Part], key: str, hint: Any, value: Any) -> Any:
    if hint is Part:
        return _part(f"{place}, {key}", key, value)
    if hint is Decimal:
        return _amount(place, key, value)
    if hint is int or hint is bool:
        if type(value) is not hint:
            raise ValueError(f"{place}: {key} = {value!r} is no {hint.__name__}")
        return value
    if typing.get_origin(hint) is tuple:
        return tuple(str(one) for one in value)
    allowed = CHOICES.get((kind, key))
    if allowed and str(value) not in allowed:
        raise ValueError(f"{place}: {key} is one of {', '.join(sorted(allowed))}, not {value!r}")
    return str(value)


def _amount(place: str, key: str, value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
    except ArithmeticError as error:
        raise ValueError(f"{place}: {key} = {value!r} is no amount") from error
    if not found.is_finite():
        raise ValueError(f"{place}: {key} = {value!r} is no amount")
    return found


def listed(scenarios: Mapping[str, Scenario]) -> Iterator[str]:
    """The scenarios as the rows of a Markdown table; docs/simulator.md holds them as printed."""
    yield "| Scenario | Stages | What comes back |"
    yield "|---|---|---|"
    for one in scenarios.values():
        yield f"| `{one.name}` | {', '.join(_stages(one)) or 'none'} | {one.says} |"


def _stages(scenario: Scenario) -> list[str]:
    plain = Scenario(scenario.name)
    names = [field.name for field in fields(Scenario) if field.name in STAGES]
    return [name for name in names if getattr(scenario, name) != getattr(plain, name)]
