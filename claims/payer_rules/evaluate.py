"""Whether a rule fires on a snapshot, and which of its conditions held: a pure function."""

from collections.abc import Callable
from dataclasses import dataclass

from claims.payer_rules.fields import Kind, Line, Snapshot, Values, number
from claims.payer_rules.grammar import Condition, Definition, Group, Match, Op, Where

_NO_LINE: Line = {}


@dataclass(frozen=True, slots=True)
class Held:
    """One condition on one snapshot or line: whether it held, and what was there."""

    condition: Condition
    held: bool
    saw: Values


@dataclass(frozen=True, slots=True)
class Trace:
    """How a rule came out on one line (0: on the claim as a whole), condition by condition."""

    line: int
    fires: bool
    groups: tuple[tuple[Held, ...], ...]


def fires_on(definition: Definition, snapshot: Snapshot) -> list[int]:
    """The numbers of the lines on which the rule fires; [0] when it fires on the claim."""
    if not definition.by_line:
        return [0] if _fires(definition, snapshot, _NO_LINE) else []
    return [line["number"] for line in snapshot["lines"] if _fires(definition, snapshot, line)]


def trace(definition: Definition, snapshot: Snapshot) -> list[Trace]:
    """The same with every condition told, for somebody who wants to know why."""
    lines = snapshot["lines"] if definition.by_line else [_NO_LINE]
    return [
        Trace(
            line.get("number", 0),
            _fires(definition, snapshot, line),
            tuple(
                tuple(
                    Held(one, _holds(one, snapshot, line), _saw(one, snapshot, line))
                    for one in group.conditions
                )
                for group in definition.groups
            ),
        )
        for line in lines
    ]


def _fires(definition: Definition, snapshot: Snapshot, line: Line) -> bool:
    every = all if definition.match == Match.ALL else any
    return every(_group_holds(group, snapshot, line) for group in definition.groups)


def _group_holds(group: Group, snapshot: Snapshot, line: Line) -> bool:
    every = all if group.match == Match.ALL else any
    return every(_holds(one, snapshot, line) for one in group.conditions)


def _holds(condition: Condition, snapshot: Snapshot, line: Line) -> bool:
    field, test = condition.field, _TESTS[condition.op]
    if condition.where == Where.THIS:
        return test(field.read(snapshot, line), condition)
    found = any(test(field.read(snapshot, other), condition) for other in _others(snapshot, line))
    return found if condition.where == Where.ANOTHER else not found


def _others(snapshot: Snapshot, line: Line) -> list[Line]:
    """Every line but this one; every line where the claim is judged as a whole."""
    return [other for other in snapshot["lines"] if other is not line]


def _saw(condition: Condition, snapshot: Snapshot, line: Line) -> Values:
    if condition.where == Where.THIS:
        return condition.field.read(snapshot, line)
    rows = [condition.field.read(snapshot, other) for other in _others(snapshot, line)]
    return tuple(dict.fromkeys(value for values in rows for value in values))


# -- the questions ---------------------------------------------------------------------------


def _is(values: Values, condition: Condition) -> bool:
    if condition.field.kind == Kind.NUMBER:
        wanted = {number(one) for one in condition.values}
        return any(number(one) in wanted for one in values)
    return any(one in condition.values for one in values)


def _begins(values: Values, condition: Condition) -> bool:
    return any(one.startswith(condition.values) for one in values)


def _in_range(values: Values, condition: Condition) -> bool:
    """Each end is compared by its own length: M17 to M19 holds M1711 and M199, not M200."""
    low, high = condition.values
    return any(one[: len(low)] >= low and one[: len(high)] <= high for one in values)


def _compare(test: Callable[[int, int], bool]) -> Callable[[Values, Condition], bool]:
    """`test` gets how a value compares with the first and with the last end: -1, 0 or 1."""

    def holds(values: Values, condition: Condition) -> bool:
        first, last = condition.values[0], condition.values[-1]
        as_number = condition.field.kind == Kind.NUMBER
        return any(
            test(_order(one, first, as_number), _order(one, last, as_number)) for one in values
        )

    return holds


def _order(one: str, other: str, as_number: bool) -> int:
    if not as_number:  # ISO days sort as text
        return (one > other) - (one < other)
    left, right = number(one), number(other)
    if left is None or right is None:
        return 2  # no number: neither less nor more than anything
    return (left > right) - (left < right)


def _not(test: Callable[[Values, Condition], bool]) -> Callable[[Values, Condition], bool]:
    return lambda values, condition: not test(values, condition)


_TESTS: dict[Op, Callable[[Values, Condition], bool]] = {
    Op.IS: _is,
    Op.IS_NOT: _not(_is),
    Op.BEGINS: _begins,
    Op.BEGINS_NOT: _not(_begins),
    Op.IN_RANGE: _in_range,
    Op.NOT_IN_RANGE: _not(_in_range),
    Op.LESS: _compare(lambda first, _: first == -1),
    Op.AT_MOST: _compare(lambda first, _: first in (-1, 0)),
    Op.AT_LEAST: _compare(lambda first, _: first in (0, 1)),
    Op.MORE: _compare(lambda first, _: first == 1),
    Op.BETWEEN: _compare(lambda first, last: first in (0, 1) and last in (-1, 0)),
    Op.EMPTY: lambda values, _: not values,
    Op.FILLED: lambda values, _: bool(values),
}
