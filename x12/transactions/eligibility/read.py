"""270 and 271 segments to records: both have the same levels."""

from collections.abc import Iterable
from typing import Any

from x12 import values
from x12.cursor import Cursor, optional_money
from x12.segment import Segment
from x12.transactions.eligibility.model import (
    Benefit,
    EligibilityInquiry270,
    EligibilityResponse271,
    Member,
    Party,
    Period,
    Question,
    Receiver,
    Rejection,
    Source,
    Trace,
)
from x12.transactions.heads import read_head

_REPEATED = "^"
_SUBSCRIBER, _DEPENDENT = "22", "23"
_BENEFIT_ENDS = frozenset({"EB", "HL", "SE"})
_QUESTION_ENDS = frozenset({"EQ", "HL", "SE"})


def read_inquiry(rows: Iterable[list[str]], component: str) -> EligibilityInquiry270:
    """A 270; a date that cannot be read becomes 1970-01-01."""
    return EligibilityInquiry270(**_read(rows, component))


def read_response(rows: Iterable[list[str]], component: str) -> EligibilityResponse271:
    """A 271; a date that cannot be read becomes 1970-01-01."""
    return EligibilityResponse271(**_read(rows, component))


def _read(rows: Iterable[list[str]], component: str) -> dict[str, Any]:
    at = Cursor(rows, component)
    head, bht = read_head(at)
    sources: list[Source] = []
    while not at.at_end:
        at.skip_to("HL")
        if at.next()[3] == "20":
            sources.append(_source(at))
    head |= {"purpose_code": bht[2], "transaction_type": bht[6]}
    return {**head, "sources": tuple(sources)}


def _source(at: Cursor) -> Source:
    own: list[Rejection] = []
    while at.here.id == "AAA":
        own.append(_rejection(at.next()))
    party = _party(at)
    receivers: list[Receiver] = []
    while at.here.id == "HL" and at.here[3] == "21":
        at.next()
        receivers.append(_receiver(at))
    return Source(party, tuple(receivers), tuple(own))


def _receiver(at: Cursor) -> Receiver:
    party = _party(at)
    members: list[Member] = []
    while at.here.id == "HL" and at.here[3] == _SUBSCRIBER:
        members.append(_member(at))
    return Receiver(party, tuple(members))


def _party(at: Cursor) -> Party:
    nm1 = Segment(["NM1"])
    rejections: list[Rejection] = []
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in {"HL", "SE"}:
        segment = at.next()
        if segment.id == "NM1" and not nm1[1]:
            nm1 = segment
        elif segment.id == "AAA":
            rejections.append(_rejection(segment))
        else:
            extra.append(segment.kept())
    return Party(nm1[3], nm1[9], nm1[8], nm1[1], nm1[2], nm1[4], tuple(rejections), tuple(extra))


def _member(at: Cursor) -> Member:
    hl = at.next()
    found: dict[str, Any] = {"segment_number": hl.position}
    lists: dict[str, list[Any]] = {
        name: []
        for name in ("traces", "periods", "rejections", "questions", "benefits", "dependents")
    }
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in {"HL", "SE"}:
        segment = at.next()
        if segment.id == "EQ":
            lists["questions"].append(_question(at, segment))
        elif segment.id == "EB":
            lists["benefits"].append(_benefit(at, segment))
        elif not (_field(segment, found) or _part(segment, lists)):
            extra.append(segment.kept())
    while hl[3] == _SUBSCRIBER and at.here.id == "HL" and at.here[3] == _DEPENDENT:
        lists["dependents"].append(_member(at))
    found |= {name: tuple(members) for name, members in lists.items()}
    return Member(**found, extra=tuple(extra))


def _field(segment: Segment, found: dict[str, Any]) -> bool:
    """Whether a segment of a member has fields, which are then filled; each only once."""
    match segment.id:
        case "NM1" if "last_name" not in found:
            found |= {
                "last_name": segment[3], "first_name": segment[4], "middle_name": segment[5],
                "suffix": segment[7], "member_id": segment[9],
                "member_id_qualifier": segment[8] if segment[9] else "MI",
            }  # fmt: skip
        case "N3" if "line1" not in found:
            found |= {"line1": segment[1], "line2": segment[2]}
        case "N4" if "city" not in found and not any(segment.elements[4:]):
            found |= {"city": segment[1], "state": segment[2], "zip": segment[3]}
        case "DMG" if "sex" not in found and not any(segment.elements[4:]):
            found |= {"birth_date": values.day(segment[2]), "sex": segment[3]}
        case "INS" if "relationship_code" not in found and not any(segment.elements[3:]):
            found["relationship_code"] = segment[2]
        case _:
            return False
    return True


def _part(segment: Segment, lists: dict[str, list[Any]]) -> bool:
    if segment.id == "TRN":
        lists["traces"].append(Trace(segment[2], segment[3], segment[1], segment[4]))
    elif segment.id == "DTP":
        lists["periods"].append(_period(segment))
    elif segment.id == "AAA":
        lists["rejections"].append(_rejection(segment))
    else:
        return False
    return True


def _question(at: Cursor, eq: Segment) -> Question:
    periods: list[Period] = []
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in _QUESTION_ENDS:
        segment = at.next()
        if segment.id == "DTP":
            periods.append(_period(segment))
        else:
            extra.append(segment.kept())
    return Question(
        service_type_codes=_codes(eq[1]),
        **_procedure(eq, 2),
        coverage_level=eq[3],
        periods=tuple(periods),
        extra=tuple(extra),
    )


def _benefit(at: Cursor, eb: Segment) -> Benefit:
    lists: dict[str, list[Any]] = {"traces": [], "periods": [], "rejections": []}
    messages: list[str] = []
    extra: list[tuple[str, ...]] = []
    is_inside = False  # another body's own segments, between LS and LE
    while not at.at_end and at.here.id not in _BENEFIT_ENDS:
        segment = at.next()
        is_inside = segment.id == "LS" or (is_inside and segment.id != "LE")
        if segment.id == "MSG" and not is_inside:
            messages.append(segment[1])
        elif is_inside or segment.id == "TRN" or not _part(segment, lists):
            extra.append(segment.kept())
    return Benefit(
        information_code=eb[1],
        coverage_level=eb[2],
        service_type_codes=_codes(eb[3]),
        insurance_type=eb[4],
        plan_name=eb[5],
        period_code=eb[6],
        amount=optional_money(eb[7]),
        percent=optional_money(eb[8]),
        quantity_qualifier=eb[9],
        quantity=optional_money(eb[10]),
        authorization=eb[11],
        network=eb[12],
        **_procedure(eb, 13),
        periods=tuple(lists["periods"]),
        rejections=tuple(lists["rejections"]),
        messages=tuple(messages),
        extra=tuple(extra),
        segment_number=eb.position,
    )


def _procedure(segment: Segment, place: int) -> dict[str, Any]:
    parts = [*segment.parts(place), "", ""]
    return {
        "procedure_qualifier": parts[0],
        "procedure_code": parts[1],
        "modifiers": tuple(code for code in parts[2:6] if code),
    }


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in text.split(_REPEATED) if code)


def _period(dtp: Segment) -> Period:
    found = values.period(dtp[2], dtp[3])
    if found is None:
        return Period(dtp[1], None)
    first, last = found
    return Period(dtp[1], first, last if dtp[2] == "RD8" else None)


def _rejection(aaa: Segment) -> Rejection:
    return Rejection(aaa[3], aaa[4], aaa[1])
