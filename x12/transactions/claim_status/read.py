"""276 and 277 segments to records: both have the same levels."""

from collections.abc import Iterable
from typing import Any

from x12 import values
from x12.cursor import Cursor, money, optional_money
from x12.segment import Segment
from x12.transactions.claim_status.model import (
    ClaimStatus,
    Entity,
    Reason,
    StatusClaim,
    StatusInquiry276,
    StatusLine,
    StatusPerson,
    StatusProvider,
    StatusReceiver,
    StatusResponse277,
    StatusSource,
)
from x12.transactions.heads import read_head

_LEVEL_ENDS = frozenset({"HL", "SE"})
_CLAIM_ENDS = frozenset({"TRN", "HL", "SE"})
_LINE_ENDS = frozenset({"SVC", "TRN", "HL", "SE"})
_SUBSCRIBER, _DEPENDENT = "22", "23"


def read_inquiry(rows: Iterable[list[str]], component: str) -> StatusInquiry276:
    """A 276; a date that cannot be read becomes 1970-01-01."""
    return StatusInquiry276(**_read(rows, component))


def read_response(rows: Iterable[list[str]], component: str) -> StatusResponse277:
    """A 277; a date that cannot be read becomes 1970-01-01."""
    return StatusResponse277(**_read(rows, component))


def _read(rows: Iterable[list[str]], component: str) -> dict[str, Any]:
    at = Cursor(rows, component)
    head, _ = read_head(at)
    sources: list[StatusSource] = []
    while not at.at_end:
        at.skip_to("HL")
        if at.next()[3] == "20":
            sources.append(_source(at))
    return {**head, "sources": tuple(sources)}


def _source(at: Cursor) -> StatusSource:
    entity, receivers = _entity(at), []
    while _is_level(at, "21"):
        receivers.append(_receiver(at))
    return StatusSource(entity, tuple(receivers))


def _receiver(at: Cursor) -> StatusReceiver:
    at.next()
    entity, providers = _entity(at), []
    while _is_level(at, "19"):
        providers.append(_provider(at))
    return StatusReceiver(entity, tuple(providers))


def _provider(at: Cursor) -> StatusProvider:
    at.next()
    entity, persons = _entity(at), []
    while _is_level(at, _SUBSCRIBER):
        persons.append(_person(at))
    return StatusProvider(entity, tuple(persons))


def _is_level(at: Cursor, code: str) -> bool:
    return at.here.id == "HL" and at.here[3] == code


def _entity(at: Cursor) -> Entity:
    nm1 = Segment(["NM1"])
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in _LEVEL_ENDS:
        segment = at.next()
        if segment.id == "NM1" and not nm1[1]:
            nm1 = segment
        else:
            extra.append(segment.kept())
    return Entity(nm1[3], nm1[9], nm1[8], nm1[1], nm1[2], nm1[4], tuple(extra))


def _person(at: Cursor) -> StatusPerson:
    hl = at.next()
    found: dict[str, Any] = {"segment_number": hl.position}
    claims: list[StatusClaim] = []
    dependents: list[StatusPerson] = []
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in _LEVEL_ENDS:
        segment = at.next()
        if segment.id == "TRN":
            claims.append(_claim(at, segment))
        elif segment.id == "NM1" and "last_name" not in found:
            found |= {
                "last_name": segment[3], "first_name": segment[4], "middle_name": segment[5],
                "suffix": segment[7], "member_id": segment[9],
                "member_id_qualifier": segment[8] if segment[9] else "MI",
            }  # fmt: skip
        elif segment.id == "DMG" and "sex" not in found and not any(segment.elements[4:]):
            found |= {"birth_date": values.day(segment[2]), "sex": segment[3]}
        else:
            extra.append(segment.kept())
    while hl[3] == _SUBSCRIBER and _is_level(at, _DEPENDENT):
        dependents.append(_person(at))
    return StatusPerson(**found, claims=tuple(claims), dependents=tuple(dependents),
                        extra=tuple(extra))  # fmt: skip


def _claim(at: Cursor, trn: Segment) -> StatusClaim:
    found: dict[str, Any] = {}
    statuses: list[ClaimStatus] = []
    lines: list[StatusLine] = []
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in _CLAIM_ENDS:
        segment = at.next()
        if segment.id == "SVC":
            lines.append(_line(at, segment))
        elif segment.id == "STC":
            statuses.append(_status(segment))
        elif segment.id == "REF" and segment[1] == "1K" and "payer_claim_number" not in found:
            found["payer_claim_number"] = segment[2]
        elif segment.id == "AMT" and segment[1] == "T3" and "charge_amount" not in found:
            found["charge_amount"] = optional_money(segment[2])
        elif segment.id == "DTP" and "service_date_from" not in found:
            found |= _days(segment)
        else:
            extra.append(segment.kept())
    return StatusClaim(
        trace_number=trn[2],
        **found,
        statuses=tuple(statuses),
        lines=tuple(lines),
        extra=tuple(extra),
        segment_number=trn.position,
    )


def _line(at: Cursor, svc: Segment) -> StatusLine:
    found: dict[str, Any] = {}
    statuses: list[ClaimStatus] = []
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in _LINE_ENDS:
        segment = at.next()
        if segment.id == "STC":
            statuses.append(_status(segment))
        elif segment.id == "REF" and segment[1] == "FJ" and "line_control_number" not in found:
            found["line_control_number"] = segment[2]
        elif segment.id == "DTP" and "service_date_from" not in found:
            found |= _days(segment)
        else:
            extra.append(segment.kept())
    procedure = [*svc.parts(1), "", ""]
    return StatusLine(
        procedure_code=procedure[1],
        charge_amount=money(svc[2]),
        procedure_qualifier=procedure[0],
        modifiers=tuple(code for code in procedure[2:6] if code),
        paid_amount=optional_money(svc[3]),
        units=optional_money(svc[7]),
        statuses=tuple(statuses),
        **found,
        extra=tuple(extra),
    )


def _days(dtp: Segment) -> dict[str, Any]:
    found = values.period(dtp[2], dtp[3])
    if found is None:
        return {}
    last = found[1] if dtp[2] == "RD8" else None
    return {"service_date_from": found[0], "service_date_to": last}


def _status(stc: Segment) -> ClaimStatus:
    reasons = [[*stc.parts(place), "", "", ""][:3] for place in (1, 10, 11) if stc[place]]
    return ClaimStatus(
        reasons=tuple(Reason(*parts) for parts in reasons),
        date=values.day(stc[2]),
        charge_amount=optional_money(stc[4]),
        paid_amount=optional_money(stc[5]),
        decided_on=values.day(stc[6]),
        method_code=stc[7],
        paid_on=values.day(stc[8]),
        check_number=stc[9],
    )
