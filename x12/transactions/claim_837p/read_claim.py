"""One claim of an 837P: 2300 with its roles, other payers and lines."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from x12 import values
from x12.cursor import Cursor, money, optional_money
from x12.segment import Segment
from x12.transactions.adjustments import Adjustment, add_trios
from x12.transactions.claim_837p.model import (
    Claim,
    LineAdjudication,
    Ndc,
    OtherPayer,
    Party,
    PayerParty,
    ServiceLine,
)
from x12.transactions.claim_837p.read_parties import (
    kept_while,
    read_facility,
    read_other_role,
    read_party,
    read_payer,
    read_provider,
)

_EPOCH = date(1970, 1, 1)
END_OF_CLAIM = frozenset({"HL", "CLM", "SE"})
_NUMBERS = {
    "F8": "payer_claim_number", "G1": "prior_authorization_number", "9F": "referral_number",
    "X4": "clia_number",
}  # fmt: skip


def read_claims(at: Cursor) -> tuple[Claim, ...]:
    """The claims that stand here, until the next level."""
    claims: list[Claim] = []
    while clm := at.take("CLM"):
        claims.append(_claim(at, clm))
    return tuple(claims)


def _claim(at: Cursor, clm: Segment) -> Claim:
    return Claim(**read_segments(at, _head(clm), line=_line, role=_role, field=_field))


def read_segments(
    at: Cursor,
    found: dict[str, Any],
    *,
    line: Callable[[Cursor, Segment], Any],
    role: Callable[[Cursor, Segment, dict[str, Any]], None],
    field: Callable[[Segment, dict[str, Any]], bool],
) -> dict[str, Any]:
    """The fields of a claim of either guide, those of its CLM in `found`, up to the next one."""
    extra: list[tuple[str, ...]] = []
    others: list[OtherPayer] = []
    lines: list[Any] = []
    while not at.at_end and at.here.id not in END_OF_CLAIM:
        segment = at.next()
        if segment.id == "LX":
            lines.append(line(at, segment))
        elif segment.id == "SBR":
            others.append(read_other_payer(at, segment))
        elif segment.id == "NM1":
            role(at, segment, found)
        elif not field(segment, found):
            extra.append(segment.kept())
    return found | {"lines": tuple(lines), "extra": tuple(extra), "other_payers": tuple(others)}


def _head(clm: Segment) -> dict[str, Any]:
    causes = clm.parts(11)
    return {
        "patient_control_number": clm[1], "charge_amount": money(clm[2]),
        "place_of_service_code": clm.part(5, 1), "frequency_code": clm.part(5, 3),
        "provider_signature": clm[6], "assignment_code": clm[7], "benefits_assigned": clm[8],
        "release_code": clm[9], "patient_signature_code": clm[10],
        "related_causes": tuple(filter(None, causes[:3])), "accident_state": clm.part(11, 4),
        "special_program_code": clm[12], "delay_reason_code": clm[20], "diagnoses": (),
        "extra_roles": (), "segment_number": clm.position,
    }  # fmt: skip


def _field(segment: Segment, found: dict[str, Any]) -> bool:
    """Whether a segment of 2300 has a field, which is then filled."""
    qualifier = segment[1]
    match segment.id:
        case "HI" if segment.part(1, 1) in {"ABK", "BK"}:
            places = range(1, len(segment.elements))
            found["diagnoses"] = tuple([segment.part(n, 2) for n in places if segment[n]])
        case "REF" if qualifier in _NUMBERS and _NUMBERS[qualifier] not in found:
            found[_NUMBERS[qualifier]] = segment[2]
        case "AMT" if qualifier == "F5":
            found["patient_paid_amount"] = optional_money(segment[2])
        case "NTE" if "note" not in found:
            found |= {"note_code": qualifier, "note": segment[2]}
        case _:
            return False
    return True


def _role(at: Cursor, nm1: Segment, found: dict[str, Any]) -> None:
    names = {"DN": "referring", "82": "rendering", "77": "facility"}
    name = names.get(nm1[1], "")
    if not name or name in found:
        found["extra_roles"] += read_other_role(at, nm1)
    elif name == "facility":
        found[name] = read_facility(at, nm1)
    else:
        found[name] = read_provider(at, nm1)


def read_other_payer(at: Cursor, sbr: Segment) -> OtherPayer:
    """2320 and 2330: another payer, from its SBR to the next one or the lines."""
    found: dict[str, Any] = {
        "payer_responsibility": sbr[1], "relationship_code": sbr[2], "group_number": sbr[3],
        "group_name": sbr[4], "insurance_type_code": sbr[5], "claim_filing_code": sbr[9],
        "subscriber": Party("", ""), "payer": PayerParty("", ""), "extra": (),
        "segment_number": sbr.position,
    }  # fmt: skip
    amounts = {"D": "paid_amount", "A8": "non_covered_amount", "EAF": "remaining_amount"}
    adjustments: list[Adjustment] = []
    while not at.at_end and at.here.id not in END_OF_CLAIM | {"SBR", "LX"}:
        segment = at.next()
        qualifier = segment[1]
        match segment.id:
            case "CAS":
                add_trios(segment.elements, adjustments)
            case "AMT" if qualifier in amounts:
                found[amounts[qualifier]] = optional_money(segment[2])
            case "OI":
                found |= {
                    "benefits_assigned": segment[3], "patient_signature_code": segment[4],
                    "release_code": segment[6],
                }  # fmt: skip
            case "MOA":
                found |= _outpatient(segment)
            case "NM1" if qualifier == "IL":
                found["subscriber"] = read_party(at, segment)
            case "NM1" if qualifier == "PR":
                found["payer"] = read_payer(at, segment)
            case "DTP" if qualifier == "573":
                found["adjudicated_on"] = values.day(segment[3])
                _payer_numbers(at, found)
            case _:
                found["extra"] += (segment.kept(),)
    _claim_number(found)
    return OtherPayer(**found, adjustments=tuple(adjustments))


def _outpatient(moa: Segment) -> dict[str, Any]:
    return {
        "reimbursement_rate": optional_money(moa[1]),
        "payable_amount": optional_money(moa[2]),
        "remark_codes": tuple(code for code in moa.elements[3:8] if code),
        "end_stage_renal_amount": optional_money(moa[8]),
        "professional_component_amount": optional_money(moa[9]),
    }


def _payer_numbers(at: Cursor, found: dict[str, Any]) -> None:
    """The REF segments that follow a DTP belong to the payer as those before it do."""
    payer = found["payer"]
    extra = (*payer.extra, *kept_while(at, {"REF"}))
    found["payer"] = PayerParty(
        payer.name, payer.payer_id, payer.address, payer.payer_id_qualifier, extra
    )


def _claim_number(found: dict[str, Any]) -> None:
    """REF F8 of the other payer has a field of its own."""
    payer = found["payer"]
    numbers = [kept for kept in payer.extra if kept[:2] == ("REF", "F8")]
    if numbers:
        found["payer_claim_number"] = numbers[0][2] if len(numbers[0]) > 2 else ""
        rest = tuple(kept for kept in payer.extra if kept is not numbers[0])
        found["payer"] = PayerParty(
            payer.name, payer.payer_id, payer.address, payer.payer_id_qualifier, rest
        )


def _line(at: Cursor, lx: Segment) -> ServiceLine:
    number = int(lx[1]) if lx[1].isascii() and lx[1].isdigit() else 0
    found: dict[str, Any] = {
        "line_number": number, "procedure_code": "", "charge_amount": Decimal(0),
        "units": Decimal(0), "pointers": (), "service_date_from": _EPOCH,
        "line_control_number": "", "extra_roles": (), "segment_number": lx.position,
    }  # fmt: skip
    extra: list[tuple[str, ...]] = []
    decided: list[LineAdjudication] = []
    while not at.at_end and at.here.id not in END_OF_CLAIM | {"LX"}:
        segment = at.next()
        match segment.id:
            case "SV1":
                found |= _service(segment)
            case "DTP" if segment[1] == "472" and (dates := read_dates(segment)):
                found["service_date_from"], found["service_date_to"] = dates
            case "REF" if segment[1] == "6R" and not found["line_control_number"]:
                found["line_control_number"] = segment[2]
            case "LIN" if segment[2] == "N4" and "ndc" not in found:
                found["ndc"] = read_drug(at, segment)
            case "NM1" if segment[1] == "82" and "rendering" not in found:
                found["rendering"] = read_provider(at, segment)
            case "NM1":
                found["extra_roles"] += read_other_role(at, segment)
            case "SVD":
                decided.append(read_adjudication(at, segment))
            case _:
                extra.append(segment.kept())
    return ServiceLine(**found, adjudications=tuple(decided), extra=tuple(extra))


def read_dates(dtp: Segment) -> tuple[date, date | None] | None:
    """First and last day of a DTP; the last only where it is another."""
    period = values.period(dtp[2], dtp[3])
    if period is None:
        return None
    return period[0], period[1] if period[1] != period[0] else None


def _service(sv1: Segment) -> dict[str, Any]:
    return {
        **read_procedure(sv1, 1),
        "charge_amount": money(sv1[2]),
        "unit_code": sv1[3],
        "units": money(sv1[4]),
        "place_of_service_code": sv1[5],
        "pointers": tuple(
            [int(text) for text in sv1.parts(7) if text.isascii() and text.isdigit()]
        ),
        "emergency_code": sv1[9],
        "epsdt_code": sv1[11],
        "family_planning_code": sv1[12],
        "copay_status_code": sv1[15],
    }


def read_procedure(segment: Segment, place: int) -> dict[str, Any]:
    """The composite of a procedure: qualifier, code, modifiers, description."""
    procedure = [*segment.parts(place), *[""] * 7][:7]
    return {
        "procedure_qualifier": procedure[0],
        "procedure_code": procedure[1],
        "modifiers": tuple([code for code in procedure[2:6] if code]),
        "description": procedure[6],
    }


def read_drug(at: Cursor, lin: Segment) -> Ndc:
    """2410: the drug of a line."""
    ctp = at.take("CTP") or Segment(["CTP"])
    return Ndc(lin[3], money(ctp[4]), ctp.part(5, 1), kept_while(at, {"REF"}))


def read_adjudication(at: Cursor, svd: Segment) -> LineAdjudication:
    """2430: what another payer decided on a line."""
    adjustments: list[Adjustment] = []
    decided_on, remaining = None, None
    while at.here.id in {"CAS", "DTP", "AMT"}:
        segment = at.next()
        if segment.id == "CAS":
            add_trios(segment.elements, adjustments)
        elif segment.id == "DTP":
            decided_on = values.day(segment[3])
        elif segment[1] == "EAF":
            remaining = optional_money(segment[2])
    return LineAdjudication(
        payer_id=svd[1],
        paid_amount=money(svd[2]),
        **read_procedure(svd, 3),
        revenue_code=svd[4],
        units=money(svd[5]),
        bundled_line_number=int(svd[6]) if svd[6].isascii() and svd[6].isdigit() else None,
        adjudicated_on=decided_on,
        adjustments=tuple(adjustments),
        remaining_amount=remaining,
        segment_number=svd.position,
    )
