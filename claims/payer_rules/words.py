"""A rule in plain words: "For Medicare Part B, services from 01/01/2026: when on a line …"."""

from collections.abc import Sequence
from datetime import date

from claims.payer_rules.fields import Kind
from claims.payer_rules.grammar import Condition, Definition, Group, Match, Op, Where
from core.findings import Severity

_ACTS: dict[str, str] = {
    Severity.ERROR: "stop the claim",
    Severity.OVERRIDABLE: "stop the claim until somebody gives a reason",
    Severity.WARNING: "warn",
    Severity.INFORMATION: "say",
}
_SINGULAR: dict[Op, str] = {
    Op.IS: "is",
    Op.IS_NOT: "is not",
    Op.BEGINS: "begins with",
    Op.BEGINS_NOT: "does not begin with",
    Op.IN_RANGE: "is in",
    Op.NOT_IN_RANGE: "is not in",
    Op.LESS: "is less than",
    Op.AT_MOST: "is at most",
    Op.AT_LEAST: "is at least",
    Op.MORE: "is more than",
    Op.BETWEEN: "is between",
    Op.EMPTY: "is empty",
    Op.FILLED: "is not empty",
}
_PLURAL: dict[Op, str] = {
    Op.IS: "include",
    Op.IS_NOT: "do not include",
    Op.BEGINS: "include one that begins with",
    Op.BEGINS_NOT: "include none that begins with",
    Op.IN_RANGE: "include one in",
    Op.NOT_IN_RANGE: "include none in",
    Op.EMPTY: "are empty",
    Op.FILLED: "are not empty",
}
_ON_DATES: dict[Op, str] = {
    Op.LESS: "is before",
    Op.AT_MOST: "is on or before",
    Op.AT_LEAST: "is on or after",
    Op.MORE: "is after",
}
_RANGES = frozenset({Op.IN_RANGE, Op.NOT_IN_RANGE, Op.BETWEEN})


def sentence(
    definition: Definition,
    *,
    scope: Sequence[str],
    severity: str,
    message: str,
    effective_from: date | None = None,
    effective_to: date | None = None,
) -> str:
    """The whole rule as one sentence."""
    who = f"For {_listed(scope, 'and')}" if scope else "For every payer"
    said = message.rstrip(".")
    when = "when on a line" if definition.by_line else "when"
    return (
        f"{who}{_dates(effective_from, effective_to)}: {when} {conditions(definition)}, "
        f"{_ACTS.get(severity, 'say')}: “{said}”"
    )


def conditions(definition: Definition) -> str:
    """The conditions alone."""
    word = " and " if definition.match == Match.ALL else " or "
    several = len(definition.groups) > 1
    return word.join(_group(group, bracketed=several) for group in definition.groups)


def condition_words(one: Condition) -> str:
    """One condition: "the modifiers do not include GP"."""
    who = f"the {one.field.label}"
    if one.where == Where.ANOTHER:
        who = f"another line has a {one.field.label} that"
    elif one.where == Where.NONE:
        who = f"no other line has a {one.field.label} that"
    if one.field.kind == Kind.CODES and one.where != Where.THIS:
        start = "another line's" if one.where == Where.ANOTHER else "no other line's"
        who = f"{start} {one.field.label}"
    ask = _PLURAL if one.field.kind == Kind.CODES else _SINGULAR
    verb = _ON_DATES.get(one.op) if one.field.kind == Kind.DATE else None
    return f"{who} {verb or ask[one.op]}{_values(one)}"


def _group(group: Group, *, bracketed: bool) -> str:
    word = " and " if group.match == Match.ALL else " or "
    text = word.join(condition_words(one) for one in group.conditions)
    return f"({text})" if bracketed and len(group.conditions) > 1 else text


def _values(one: Condition) -> str:
    values = [_shown(one, value) for value in one.values]
    if not values:
        return ""
    if one.op in _RANGES:
        joint = " and " if one.op == Op.BETWEEN else " to "
        return f" {joint.join(values)}"
    if one.op in {Op.IS_NOT, Op.BEGINS_NOT} or len(values) == 1:
        return f" {_listed(values, 'or')}"
    return f" {'one of ' if one.op == Op.IS else ''}{_listed(values, 'or')}"


def _shown(one: Condition, value: str) -> str:
    if one.field.kind != Kind.DATE:
        return value
    return f"{date.fromisoformat(value):%m/%d/%Y}"


def _dates(first: date | None, last: date | None) -> str:
    if first and last:
        return f", services from {first:%m/%d/%Y} to {last:%m/%d/%Y}"
    if first:
        return f", services from {first:%m/%d/%Y}"
    return f", services until {last:%m/%d/%Y}" if last else ""


def _listed(words: Sequence[str], joint: str) -> str:
    *head, last = words
    return f"{', '.join(head)} {joint} {last}" if head else last
