"""The one source of "now". Demo and tests travel in time; nothing else may."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

_travelled_to: ContextVar[datetime | None] = ContextVar("travelled_to", default=None)


class HasTimeZone(Protocol):
    """Anything with a time zone name, such as a practice."""

    @property
    def time_zone(self) -> str:
        """A name of the tz database, such as America/Denver."""


def now() -> datetime:
    """This instant, aware, in UTC; or the instant travelled to."""
    return _travelled_to.get() or datetime.now(UTC)


def today(place: HasTimeZone) -> date:
    """The calendar day it is now at `place`: a practice's day, not the server's."""
    return now().astimezone(ZoneInfo(place.time_zone)).date()


def local(instant: datetime, place: HasTimeZone) -> datetime:
    """`instant` on the wall clock of `place`."""
    return instant.astimezone(ZoneInfo(place.time_zone))


@contextmanager
def travel(to: datetime) -> Iterator[None]:
    """Within the block, `now()` is `to`. Raises ValueError for a time without a zone."""
    if to.tzinfo is None:
        raise ValueError("travel needs a time with a zone")
    token = _travelled_to.set(to.astimezone(UTC))
    try:
        yield
    finally:
        _travelled_to.reset(token)
