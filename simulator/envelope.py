"""Judging a file as a receiver does: TA1 for the interchange, 999 for each group and its sets."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import x12
from x12.errors import ERROR, Fault
from x12.segment import Segment
from x12.transactions.ack_999.model import (
    Acknowledgement999,
    ElementError,
    SegmentError,
    SetAcknowledgement,
)
from x12.transactions.ack_ta1 import InterchangeAcknowledgement

ACCEPTED, PARTLY, REJECTED = "A", "P", "R"
NO_ERROR, DUPLICATE, WRONG_RECEIVER = "000", "025", "008"
CLAIMS_GROUP = "HC"
_TA1_NOTES = {
    "X-IEA02": "001", "X-VERSION": "003", "X-ISA15": "020", "X-CUT-OFF": "023", "X-STRAY": "024",
}  # fmt: skip
_TA1_DEFAULT = "022"  # the control structure is wrong
_GROUP_NOT_SUPPORTED, _GROUP_CONTROL_NUMBER, _GROUP_COUNT = "1", "4", "5"
_SET_NOTES = {"X-SET": "1", "X-GUIDE": "I6", "X-SE": "2", "X-SE02": "3", "X-SE01": "4"}
_SEGMENTS_IN_ERROR = "5"
_HAS_ELEMENT_ERRORS = "8"


def judge_interchange(
    found: x12.Interchange,
    received_at: datetime,
    *,
    receiver_id: str,
    is_repeated: bool,
    refused: str = "",
) -> InterchangeAcknowledgement:
    """The TA1: rejected for what is wrong with the envelope, another's mail, or a repetition.

    `refused` is the note of one that is rejected though nothing is wrong with it.
    """
    verdict, note = ACCEPTED, NO_ERROR
    errors = [fault for fault in found.faults if fault.severity == ERROR]
    if errors:
        verdict, note = REJECTED, _TA1_NOTES.get(errors[0].code, _TA1_DEFAULT)
    elif found.receiver_id != receiver_id:
        verdict, note = REJECTED, WRONG_RECEIVER
    elif is_repeated:
        verdict, note = REJECTED, DUPLICATE
    elif refused:
        verdict, note = REJECTED, refused
    sent_on, sent_at = found.date or received_at.date(), found.time or received_at.time()
    return InterchangeAcknowledgement(found.control_number, sent_on, sent_at, verdict, note)


def judge_group(
    group: x12.Group, refused_sets: Mapping[str, Sequence[SegmentError]] | None = None
) -> Acknowledgement999:
    """The 999 of one group: structure by the guide; what a claim says is judged later.

    `refused_sets` are sets, by control number, that are rejected though nothing is wrong with them,
    and what shall be said about each.
    """
    notes, refused = _group_notes(group), refused_sets or {}
    sets = [
        _judge_set(item, reject=bool(notes), refused=refused.get(item.control_number))
        for item in group.transactions
    ]
    accepted = sum(one.verdict == ACCEPTED for one in sets)
    verdict = PARTLY if accepted else REJECTED
    if accepted == len(sets) and not notes:
        verdict = ACCEPTED
    return Acknowledgement999(
        group_functional_code=group.functional_code,
        group_control_number=group.control_number,
        group_version=group.version,
        sets=tuple(sets),
        verdict=verdict,
        included_count=len(sets),
        received_count=len(sets),
        accepted_count=accepted,
        group_error_codes=tuple(notes),
    )


def _group_notes(group: x12.Group) -> list[str]:
    notes = []
    if group.functional_code != CLAIMS_GROUP:
        notes.append(_GROUP_NOT_SUPPORTED)
    codes = {fault.code for fault in group.faults if fault.severity == ERROR}
    if "X-GE02" in codes:
        notes.append(_GROUP_CONTROL_NUMBER)
    if "X-GE01" in codes:
        notes.append(_GROUP_COUNT)
    return notes


def _judge_set(
    item: x12.Transaction, *, reject: bool, refused: Sequence[SegmentError] | None
) -> SetAcknowledgement:
    structural = [fault for fault in item.faults if _is_structural(fault)]
    notes = [_SET_NOTES[fault.code] for fault in structural if fault.code in _SET_NOTES]
    errors = [*_segment_errors(item, structural), *(refused or ())]
    if errors:
        notes.append(_SEGMENTS_IN_ERROR)
    is_refused = structural or reject or refused is not None
    verdict = REJECTED if is_refused else ACCEPTED
    return SetAcknowledgement(
        item.set_code,
        item.control_number,
        verdict,
        item.version,
        tuple(errors),
        tuple(dict.fromkeys(notes)),
    )


def _is_structural(fault: Fault) -> bool:
    """Envelope (X-) and guide (S, E with their number) belong in a 999; content (C-) does not."""
    return fault.severity == ERROR and (fault.code in _SET_NOTES or _guide_code(fault) != "")


def _guide_code(fault: Fault) -> str:
    """IK304 or IK403 of a fault of the guide's table, "" for any other fault."""
    kind, number = fault.code[:1], fault.code[1:]
    return number if kind in {"S", "E"} and number and not number.startswith("-") else ""


def _segment_errors(item: x12.Transaction, faults: Sequence[Fault]) -> list[SegmentError]:
    by_place: dict[tuple[int, str], list[Fault]] = defaultdict(list)
    for fault in faults:
        if _guide_code(fault):
            by_place[fault.segment_number, fault.segment_id].append(fault)
    loops = x12.loops_of(item) if by_place else {}
    claims = _ClaimFinder(item.segments)
    errors = []
    for (position, segment_id), group in sorted(by_place.items()):
        whole = [_guide_code(fault) for fault in group if fault.code.startswith("S")]
        elements = [_element_error(fault) for fault in group if fault.code.startswith("E")]
        errors.append(
            SegmentError(
                segment_id=segment_id,
                position=position,
                loop_id=loops.get(position, "")[:4],
                error_code=whole[0] if whole else _HAS_ELEMENT_ERRORS,
                context=claims.at(position),
                elements=tuple(elements),
            )
        )
    return errors


def _element_error(fault: Fault) -> ElementError:
    place = fault.element.removeprefix(fault.segment_id)
    return ElementError(int(place) if place.isdigit() else 1, _guide_code(fault))


class _ClaimFinder:
    """Which claim a segment belongs to: its own, or the first under the same person."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._levels = [s.position for s in segments if s.id == "HL"]
        self._claims = [(s.position, s[1]) for s in segments if s.id == "CLM"]

    def at(self, position: int) -> str:
        """CLM01 of the claim, "" where the segment belongs to all of them."""
        index = bisect_right(self._levels, position)
        start = self._levels[index - 1] if index else 0
        end = self._levels[index] if index < len(self._levels) else None
        inside = [
            (place, number)
            for place, number in self._claims
            if start <= place and (end is None or place < end)
        ]
        before = [number for place, number in inside if place <= position]
        if before:
            return before[-1]
        return inside[0][1] if inside and start else ""
