"""Reading what was typed into claim data: one set of rules for screen, API and file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from core.forms import DATE_FORMATS, EARLIEST_YEAR, LATEST_YEAR
from core.identifiers import zip_is_valid
from patients.choices import State
from patients.claim_data.fields import Fact, Group, Kind

# By group: its rows; by fact: its text, or a list of codes. Nothing empty is kept.
Row = dict[str, Any]
Values = dict[str, list[Row]]
_TIMES = ("%H:%M", "%H%M", "%I:%M %p")
_LARGEST = Decimal("9999999.99")
_MOST_PLACES = 3
_PARTED = re.compile(r"[\s,;]+")
# What an 837 can carry: its own separators cannot stand in a text.
_PRINTABLE = re.compile(r"[\x20-)+-9;-\]_-}]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one fact. `fact` is "" where the row as a whole is wrong."""

    group: str
    row: int
    fact: str
    message: str


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood, and what was not."""

    values: Values
    problems: tuple[Problem, ...]


def read_values(groups: Sequence[Group], raw: Mapping[str, Any]) -> Read:
    """Read `raw` (by group: rows, or one row) by `groups`; every problem is told, none raised."""
    known = {group.key: group for group in groups}
    values: Values = {}
    problems: list[Problem] = [
        Problem(str(key)[:40], 0, "", "There is no such group of claim data.")
        for key in raw
        if key not in known
    ]
    for key, group in known.items():
        rows, told = _rows(group, raw.get(key))
        problems += told
        if rows:
            values[key] = rows
    return Read(values, tuple(problems))


def _rows(group: Group, given: Any) -> tuple[list[Row], list[Problem]]:
    rows = [given] if isinstance(given, Mapping) else given or []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return [], [Problem(group.key, 0, "", "Give one row of facts, or a list of rows.")]
    found: list[Row] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows):
        values, told = _row(group, number, row)
        problems += told
        if values:
            found.append(values)
    if len(found) > group.most:
        problems.append(Problem(group.key, 0, "", f"At most {group.most} of these."))
    return found, problems


def _row(group: Group, number: int, given: Mapping[str, Any]) -> tuple[Row, list[Problem]]:
    known = {fact.key for fact in group.facts}
    problems = [
        Problem(group.key, number, "", "There is no such fact in this group.")
        for key in given
        if key not in known
    ]
    values: Row = {}
    for fact in group.facts:
        value, message = _value(fact, given.get(fact.key))
        if message:
            problems.append(Problem(group.key, number, fact.key, message))
        elif value:
            values[fact.key] = value
    if values and not problems:
        problems += _together(group, number, values)
    return values, problems


def _together(group: Group, number: int, values: Row) -> Iterable[Problem]:
    for key in group.needs:
        if key not in values:
            label = group.fact(key).label
            yield Problem(group.key, number, key, f"{label} is missing.")
    if group.any_of and not any(key in values for key in group.any_of):
        yield Problem(group.key, number, group.any_of[0], "An answer is missing.")
    for first, second in group.in_order:
        if first in values and second in values and values[second] < values[first]:
            yield Problem(group.key, number, second, f"This is before “{group.fact(first).label}”.")


def _value(fact: Fact, given: Any) -> tuple[Any, str]:
    """The value as kept, and what is wrong with it."""
    if fact.kind in {Kind.CHOICES, Kind.CODES}:
        return _several(fact, given)
    if given is None or given is False:
        return "", ""
    text = ("Y" if fact.kind == Kind.FLAG else "") if given is True else str(given)
    text = " ".join(text.split())
    if not text:
        return "", ""
    return _READERS[fact.kind](fact, text)


def _several(fact: Fact, given: Any) -> tuple[list[str], str]:
    if isinstance(given, str):
        given = _PARTED.split(given.strip())
    if given is None:
        return [], ""
    if not isinstance(given, list):
        return [], "Give a list of codes."
    codes = list(dict.fromkeys(str(one).strip().upper() for one in given if str(one).strip()))
    if len(codes) > fact.most:
        return [], f"At most {fact.most}."
    if fact.choices and not set(codes) <= {code for code, _ in fact.choices}:
        return [], "Choose from the list."
    if fact.pattern and not all(re.fullmatch(fact.pattern, code) for code in codes):
        return [], fact.pattern_words
    return codes, ""


def _text(fact: Fact, text: str) -> tuple[str, str]:
    if not _PRINTABLE.fullmatch(text):
        return "", "Plain letters, digits and marks only, without : * ^ and ~."
    if len(text) > fact.longest:
        return "", f"At most {fact.longest} characters."
    if fact.pattern:
        text = text.upper()
        if not re.fullmatch(fact.pattern, text):
            return "", fact.pattern_words
    return text, ""


def _choice(fact: Fact, text: str) -> tuple[str, str]:
    if text not in {code for code, _ in fact.choices}:
        return "", "Choose from the list."
    return text, ""


def _date(_: Fact, text: str) -> tuple[str, str]:
    for pattern in DATE_FORMATS:
        try:
            found = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if EARLIEST_YEAR <= found.year <= LATEST_YEAR:
            return found.isoformat(), ""
    return "", "Enter a date like 11/23/2026."


def _time(_: Fact, text: str) -> tuple[str, str]:
    for pattern in _TIMES:
        try:
            return f"{datetime.strptime(text, pattern):%H:%M}", ""  # noqa: DTZ007
        except ValueError:
            continue
    return "", "Enter a time like 13:45."


def _money(_: Fact, text: str) -> tuple[str, str]:
    amount = _decimal(text.replace("$", "").replace(",", ""))
    if amount is None or amount < 0 or amount > _LARGEST or amount != round(amount, 2):
        return "", "Enter an amount like 125.00."
    return f"{amount:.2f}", ""


def _number(_: Fact, text: str) -> tuple[str, str]:
    amount = _decimal(text.replace(",", ""))
    if amount is None or not 0 < amount < _LARGEST or amount != round(amount, _MOST_PLACES):
        return "", "Enter a number above zero, with at most three decimals."
    return f"{amount.normalize():f}", ""


def _decimal(text: str) -> Decimal | None:
    if not re.fullmatch(r"-?\d{1,9}(\.\d{0,6})?|\.\d{1,6}", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _flag(_: Fact, text: str) -> tuple[str, str]:
    if text.lower() in {"y", "yes", "true", "on", "1"}:
        return "Y", ""
    return ("", "") if text.lower() in {"n", "no", "false", "0"} else ("", "Say yes or no.")


def _state(_: Fact, text: str) -> tuple[str, str]:
    text = text.upper()
    return (text, "") if text in State.values else ("", "Choose a state.")


def _zip(_: Fact, text: str) -> tuple[str, str]:
    text = text.replace("-", "").replace(" ", "")
    return (text, "") if zip_is_valid(text) else ("", "A ZIP code has 5 or 9 digits.")


_READERS: dict[Kind, Any] = {
    Kind.TEXT: _text, Kind.CHOICE: _choice, Kind.DATE: _date, Kind.TIME: _time,
    Kind.MONEY: _money, Kind.NUMBER: _number, Kind.FLAG: _flag, Kind.STATE: _state,
    Kind.ZIP: _zip,
}  # fmt: skip


def said(fact: Fact, value: Any) -> str:
    """A kept value as people read it."""
    if isinstance(value, list):
        return ", ".join(said_code(fact, one) for one in value)
    if fact.kind == Kind.FLAG:
        return "yes"
    if fact.kind == Kind.DATE:
        return f"{date.fromisoformat(value):%m/%d/%Y}"
    if fact.kind == Kind.TIME:
        return f"{time.fromisoformat(value):%H:%M}"
    return said_code(fact, value)


def said_code(fact: Fact, code: str) -> str:
    """A code with its words, where it comes from a list."""
    return dict(fact.choices).get(code, code)
