"""What the transactions with levels begin with: ST and BHT."""

from datetime import UTC, date, datetime, time
from typing import Any

from x12 import values
from x12.cursor import Cursor
from x12.segment import Segment

_EPOCH = date(1970, 1, 1)


def read_head(at: Cursor) -> tuple[dict[str, Any], Segment]:
    """Reference, moment and control number as a record has them, and the BHT for what is its own.

    A date that cannot be read becomes 1970-01-01.
    """
    st = at.take("ST") or at.here
    bht = at.take("BHT") or Segment(["BHT"])
    day, minute = values.day(bht[4]) or _EPOCH, values.minute(bht[5]) or time(0)
    created = datetime.combine(day, minute, tzinfo=UTC).replace(tzinfo=None)
    head = {"reference": bht[3], "created_at": created, "transaction_control_number": st[2]}
    return head, bht
