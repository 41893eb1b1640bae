"""999 segments to records."""

from collections.abc import Iterable

from x12.cursor import Cursor
from x12.segment import Segment
from x12.transactions.ack_999.model import (
    Acknowledgement999,
    ElementError,
    SegmentError,
    SetAcknowledgement,
)


def read(rows: Iterable[list[str]], component: str) -> Acknowledgement999:
    """The record of one transaction."""
    at = Cursor(rows, component)
    st = at.take("ST") or at.here
    at.skip_to("AK1")
    ak1 = at.next()
    sets: list[SetAcknowledgement] = []
    while ak2 := at.take("AK2"):
        sets.append(_set(at, ak2))
    at.skip_to("AK9")
    ak9 = at.next()
    return Acknowledgement999(
        group_functional_code=ak1[1],
        group_control_number=_number(ak1[2]),
        group_version=ak1[3],
        sets=tuple(sets),
        verdict=ak9[1],
        included_count=_number(ak9[2]),
        received_count=_number(ak9[3]),
        accepted_count=_number(ak9[4]),
        group_error_codes=tuple(code for code in ak9.elements[5:] if code),
        totals_at=ak9.position,
        transaction_control_number=st[2],
    )


def _set(at: Cursor, ak2: Segment) -> SetAcknowledgement:
    errors: list[SegmentError] = []
    while ik3 := at.take("IK3"):
        errors.append(_error(at, ik3))
    at.skip_to("IK5", "AK2", "AK9")
    ik5 = at.take("IK5") or Segment(["IK5"])
    return SetAcknowledgement(
        ak2[1],
        ak2[2],
        ik5[1],
        ak2[3],
        tuple(errors),
        tuple(code for code in ik5.elements[2:] if code),
    )


def _error(at: Cursor, ik3: Segment) -> SegmentError:
    context, elements = "", []
    while at.here.id in {"CTX", "IK4"}:
        segment = at.next()
        if segment.id == "CTX":
            if segment.part(1, 1) == "CLM01":
                context = segment.part(1, 2)
            continue
        component = segment.part(1, 2)
        elements.append(
            ElementError(
                _number(segment.part(1, 1)),
                segment[3],
                _number(component) if component else None,
                segment[2],
                segment[4],
            )
        )
    return SegmentError(ik3[1], _number(ik3[2]), ik3[3], ik3[4], context, tuple(elements))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
