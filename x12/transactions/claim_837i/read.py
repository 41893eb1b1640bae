"""837I segments to records; the levels are read as those of an 837P."""

from collections.abc import Iterable
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from x12 import values
from x12.cursor import Cursor, money, optional_money
from x12.segment import Segment
from x12.transactions.claim_837i.codes import read_codes
from x12.transactions.claim_837i.model import (
    ClaimBatch837I,
    CodedDiagnosis,
    InstitutionalClaim,
    InstitutionalLine,
)
from x12.transactions.claim_837p.model import LineAdjudication
from x12.transactions.claim_837p.read import read_batch
from x12.transactions.claim_837p.read_claim import (
    END_OF_CLAIM,
    read_adjudication,
    read_dates,
    read_drug,
    read_procedure,
    read_segments,
)
from x12.transactions.claim_837p.read_parties import (
    read_facility,
    read_other_role,
    read_provider,
)

_NUMBERS = {
    "F8": "payer_claim_number", "G1": "prior_authorization_number", "9F": "referral_number",
    "EA": "medical_record_number",
}  # fmt: skip
_ROLES = {"71": "attending", "72": "operating", "77": "facility"}


def read(rows: Iterable[list[str]], component: str) -> ClaimBatch837I:
    """The record of one transaction; a date that cannot be read becomes none."""
    return ClaimBatch837I(**read_batch(Cursor(rows, component), read_claims))


def read_claims(at: Cursor) -> tuple[InstitutionalClaim, ...]:
    """The claims that stand here, until the next level."""
    claims: list[InstitutionalClaim] = []
    while clm := at.take("CLM"):
        claims.append(_claim(at, clm))
    return tuple(claims)


def _claim(at: Cursor, clm: Segment) -> InstitutionalClaim:
    found = read_segments(at, _head(clm), line=_line, role=_role, field=_field)
    return InstitutionalClaim(**found)


def _head(clm: Segment) -> dict[str, Any]:
    return {
        "patient_control_number": clm[1], "charge_amount": money(clm[2]),
        "facility_type_code": clm.part(5, 1), "frequency_code": clm.part(5, 3),
        "assignment_code": clm[7], "benefits_assigned": clm[8], "release_code": clm[9],
        "delay_reason_code": clm[20], "statement_from": None, "statement_to": None,
        "principal_diagnosis": CodedDiagnosis(""), "extra_roles": (),
        "segment_number": clm.position,
    }  # fmt: skip


def _field(segment: Segment, found: dict[str, Any]) -> bool:
    """Whether a segment of 2300 has a field, which is then filled."""
    qualifier = segment[1]
    match segment.id:
        case "HI":
            return read_codes(segment, found)
        case "DTP":
            return _day(segment, found)
        case "CL1":
            found |= {
                "admission_type_code": segment[1], "admission_source_code": segment[2],
                "patient_status_code": segment[3],
            }  # fmt: skip
        case "REF" if qualifier in _NUMBERS and _NUMBERS[qualifier] not in found:
            found[_NUMBERS[qualifier]] = segment[2]
        case "AMT" if qualifier == "F3":
            found["patient_due_amount"] = optional_money(segment[2])
        case _:
            return False
    return True


def _day(dtp: Segment, found: dict[str, Any]) -> bool:
    match dtp[1]:
        case "434" if period := values.period(dtp[2], dtp[3]):
            found["statement_from"], found["statement_to"] = period
        case "435" if (admitted := _moment(dtp)) is not None:
            found["admitted_at"] = admitted
            found["admission_has_hour"] = dtp[2] == "DT"
        case "096":
            found["discharge_hour"] = dtp[3]
        case _:
            return False
    return True


def _moment(dtp: Segment) -> datetime | None:
    """Day and minute of an admission; midnight where only the day is told."""
    day = values.day(dtp[3][:8])
    minute = values.minute(dtp[3][8:]) if dtp[2] == "DT" else time(0)
    return datetime.combine(day, minute) if day is not None and minute is not None else None


def _role(at: Cursor, nm1: Segment, found: dict[str, Any]) -> None:
    name = _ROLES.get(nm1[1], "")
    if not name or name in found:
        found["extra_roles"] += read_other_role(at, nm1)
    elif name == "facility":
        found[name] = read_facility(at, nm1)
    else:
        found[name] = read_provider(at, nm1, with_taxonomy=nm1[1] == "71")


def _line(at: Cursor, lx: Segment) -> InstitutionalLine:
    number = int(lx[1]) if lx[1].isascii() and lx[1].isdigit() else 0
    found: dict[str, Any] = {
        "line_number": number, "revenue_code": "", "charge_amount": Decimal(0),
        "units": Decimal(0), "extra_roles": (), "segment_number": lx.position,
    }  # fmt: skip
    extra: list[tuple[str, ...]] = []
    decided: list[LineAdjudication] = []
    while not at.at_end and at.here.id not in END_OF_CLAIM | {"LX"}:
        segment = at.next()
        match segment.id:
            case "SV2":
                found |= _service(segment)
            case "DTP" if segment[1] == "472" and (dates := read_dates(segment)):
                found["service_date_from"], found["service_date_to"] = dates
            case "REF" if segment[1] == "6R" and "line_control_number" not in found:
                found["line_control_number"] = segment[2]
            case "LIN" if segment[2] == "N4" and "ndc" not in found:
                found["ndc"] = read_drug(at, segment)
            case "NM1":
                found["extra_roles"] += read_other_role(at, segment)
            case "SVD":
                decided.append(read_adjudication(at, segment))
            case _:
                extra.append(segment.kept())
    return InstitutionalLine(**found, adjudications=tuple(decided), extra=tuple(extra))


def _service(sv2: Segment) -> dict[str, Any]:
    procedure = read_procedure(sv2, 2) if sv2[2] else {}
    return {
        **procedure,
        "revenue_code": sv2[1],
        "charge_amount": money(sv2[3]),
        "unit_code": sv2[4],
        "units": money(sv2[5]),
        "non_covered_amount": optional_money(sv2[7]),
    }
