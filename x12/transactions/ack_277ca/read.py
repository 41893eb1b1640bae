"""277CA segments to records."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from x12 import values
from x12.cursor import Cursor, money, optional_money
from x12.segment import Segment
from x12.transactions.ack_277ca.model import (
    AcknowledgedClaim,
    AcknowledgedLine,
    AcknowledgedProvider,
    ClaimAcknowledgement277,
    Status,
)
from x12.transactions.heads import read_head

_EPOCH = date(1970, 1, 1)
_COUNTS = {"90": "accepted_count", "AA": "rejected_count"}
_COUNTS_OF_PROVIDER = {"QA": "accepted_count", "QC": "rejected_count"}
_SUMS = {"YU": "accepted_amount", "YY": "rejected_amount"}
_PATIENTS = {"PT", "22", "23"}


def read(rows: Iterable[list[str]], component: str) -> ClaimAcknowledgement277:
    """The record of one transaction; dates that cannot be read become 1970-01-01."""
    at = Cursor(rows, component)
    head, _ = read_head(at)
    head |= {
        "source_name": "", "source_id": "", "source_entity": "", "receiver_name": "",
        "receiver_id": "", "batch_reference": "", "received_on": _EPOCH, "processed_on": _EPOCH,
    }  # fmt: skip
    providers: list[AcknowledgedProvider] = []
    while not at.at_end:
        at.skip_to("HL")
        hl = at.next()
        if hl[3] == "20":
            _source(at, head)
        elif hl[3] == "21":
            _receiver(at, head)
        elif hl[3] == "19":
            providers.append(_provider(at, hl.position))
    return ClaimAcknowledgement277(**head, providers=tuple(providers))


def _source(at: Cursor, head: dict[str, Any]) -> None:
    while not at.at_end and at.here.id != "HL":
        segment = at.next()
        if segment.id == "NM1":
            head |= {
                "source_entity": segment[1],
                "source_name": segment[3],
                "source_id": segment[9],
            }
        elif segment.id == "TRN":
            head["source_trace"] = segment[2]
        elif segment.id == "DTP":
            name = "received_on" if segment[1] == "050" else "processed_on"
            head[name] = values.day(segment[3]) or _EPOCH


def _receiver(at: Cursor, head: dict[str, Any]) -> None:
    statuses: list[Status] = []
    while not at.at_end and at.here.id != "HL":
        segment = at.next()
        if segment.id == "NM1":
            head |= {"receiver_name": segment[3], "receiver_id": segment[9]}
        elif segment.id == "TRN":
            head["batch_reference"] = segment[2]
        elif segment.id == "STC":
            statuses += _statuses(segment)
        else:
            _total(segment, _COUNTS, head)
    head["batch_statuses"] = tuple(statuses)


def _total(segment: Segment, counts: dict[str, str], found: dict[str, Any]) -> bool:
    if segment.id == "QTY" and segment[1] in counts:
        found[counts[segment[1]]] = int(money(segment[2]))
    elif segment.id == "AMT" and segment[1] in _SUMS:
        found[_SUMS[segment[1]]] = money(segment[2])
    else:
        return False
    found.setdefault("totals_at", segment.position)
    return True


def _provider(at: Cursor, position: int) -> AcknowledgedProvider:
    found: dict[str, Any] = {"name": "", "npi": "", "extra": (), "segment_number": position}
    statuses: list[Status] = []
    while not at.at_end and at.here.id != "HL":
        segment = at.next()
        if segment.id == "NM1":
            found |= {"name": segment[3], "npi": segment[9]}
        elif segment.id == "TRN":
            found["trace"] = segment[2]
        elif segment.id == "STC":
            statuses += _statuses(segment)
        elif not _total(segment, _COUNTS_OF_PROVIDER, found) and segment.id != "SE":
            found["extra"] += (segment.kept(),)
    claims: list[AcknowledgedClaim] = []
    while at.here.id == "HL" and at.here[3] in _PATIENTS:
        claims.append(_claim(at, at.next().position))
    return AcknowledgedProvider(**found, statuses=tuple(statuses), claims=tuple(claims))


def _claim(at: Cursor, position: int) -> AcknowledgedClaim:
    found: dict[str, Any] = {
        "patient_control_number": "", "extra": (), "segment_number": position,
    }  # fmt: skip
    statuses: list[Status] = []
    lines: list[AcknowledgedLine] = []
    while not at.at_end and at.here.id not in {"HL", "SE"}:
        segment = at.next()
        if segment.id == "SVC":
            lines.append(_line(at, segment))
        elif segment.id == "STC":
            statuses += _statuses(segment)
        elif not _field(segment, found):
            found["extra"] += (segment.kept(),)
    return AcknowledgedClaim(**found, statuses=tuple(statuses), lines=tuple(lines))


def _field(segment: Segment, found: dict[str, Any]) -> bool:
    """Whether a segment of 2000D has a field, which is then filled."""
    match segment.id, segment[1]:
        case "NM1", _:
            found |= {
                "last_name": segment[3], "first_name": segment[4], "member_id": segment[9],
            }  # fmt: skip
        case "TRN", _:
            found["patient_control_number"] = segment[2]
        case "REF", "1K":
            found["payer_claim_number"] = segment[2]
        case "REF", "D9":
            found["clearinghouse_number"] = segment[2]
        case "DTP", "472":
            found |= _period(segment)
        case _:
            return False
    return True


def _period(dtp: Segment) -> dict[str, Any]:
    period = values.period(dtp[2], dtp[3])
    if period is None:
        return {}
    last = period[1] if period[1] != period[0] else None
    return {"service_date_from": period[0], "service_date_to": last}


def _line(at: Cursor, svc: Segment) -> AcknowledgedLine:
    procedure = [*svc.parts(1), "", ""]
    found: dict[str, Any] = {}
    statuses: list[Status] = []
    while at.here.id in {"STC", "REF", "DTP"}:
        segment = at.next()
        if segment.id == "STC":
            statuses += _statuses(segment)
        elif segment.id == "REF" and segment[1] == "FJ":
            found["line_control_number"] = segment[2]
        elif segment.id == "DTP":
            found |= _period(segment)
    return AcknowledgedLine(
        procedure_code=procedure[1],
        charge_amount=money(svc[2]),
        statuses=tuple(statuses),
        modifiers=tuple([code for code in procedure[2:6] if code]),
        procedure_qualifier=procedure[0],
        units=optional_money(svc[7]),
        **found,
    )


def _statuses(segment: Segment) -> list[Status]:
    """The reasons of one STC: element 1, and 10 and 11 where they are there."""
    day, action = values.day(segment[2]), segment[3]
    amount: Decimal | None = optional_money(segment[4])
    reasons = [segment.parts(place) for place in (1, 10, 11) if segment[place]]
    found = []
    for reason in reasons:
        category, code, entity = [*reason, "", "", ""][:3]
        found.append(Status(category, code, entity, day, action, amount, segment[12]))
    return found
