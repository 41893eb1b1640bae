"""Now: the machine's time, or a time that only a request may move."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the simulator reads the time."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """Stands still until it is moved, and never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment it stands at, in UTC."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Go forward to `moment`; an earlier one changes nothing."""
        self._now = max(self._now, moment.astimezone(UTC))


def parse_moment(text: str) -> datetime:
    """An ISO 8601 moment; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
