"""Frozen dataclasses to JSON text and back, driven by their type hints. Decimals stay exact.

How a class is read and written is worked out once: a volume run does it a million times.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

Record = TypeVar("Record")
_Reader = Callable[[Any], Any]


def dumps(record: object) -> str:
    """`record` as JSON; the same record always gives the same text."""
    return json.dumps(_plain(record), sort_keys=True, separators=(",", ":"))


def loads(kind: type[Record], text: str) -> Record:
    """The record of class `kind` that `dumps` wrote."""
    return typing.cast("Record", _reader(typing.cast("Any", kind))(json.loads(text)))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str or value is None:
        return value
    if names := _field_names(typing.cast("Any", kind)):
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal | date | time):
        return str(value)
    return value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """The fields that make a record of this class; none for a class that is no dataclass."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple(field.name for field in dataclasses.fields(kind) if field.init)


@cache
def _reader(kind: Any) -> _Reader:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        inner = _reader(next(one for one in arguments if one is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        return _tuple_reader(arguments)
    if dataclasses.is_dataclass(kind):
        return _record_reader(kind)
    if kind is Decimal:
        return Decimal
    if kind in {date, time}:
        return typing.cast("_Reader", kind.fromisoformat)
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _tuple_reader(arguments: tuple[Any, ...]) -> _Reader:
    if arguments[-1] is Ellipsis:
        inner = _reader(arguments[0])
        return tuple if inner is _as_it_is else lambda value: tuple(map(inner, value))
    readers = [_reader(one) for one in arguments]
    return lambda value: tuple(
        read(one) for read, one in zip(readers, value, strict=True)
    )  # fmt: skip


def _record_reader(kind: Any) -> _Reader:
    hints = typing.get_type_hints(kind)
    readers = {name: _reader(hint) for name, hint in hints.items()}

    def read(raw: dict[str, Any]) -> Any:
        return kind(**{name: readers[name](value) for name, value in raw.items()})

    return read
