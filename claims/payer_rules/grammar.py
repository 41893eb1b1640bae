"""The language of payer rules: groups of conditions as plain JSON, read into typed values.

    {"match": "all", "groups": [
        {"match": "all", "conditions": [
            {"field": "line.procedure_code", "where": "this", "op": "is", "values": ["97110"]},
            {"field": "line.modifiers", "where": "this", "op": "is_not", "values": ["GP"]}]}]}

What this module does not know is refused: there is no way to say anything else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from claims.payer_rules.fields import FIELDS, Kind, RuleField, number

MOST_GROUPS, MOST_CONDITIONS, MOST_VALUES, LONGEST_VALUE = 4, 8, 60, 30
_RANGE = re.compile(r"\s*(\w+)\s*(?:-|to)\s*(\w+)\s*")


class Match(StrEnum):
    """Whether all of several must hold, or one of them."""

    ALL = "all"
    ANY = "any"


class Where(StrEnum):
    """Whose value is asked for. A field of the claim has only THIS."""

    THIS = "this"
    ANOTHER = "another"
    NONE = "none"


class Op(StrEnum):
    """What can be asked of a field."""

    IS = "is"
    IS_NOT = "is_not"
    BEGINS = "begins"
    BEGINS_NOT = "begins_not"
    IN_RANGE = "in_range"
    NOT_IN_RANGE = "not_in_range"
    LESS = "less"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    MORE = "more"
    BETWEEN = "between"
    EMPTY = "empty"
    FILLED = "filled"


OP_LABELS: dict[str, str] = {
    Op.IS: "is one of",
    Op.IS_NOT: "is none of",
    Op.BEGINS: "begins with",
    Op.BEGINS_NOT: "does not begin with",
    Op.IN_RANGE: "is in the code range",
    Op.NOT_IN_RANGE: "is not in the code range",
    Op.LESS: "is less than",
    Op.AT_MOST: "is at most",
    Op.AT_LEAST: "is at least",
    Op.MORE: "is more than",
    Op.BETWEEN: "is between",
    Op.EMPTY: "is empty",
    Op.FILLED: "is not empty",
}
_PRESENCE = frozenset({Op.EMPTY, Op.FILLED})
_ON_CODES = frozenset({Op.IS, Op.IS_NOT, Op.BEGINS, Op.BEGINS_NOT, Op.IN_RANGE, Op.NOT_IN_RANGE})
_ON_NUMBERS = frozenset({Op.IS, Op.IS_NOT, Op.LESS, Op.AT_MOST, Op.AT_LEAST, Op.MORE, Op.BETWEEN})
OPS_OF: dict[Kind, frozenset[Op]] = {
    Kind.CODE: _ON_CODES | _PRESENCE,
    Kind.CODES: _ON_CODES | _PRESENCE,
    Kind.NUMBER: _ON_NUMBERS | _PRESENCE,
    Kind.DATE: _ON_NUMBERS | _PRESENCE,
}
_ONE_VALUE = frozenset({Op.LESS, Op.AT_MOST, Op.AT_LEAST, Op.MORE})
_RANGES = frozenset({Op.IN_RANGE, Op.NOT_IN_RANGE, Op.BETWEEN})


class RuleError(ValueError):
    """Something a rule cannot say. `group` and `condition` count from 0; None for the whole."""

    def __init__(self, words: str, group: int | None = None, condition: int | None = None) -> None:
        super().__init__(words)
        self.words, self.group, self.condition = words, group, condition


@dataclass(frozen=True, slots=True)
class Condition:
    """One question about one field. The ends of a range stand one after the other in `values`."""

    field: RuleField
    op: Op
    values: tuple[str, ...] = ()
    where: Where = Where.THIS

    @property
    def asks_each_line(self) -> bool:
        """Whether it makes the rule one that is judged line by line."""
        return self.field.is_of_line and self.where == Where.THIS


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all, or any, must hold."""

    match: Match
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """When a rule fires."""

    match: Match
    groups: tuple[Group, ...]

    @property
    def by_line(self) -> bool:
        """Whether each line is judged for itself: some condition asks about "this line"."""
        return any(one.asks_each_line for group in self.groups for one in group.conditions)


def parse(raw: Any) -> Definition:
    """Read plain JSON. Raises RuleError, with words for a person, at the place that is wrong."""
    outer = _mapping(raw)
    groups = outer.get("groups")
    if not isinstance(groups, list) or not groups:
        raise RuleError("Say when the rule fires: it has no condition yet.")
    if len(groups) > MOST_GROUPS:
        raise RuleError(f"A rule takes at most {MOST_GROUPS} groups.")
    return Definition(
        _one_of(Match, outer.get("match")),
        tuple(_group(one, place) for place, one in enumerate(groups)),
    )


def plain(definition: Definition) -> dict[str, Any]:
    """The JSON that `parse` reads back as the same."""
    return {
        "match": str(definition.match),
        "groups": [
            {
                "match": str(group.match),
                "conditions": [
                    {
                        "field": one.field.key,
                        "where": str(one.where),
                        "op": str(one.op),
                        "values": list(one.values),
                    }
                    for one in group.conditions
                ],
            }
            for group in definition.groups
        ],
    }


def typed_values(field: RuleField, op: Op, text: str) -> tuple[str, ...]:
    """What somebody typed behind a question, as a rule keeps it. Raises RuleError in words."""
    text = text.strip()
    _check_asked(field, op)
    if op in _PRESENCE:
        if text:
            raise RuleError("Nothing is typed behind “is empty” and “is not empty”.")
        return ()
    if not text:
        raise RuleError("Type what it is compared with.")
    if op in _RANGES:
        ends = _ends(field, text)
        return _checked(field, op, ends)
    parts = [one for one in re.split(r"[,;\s]+", text) if one]
    return _checked(field, op, tuple(_kept(field, one) for one in parts))


def _check_asked(field: RuleField, op: Op) -> None:
    if op not in OPS_OF[field.kind]:
        raise RuleError(f"“{OP_LABELS[op]}” cannot be asked of the {field.label}.")


def _ends(field: RuleField, text: str) -> tuple[str, ...]:
    if field.kind == Kind.DATE:  # a day has hyphens of its own
        parts = re.split(r"\s+(?:to|and|-)\s+", text)
    else:
        found = _RANGE.fullmatch(text)
        parts = list(found.groups()) if found else re.split(r"\s+(?:to|and|-)\s+", text)
    if len(parts) != 2:
        raise RuleError("Type both ends: 97110 to 97140.")
    return tuple(_kept(field, one) for one in parts)


def _kept(field: RuleField, text: str) -> str:
    """Codes without dots and in capitals, as snapshots hold them; days as ISO."""
    if field.kind == Kind.DATE:
        return _day(text.strip())
    if field.kind == Kind.NUMBER:
        found = number(text)
        if found is None:
            raise RuleError(f"“{text[:LONGEST_VALUE]}” is not a number.")
        return f"{found:f}"
    return text.strip().upper().replace(".", "")


def _day(text: str) -> str:
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    iso = f"{found[3]}-{found[1]:0>2}-{found[2]:0>2}" if found else text
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError as wrong:
        raise RuleError("Type a day like 11/23/2026.") from wrong


def _group(raw: Any, place: int) -> Group:
    group = _mapping(raw)
    conditions = group.get("conditions")
    if not isinstance(conditions, list) or not conditions:
        raise RuleError("A group has no condition.", place)
    if len(conditions) > MOST_CONDITIONS:
        raise RuleError(f"A group takes at most {MOST_CONDITIONS} conditions.", place)
    return Group(
        _one_of(Match, group.get("match")),
        tuple(_condition(one, place, at) for at, one in enumerate(conditions)),
    )


def _condition(raw: Any, group: int, place: int) -> Condition:
    given = _mapping(raw)
    try:
        field = FIELDS.get(str(given.get("field")))
        if field is None:
            raise RuleError("Choose what is asked about.")
        op, where = _one_of(Op, given.get("op")), _one_of(Where, given.get("where", "this"))
        _check_asked(field, op)
        if where != Where.THIS and not field.is_of_line:
            raise RuleError(f"The {field.label} is not a line's.")
        values = given.get("values", [])
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise RuleError("Values are a list of texts.")
        return Condition(field, op, _checked(field, op, tuple(values)), where)
    except RuleError as wrong:
        raise RuleError(wrong.words, group, place) from wrong


def _checked(field: RuleField, op: Op, values: tuple[str, ...]) -> tuple[str, ...]:
    """The values, when they are as many and such as the question takes."""
    if op in _PRESENCE:
        if values:
            raise RuleError("Nothing is typed behind “is empty” and “is not empty”.")
        return values
    if any(not one or len(one) > LONGEST_VALUE for one in values) or len(values) > MOST_VALUES:
        raise RuleError(f"At most {MOST_VALUES} values of {LONGEST_VALUE} characters.")
    if op in _RANGES and len(values) != 2:
        raise RuleError("Type both ends: 97110 to 97140.")
    if op in _ONE_VALUE and len(values) != 1:
        raise RuleError("Type one value.")
    if not values:
        raise RuleError("Type what it is compared with.")
    if field.kind == Kind.NUMBER and any(number(one) is None for one in values):
        raise RuleError("Type a number.")
    if field.kind == Kind.DATE:
        values = tuple(_day(one) for one in values)
    if op in _RANGES:
        _check_ends(field, values)
    return values


def _check_ends(field: RuleField, ends: tuple[str, ...]) -> None:
    low, high = ends
    if field.kind == Kind.NUMBER:
        first, last = number(low), number(high)
        is_turned = first is not None and last is not None and first > last
    else:
        is_turned = low > high
    if is_turned:
        raise RuleError("The first end is behind the second.")


def _mapping(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise RuleError("This is no rule.")
    return raw


def _one_of(choices: Any, value: Any) -> Any:
    try:
        return choices(value)
    except ValueError as wrong:
        raise RuleError(f"“{str(value)[:LONGEST_VALUE]}” is not known here.") from wrong
