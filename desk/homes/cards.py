"""The parts of a home page: cards with numbers in text, in groups that fail alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse

from core.lists import ListSpec
from core.lists.query import bucket_tallies
from core.lists.state import read_state

log = structlog.get_logger(__name__)
ACT, CARE = "act", "care"


@dataclass(frozen=True)
class Card:
    """One number with the list behind it. `tone` marks what someone must act on."""

    label: str
    url: str
    figure: str
    amount: Decimal | None = None
    meta: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Group:
    """Cards that are counted together; when the counting fails, the other groups still show."""

    title: str
    count: Callable[[HttpRequest], list[Card]]


@dataclass(frozen=True)
class CountedGroup:
    """A group as drawn; `failed` when it could not be counted."""

    title: str
    cards: list[Card]
    failed: bool = False


@dataclass(frozen=True)
class Table:
    """A small table under the cards: a head, rows of text with a link each, and what it shows."""

    title: str
    meta: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    urls: Sequence[str]
    numeric: frozenset[int] = frozenset()
    empty: str = "Nothing here."

    @property
    def lines(self) -> list[tuple[str, Sequence[str]]]:
        """Each row with its link; a row without one has an empty address."""
        return list(zip(self.urls or [""] * len(self.rows), self.rows, strict=True))


@dataclass(frozen=True)
class Home:
    """What one role's home is made of. `next_url` is the one primary act, n."""

    lead: str
    groups: Sequence[Group]
    tables: Sequence[Callable[[HttpRequest], Table]] = field(default_factory=tuple)
    next_label: str = ""
    next_url: Callable[[HttpRequest], str] | None = None
    changes: bool = False


def build(request: HttpRequest, groups: Sequence[Group]) -> list[CountedGroup]:
    """Count every group; one that fails says so and leaves the others alone."""
    return [_counted(request, group) for group in groups]


def _counted(request: HttpRequest, group: Group) -> CountedGroup:
    try:
        return CountedGroup(group.title, group.count(request))
    except (DatabaseError, ArithmeticError, LookupError, ValueError, ObjectDoesNotExist):
        log.exception("home_group_failed")
        return CountedGroup(group.title, [], failed=True)


def bucket_cards(
    request: HttpRequest, spec: ListSpec, url_name: str, tones: Mapping[str, str]
) -> list[Card]:
    """A card for each bucket of a list named in `tones`, with the list's own numbers."""
    tallies = {
        one.bucket.key: one for one in bucket_tallies(request, spec, read_state(request, spec))
    }
    base = reverse(url_name)
    cards = []
    for key, tone in tones.items():
        one = tallies[key]
        cards.append(
            Card(
                label=one.bucket.label,
                url=f"{base}?bucket={key}",
                figure=f"{one.tally.count:,}",
                amount=one.tally.amount if spec.money_total else None,
                tone=tone if one.tally.count else "",
            )
        )
    return cards
