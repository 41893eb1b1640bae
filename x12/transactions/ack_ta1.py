"""TA1: the receiver's answer to an interchange, a segment without a transaction around it."""

from dataclasses import dataclass
from datetime import date, time

from x12 import values
from x12.segment import Segment

ACCEPTED, ACCEPTED_WITH_ERRORS, REJECTED = "A", "E", "R"


@dataclass(frozen=True, slots=True)
class InterchangeAcknowledgement:
    """What became of our interchange `control_number`. `note_code` 000 means no error."""

    control_number: int
    date: date | None
    time: time | None
    verdict: str
    note_code: str = "000"


def read_ta1(segment: Segment) -> InterchangeAcknowledgement:
    """The record of one TA1 segment; a control number that is no number reads as 0."""
    number = segment[1]
    return InterchangeAcknowledgement(
        int(number) if number.isascii() and number.isdigit() else 0,
        values.short_day(segment[2]),
        values.minute(segment[3]),
        segment[4],
        segment[5],
    )


def ta1_elements(record: InterchangeAcknowledgement) -> list[str]:
    """The segment that says `record`."""
    return [
        "TA1",
        f"{record.control_number:09d}",
        f"{record.date:%y%m%d}" if record.date else "",
        f"{record.time:%H%M}" if record.time else "",
        record.verdict,
        record.note_code,
    ]
