"""JSON as it comes from outside: one meaning or none (reliability 3.5)."""

import json
from typing import Any

MOST_DEPTH = 32


class NotSound(Exception):
    """The text is not JSON that every reader reads alike; `field` names the part at fault."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def read_object(body: bytes) -> dict[str, Any]:
    """The one JSON object in `body`.

    Raises NotSound for bad UTF-8, a byte order mark, duplicate keys, NaN, deep nesting, NUL or
    lone surrogates in text, and for anything but an object at the top.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotSound("not UTF-8") from error
    if _depth(text) > MOST_DEPTH:
        raise NotSound("nested too deeply")
    try:
        value = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotSound(str(error) if isinstance(error, NotSoundValue) else "not JSON") from error
    if not isinstance(value, dict):
        raise NotSound("not an object")
    _check_text(value)
    return value


class NotSoundValue(ValueError):
    """A refusal from inside the JSON reader, which passes only ValueErrors on."""


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotSoundValue("a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise NotSoundValue(f"{name} is not JSON")


def _depth(text: str) -> int:
    """How deeply brackets nest outside of strings, without building anything."""
    depth = deepest = 0
    in_string = escaped = False
    for sign in text:
        if in_string:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                in_string = False
        elif sign == '"':
            in_string = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _check_text(value: Any) -> None:
    """Refuse text that the database cannot keep or that no other reader would see alike."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            stack += item
        elif isinstance(item, str) and ("\x00" in item or _has_surrogate(item)):
            raise NotSound("text with NUL or half a character")


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)
