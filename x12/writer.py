"""Records to bytes: counts, trailers and the character set are computed, not typed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from x12 import values
from x12.delimiters import DEFAULT, Delimiters
from x12.errors import ERROR, Fault
from x12.values import is_plain

Part = str | Decimal | int | None


class Repeated(tuple[Part, ...]):
    """An element that may come several times in its place, such as EB03."""

    __slots__ = ()


Element = Part | date | Sequence[Part]

_LARGEST_CONTROL_NUMBER = 999_999_999


@dataclass(frozen=True, slots=True)
class Envelope:
    """What ISA and GS say. `created_at` is the sender's local time; usage P or T."""

    sender_id: str
    receiver_id: str
    created_at: datetime
    interchange_control_number: int
    group_control_number: int
    usage: str = "P"
    acknowledgement_requested: bool = True
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    application_sender: str = ""
    application_receiver: str = ""


class SetWriter:
    """Gathers the segments of one transaction. `faults` says what could not be written."""

    def __init__(self, delimiters: Delimiters = DEFAULT) -> None:
        self._delimiters = delimiters
        self.segments: list[str] = []
        self.faults: list[Fault] = []

    def add(self, *elements: Element) -> None:
        """Append one segment; empty elements at its end are dropped."""
        rendered = [
            value
            if value.__class__ is str and is_plain(value)
            else self._render(value, elements[0], n)
            for n, value in enumerate(elements)
        ]
        while rendered and not rendered[-1]:
            rendered.pop()
        self.segments.append(self._delimiters.element.join(rendered))

    def add_if(self, value: object, *elements: Element) -> None:
        """Append the segment only where `value` is there."""
        if value:
            self.add(*elements)

    def add_rows(self, rows: Iterable[Sequence[Part]]) -> None:
        """Append segments that were laid out as rows."""
        for row in rows:
            self.add(*row)

    def keep(self, extra: Iterable[Sequence[str]], *segment_ids: str) -> None:
        """Append those of the kept segments that have these ids, id by id; all without any.

        Kept segments have ":" between components, whatever the file had.
        """
        for segment_id in segment_ids or ("",):
            for kept in extra:
                if segment_id in {"", kept[0]}:
                    parts = (list(e.split(":")) if ":" in e else e for e in kept[1:])
                    self.add(kept[0], *parts)

    def _render(self, value: Element, segment_id: Element, number: int) -> str:
        if isinstance(value, str):
            return self._text(value, segment_id, number)
        if value is None:
            return ""
        if isinstance(value, Decimal):
            return values.to_amount(value)
        if isinstance(value, date):
            return values.to_day(value)
        if isinstance(value, int):
            return str(value)
        parts = [self._render(part, segment_id, number) for part in value]
        if isinstance(value, Repeated):
            return self._delimiters.repetition.join(filter(None, parts))
        while parts and not parts[-1]:
            parts.pop()
        return self._delimiters.component.join(parts)

    def _text(self, value: str, segment_id: Element, number: int) -> str:
        text, lost = values.to_text(value)
        if lost:
            place = len(self.segments) + 2  # ST is 1
            element = f"{segment_id}{number:02d}"
            message = f"these characters cannot be sent: {lost}"
            expected = "letters, digits and common punctuation"
            self.faults.append(
                Fault("X-CHARACTER", ERROR, message, place, str(segment_id), element, expected)
            )
        return text


def envelope_faults(envelope: Envelope) -> list[Fault]:
    """What keeps an envelope from being written as it is."""
    faults = []
    for name, element, value, longest in (
        ("sender id", "ISA06", envelope.sender_id, 15),
        ("receiver id", "ISA08", envelope.receiver_id, 15),
        ("application sender", "GS02", envelope.application_sender or envelope.sender_id, 15),
        ("application receiver", "GS03", envelope.application_receiver or envelope.receiver_id, 15),
        ("sender qualifier", "ISA05", envelope.sender_qualifier, 2),
        ("receiver qualifier", "ISA07", envelope.receiver_qualifier, 2),
    ):
        if not value or len(value) > longest or values.to_text(value) != (value, ""):
            message = f"the {name} {value!r} cannot be sent as it is"
            expected = f"1 to {longest} capital letters and digits"
            faults.append(Fault("X-ENVELOPE", ERROR, message, 1, element[:-2], element, expected))
    for name, element, number in (
        ("interchange control number", "ISA13", envelope.interchange_control_number),
        ("group control number", "GS06", envelope.group_control_number),
    ):
        if not 0 <= number <= _LARGEST_CONTROL_NUMBER:
            message = f"the {name} {number} has not one to nine digits"
            faults.append(Fault("X-ENVELOPE", ERROR, message, 1, element[:-2], element))
    if envelope.usage not in {"P", "T"}:
        message = f"the usage {envelope.usage!r} is none"
        faults.append(Fault("X-ENVELOPE", ERROR, message, 1, "ISA", "ISA15", "P T"))
    return faults


def transaction(writer: SetWriter, set_code: str, control_number: str, version: str) -> list[str]:
    """ST … SE around the writer's segments. A set without ST03 (835) passes version ""."""
    star = DEFAULT.element
    head = star.join(filter(None, ["ST", set_code, control_number, version]))
    count = len(writer.segments) + 2
    return [head, *writer.segments, star.join(["SE", str(count), control_number])]


def interchange(
    envelope: Envelope,
    functional_code: str,
    version: str,
    transactions: Iterable[list[str]],
    acknowledgements: Iterable[list[str]] = (),
) -> bytes:
    """ISA … IEA around `transactions`, one functional group; TA1 segments come right after ISA."""
    segments = [_isa(envelope)]
    segments += [DEFAULT.element.join(elements) for elements in acknowledgements]
    sets = list(transactions)
    if sets:
        segments.append(_gs(envelope, functional_code, version))
        for lines in sets:
            segments += lines
        segments.append(f"GE*{len(sets)}*{envelope.group_control_number}")
    groups = 1 if sets else 0
    segments.append(f"IEA*{groups}*{envelope.interchange_control_number:09d}")
    end = DEFAULT.segment
    return (f"{end}\n".join(segments) + f"{end}\n").encode("ascii")


def _isa(envelope: Envelope) -> str:
    return "*".join(
        [
            "ISA",
            "00",
            " " * 10,
            "00",
            " " * 10,
            envelope.sender_qualifier,
            f"{envelope.sender_id:<15}"[:15],
            envelope.receiver_qualifier,
            f"{envelope.receiver_id:<15}"[:15],
            f"{envelope.created_at:%y%m%d}",
            f"{envelope.created_at:%H%M}",
            DEFAULT.repetition,
            "00501",
            f"{envelope.interchange_control_number:09d}",
            "1" if envelope.acknowledgement_requested else "0",
            envelope.usage,
            DEFAULT.component,
        ]
    )


def _gs(envelope: Envelope, functional_code: str, version: str) -> str:
    return "*".join(
        [
            "GS",
            functional_code,
            envelope.application_sender or envelope.sender_id,
            envelope.application_receiver or envelope.receiver_id,
            f"{envelope.created_at:%Y%m%d}",
            f"{envelope.created_at:%H%M}",
            str(envelope.group_control_number),
            "X",
            version,
        ]
    )
