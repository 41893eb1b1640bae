"""TA1: the receiver's answer to an interchange, a segment without a transaction around it."""

from dataclasses import dataclass
from datetime import date, time

from x12 import values
from x12.errors import ERROR, Fault
from x12.segment import Segment

ACCEPTED, ACCEPTED_WITH_ERRORS, REJECTED = "A", "E", "R"
NO_ERROR = "000"
_VERDICTS = frozenset({ACCEPTED, ACCEPTED_WITH_ERRORS, REJECTED})
_NOTES = frozenset(f"{number:03d}" for number in range(32))
_CONTROL_WIDTH = 9


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


def check_ta1(segment: Segment) -> list[Fault]:
    """What is wrong with a TA1 segment; it stands in no table, being no part of a transaction."""
    faults: list[Fault] = []

    def fault(message: str, element: str, expected: str) -> None:
        faults.append(Fault("X-TA1", ERROR, message, segment.position, "TA1", element, expected))

    if not (len(segment[1]) == _CONTROL_WIDTH and segment[1].isascii() and segment[1].isdigit()):
        fault("the control number of the interchange answered is none", "TA101", "nine digits")
    if values.short_day(segment[2]) is None:
        fault("the date of the interchange answered is none", "TA102", "YYMMDD")
    if values.minute(segment[3]) is None:
        fault("the time of the interchange answered is none", "TA103", "HHMM")
    if segment[4] not in _VERDICTS:
        fault(f"{segment[4][:5]!r} is no verdict", "TA104", "A, E or R")
    if segment[5] not in _NOTES:
        fault(f"{segment[5][:5]!r} is no note code", "TA105", "000 to 031")
    elif segment[4] in _VERDICTS and (segment[4] == ACCEPTED) != (segment[5] == NO_ERROR):
        fault(f"verdict {segment[4]} and note {segment[5]} contradict each other", "TA105", "")
    return faults


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
