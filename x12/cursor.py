"""Reading records: a cursor over the segments of one transaction that never raises."""

from collections.abc import Iterable
from decimal import Decimal

from x12 import values
from x12.segment import Segment

_NOTHING = Segment([""])


class Cursor:
    """Where a reader is. `here` is an empty segment past the end; `first` is the position of the
    first segment in its transaction.
    """

    __slots__ = ("_at", "_segments")

    def __init__(self, rows: Iterable[list[str]], component: str, first: int = 1) -> None:
        self._segments = [Segment(row, n, component) for n, row in enumerate(rows, first)]
        self._at = 0

    @property
    def here(self) -> Segment:
        """The segment not read yet."""
        return self._segments[self._at] if self._at < len(self._segments) else _NOTHING

    @property
    def at_end(self) -> bool:
        """Whether everything was read."""
        return self._at >= len(self._segments)

    def next(self) -> Segment:
        """Read one segment."""
        segment = self.here
        self._at += 1
        return segment

    def take(self, segment_id: str, place: int = 0, *allowed: str) -> Segment | None:
        """Read the segment when it is of that id (and has one of `allowed` at `place`)."""
        here = self.here
        if here.id != segment_id or (allowed and here.part(place, 1) not in allowed):
            return None
        self._at += 1
        return here

    def skip_to(self, *segment_ids: str) -> None:
        """Pass over segments until one of those ids, or the end."""
        while not self.at_end and self.here.id not in segment_ids:
            self._at += 1


def money(text: str) -> Decimal:
    """An amount; what is no amount reads as zero, and the checker says so."""
    return values.amount(text) or Decimal(0)


def optional_money(text: str) -> Decimal | None:
    """An amount; None where there is none."""
    return values.amount(text) if text else None
