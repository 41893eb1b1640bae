"""Frozen dataclasses to JSON text and back, driven by their type hints. Decimals stay exact."""

import dataclasses
import json
import types
import typing
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeVar

Record = TypeVar("Record")


def dumps(record: object) -> str:
    """`record` as JSON; the same record always gives the same text."""
    return json.dumps(_plain(record), sort_keys=True, separators=(",", ":"))


def loads(kind: type[Record], text: str) -> Record:
    """The record of class `kind` that `dumps` wrote."""
    return typing.cast("Record", _typed(kind, json.loads(text)))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        fields = [field for field in dataclasses.fields(value) if field.init]
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal | date | time):
        return str(value)
    return value


def _typed(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        if value is None:
            return None
        return _typed(next(arg for arg in typing.get_args(kind) if arg is not type(None)), value)
    if origin is tuple:
        inner = typing.get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(_typed(inner[0], item) for item in value)
        return tuple(_typed(one, item) for one, item in zip(inner, value, strict=True))
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _typed(hints[name], inner) for name, inner in value.items()})  # type: ignore[operator]
    if kind is Decimal:
        return Decimal(value)
    if kind in {date, time}:
        return kind.fromisoformat(value)
    return value
