"""What a fact and a group of facts are."""

from dataclasses import dataclass
from enum import StrEnum

Choices = tuple[tuple[str, str], ...]


class Kind(StrEnum):
    """How a fact is typed and kept: always as text, the choices as a list of codes."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    CODES = "codes"  # several codes typed in one box, parted by blanks or commas
    DATE = "date"  # kept as ISO
    TIME = "time"  # kept as HH:MM
    MONEY = "money"  # kept with two decimals
    NUMBER = "number"  # kept without trailing zeros
    FLAG = "flag"  # "Y" or nothing
    STATE = "state"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class Fact:
    """One field. `segment` is where an 837P has it, `box` where a CMS-1500 has it; "" for nowhere.

    `pattern` is what a text must match as a whole, `pattern_words` what is said when it does not.
    """

    key: str
    label: str
    segment: str
    box: str = ""
    kind: Kind = Kind.TEXT
    choices: Choices = ()
    longest: int = 50
    most: int = 1
    pattern: str = ""
    pattern_words: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that belong together. `most` rows of them may be given; a row with any fact needs those
    of `needs`; `shown` is how many empty rows the screen offers.
    """

    key: str
    title: str
    hint: str
    facts: tuple[Fact, ...]
    most: int = 1
    needs: tuple[str, ...] = ()
    # A row says nothing without one of these.
    any_of: tuple[str, ...] = ()
    # Pairs of dates or times of which the second is not before the first.
    in_order: tuple[tuple[str, str], ...] = ()
    shown: int = 1

    def fact(self, key: str) -> Fact:
        """The fact with this key; raises KeyError."""
        return next(fact for fact in self.facts if fact.key == key)


def day(key: str, label: str, segment: str, box: str = "", help: str = "") -> Fact:  # noqa: A002
    """A date."""
    return Fact(key, label, segment, box, Kind.DATE, help=help)


def money(key: str, label: str, segment: str, box: str = "", help: str = "") -> Fact:  # noqa: A002
    """An amount in dollars."""
    return Fact(key, label, segment, box, Kind.MONEY, help=help)


def number(key: str, label: str, segment: str, box: str = "", help: str = "") -> Fact:  # noqa: A002
    """A quantity above zero."""
    return Fact(key, label, segment, box, Kind.NUMBER, help=help)


def flag(key: str, label: str, segment: str, box: str = "", help: str = "") -> Fact:  # noqa: A002
    """A tick."""
    return Fact(key, label, segment, box, Kind.FLAG, help=help)


def one_of(key: str, label: str, segment: str, choices: Choices, box: str = "") -> Fact:
    """One code of a list."""
    return Fact(key, label, segment, box, Kind.CHOICE, choices)


def some_of(
    key: str, label: str, segment: str, choices: Choices, *, most: int, box: str = ""
) -> Fact:
    """Up to `most` codes of a list."""
    return Fact(key, label, segment, box, Kind.CHOICES, choices, most=most)
