"""Filters of a list: each reads its parameters, becomes a condition, and says itself in words."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from core.lists.spec import Where

LONGEST_TERM = 80
YEARS = range(
    1900, 2200
)  # outside, a day is a slip of the finger, and no instant can be made of it
Pairs = list[tuple[str, str]]
Choices = Sequence[tuple[Any, str]] | Callable[[HttpRequest], Iterable[tuple[Any, str]]]


@dataclass(frozen=True)
class Filter:
    """The shape of a filter. A value of None means it is not set."""

    key: str
    label: str
    control: ClassVar[str] = ""
    names_people: ClassVar[bool] = False

    def read(self, params: QueryDict) -> Any:
        """The value in the parameters, None when there is none or it makes no sense."""
        raise NotImplementedError

    def where(self, value: Any, request: HttpRequest) -> Q:
        """The condition for a value."""
        raise NotImplementedError

    def words(self, value: Any, request: HttpRequest) -> str:
        """The value as its chip shows it."""
        raise NotImplementedError

    def pairs(self, value: Any) -> Pairs:
        """The value as URL parameters."""
        return [(self.key, str(value))]

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What can be chosen, where there is a choice."""
        return []


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One or several values of a field."""

    field: str = ""
    choices: Choices = ()
    control: ClassVar[str] = "choice"

    def read(self, params: QueryDict) -> list[str] | None:
        """Every value given, once."""
        found = list(dict.fromkeys(one for one in params.getlist(self.key) if one))
        return found or None

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The choices as text, asked for once a request."""
        kept: dict[str, list[tuple[str, str]]] = request.__dict__.setdefault("_list_options", {})
        if self.key not in kept:
            given = self.choices(request) if callable(self.choices) else self.choices
            kept[self.key] = [(str(value), str(label)) for value, label in given]
        return kept[self.key]

    def where(self, value: list[str], request: HttpRequest) -> Q:
        """Only values that are on offer count; a made-up one matches nothing."""
        known = {one for one, _ in self.options(request)}
        return Q(**{f"{self.field}__in": [one for one in value if one in known]})

    def words(self, value: list[str], request: HttpRequest) -> str:
        """The labels of the values."""
        labels = dict(self.options(request))
        return ", ".join(labels.get(one, "unknown") for one in value)

    def pairs(self, value: list[str]) -> Pairs:
        """One parameter a value."""
        return [(self.key, one) for one in value]


@dataclass(frozen=True)
class DateRangeFilter(Filter):
    """From a day to a day, both included. The label says which date. `instant` for timestamps."""

    field: str = ""
    instant: bool = False
    control: ClassVar[str] = "dates"

    def read(self, params: QueryDict) -> tuple[dt.date | None, dt.date | None] | None:
        """`<key>_from` and `<key>_to`, ISO days."""
        first, last = (_day(params.get(f"{self.key}_{end}", "")) for end in ("from", "to"))
        return (first, last) if first or last else None

    def where(self, value: tuple[dt.date | None, dt.date | None], request: HttpRequest) -> Q:
        """Days of the practice, also for instants."""
        first, last = value
        found = Q()
        if first:
            found &= Q(**{f"{self.field}__gte": _start(first) if self.instant else first})
        if last and self.instant:
            found &= Q(**{f"{self.field}__lt": _start(last + dt.timedelta(days=1))})
        elif last:
            found &= Q(**{f"{self.field}__lte": last})
        return found

    def words(self, value: tuple[dt.date | None, dt.date | None], request: HttpRequest) -> str:
        """11/01/2026 to 11/30/2026, from …, until …."""
        first, last = (f"{day:%m/%d/%Y}" if day else "" for day in value)
        if first and last:
            return f"{first} to {last}"
        return f"from {first}" if first else f"until {last}"

    def pairs(self, value: tuple[dt.date | None, dt.date | None]) -> Pairs:
        """The ends that are set."""
        ends = zip(("from", "to"), value, strict=True)
        return [(f"{self.key}_{end}", day.isoformat()) for end, day in ends if day]


@dataclass(frozen=True)
class TextFilter(Filter):
    """Words looked for in some fields; every word must be found in one of them."""

    lookups: Sequence[str] = ()
    control: ClassVar[str] = "text"

    def read(self, params: QueryDict) -> str | None:
        """The term, trimmed and cut to a sane length."""
        return " ".join(params.get(self.key, "").split())[:LONGEST_TERM] or None

    def where(self, value: str, request: HttpRequest) -> Q:
        """Contains, unless a lookup says otherwise (`last_name__istartswith`)."""
        found = Q()
        for word in value.replace(",", " ").split():
            any_field = (Q(**{_lookup(path): word}) for path in self.lookups)
            found &= reduce(or_, any_field)
        return found

    def words(self, value: str, request: HttpRequest) -> str:
        """The term itself."""
        return value


@dataclass(frozen=True)
class PersonFilter(TextFilter):
    """A TextFilter whose term can name a person: it travels by POST and never stands in a URL."""

    names_people: ClassVar[bool] = True
    control: ClassVar[str] = "person"

    def pairs(self, value: str) -> Pairs:
        """Nothing: the term is kept behind an opaque key."""
        return []


@dataclass(frozen=True)
class ToggleFilter(Filter):
    """On or off."""

    condition: Where | None = None
    control: ClassVar[str] = "toggle"

    def read(self, params: QueryDict) -> bool | None:
        """On when the parameter is 1."""
        return True if params.get(self.key) == "1" else None

    def where(self, value: bool, request: HttpRequest) -> Q:
        """The condition, which may depend on who asks."""
        condition = self.condition if self.condition is not None else Q()
        return condition(request) if callable(condition) else condition

    def words(self, value: bool, request: HttpRequest) -> str:
        """Just yes: the label says what."""
        return "yes"

    def pairs(self, value: bool) -> Pairs:
        """1."""
        return [(self.key, "1")]


def _lookup(path: str) -> str:
    last = path.rsplit("__", 1)[-1]
    explicit = {"iexact", "exact", "istartswith", "startswith", "icontains", "contains"}
    return path if last in explicit else f"{path}__icontains"


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
