"""277CA segments to records."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from x12 import values
from x12.cursor import Cursor, money, optional_money
from x12.segment import Segment
from x12.transactions.ack_277ca.model import (
    AcknowledgedClaim,
    AcknowledgedProvider,
    ClaimAcknowledgement277,
    Status,
)

_EPOCH = date(1970, 1, 1)


def read(rows: Iterable[list[str]], component: str) -> ClaimAcknowledgement277:
    """The record of one transaction; dates that cannot be read become 1970-01-01."""
    at = Cursor(rows, component)
    st = at.take("ST") or at.here
    at.skip_to("BHT")
    bht = at.next()
    created = datetime.combine(
        values.day(bht[4]) or _EPOCH, values.minute(bht[5]) or time(0), tzinfo=UTC
    ).replace(tzinfo=None)
    head: dict[str, Any] = {
        "reference": bht[3], "created_at": created, "source_name": "", "source_id": "",
        "source_entity": "", "receiver_name": "", "receiver_id": "", "batch_reference": "",
        "received_on": _EPOCH, "processed_on": _EPOCH,
        "transaction_control_number": st[2],
    }  # fmt: skip
    providers: list[AcknowledgedProvider] = []
    while not at.at_end:
        at.skip_to("HL")
        level = at.next()[3]
        if level == "20":
            _source(at, head)
        elif level == "21":
            _receiver(at, head)
        elif level == "19":
            providers.append(_provider(at))
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
    counts = {"90": "accepted_count", "AA": "rejected_count"}
    sums = {"YU": "accepted_amount", "YY": "rejected_amount"}
    while not at.at_end and at.here.id != "HL":
        segment = at.next()
        if segment.id == "NM1":
            head |= {"receiver_name": segment[3], "receiver_id": segment[9]}
        elif segment.id == "TRN":
            head["batch_reference"] = segment[2]
        elif segment.id == "STC":
            statuses += _statuses(segment)
        elif segment.id == "QTY" and segment[1] in counts:
            head[counts[segment[1]]] = int(money(segment[2]))
        elif segment.id == "AMT" and segment[1] in sums:
            head[sums[segment[1]]] = money(segment[2])
    head["batch_statuses"] = tuple(statuses)


def _provider(at: Cursor) -> AcknowledgedProvider:
    name, npi, statuses = "", "", []
    while not at.at_end and at.here.id != "HL":
        segment = at.next()
        if segment.id == "NM1":
            name, npi = segment[3], segment[9]
        elif segment.id == "STC":
            statuses += _statuses(segment)
    claims: list[AcknowledgedClaim] = []
    while at.here.id == "HL" and at.here[3] in {"PT", "22", "23"}:
        at.next()
        claims.append(_claim(at))
    return AcknowledgedProvider(name, npi, tuple(statuses), tuple(claims))


def _claim(at: Cursor) -> AcknowledgedClaim:
    found: dict[str, Any] = {"patient_control_number": "", "statuses": []}
    in_line = False
    while not at.at_end and at.here.id != "HL":
        segment = at.next()
        if segment.id == "SVC":
            in_line = True
        elif segment.id == "STC":
            found["statuses"] += _statuses(segment)
        elif in_line:
            continue
        elif segment.id == "NM1":
            found |= {
                "last_name": segment[3], "first_name": segment[4], "member_id": segment[9],
            }  # fmt: skip
        elif segment.id == "TRN":
            found["patient_control_number"] = segment[2]
        elif segment.id == "REF":
            names = {"1K": "payer_claim_number", "D9": "clearinghouse_number"}
            if segment[1] in names:
                found[names[segment[1]]] = segment[2]
        elif segment.id == "DTP" and segment[1] == "472":
            period = values.period(segment[2], segment[3])
            if period:
                found["service_date_from"], found["service_date_to"] = period
    found["statuses"] = tuple(found["statuses"])
    return AcknowledgedClaim(**found)


def _statuses(segment: Segment) -> list[Status]:
    """The reasons of one STC: element 1, and 10 and 11 where they are there."""
    day, action = values.day(segment[2]), segment[3]
    amount: Decimal | None = optional_money(segment[4])
    return [
        Status(
            segment.part(place, 1), segment.part(place, 2), segment.part(place, 3), day, action,
            amount,
        )
        for place in (1, 10, 11)
        if segment[place]
    ]  # fmt: skip
