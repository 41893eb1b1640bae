"""837P segments to records: the loops of the guide, one function each."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from x12 import values
from x12.cursor import Cursor, money, optional_money
from x12.segment import Segment
from x12.transactions.claim_837p.model import (
    Address,
    BillingProvider,
    BillingProviderLoop,
    Claim,
    ClaimBatch837P,
    FacilityParty,
    Ndc,
    Party,
    PatientLoop,
    PayerParty,
    ProviderParty,
    Receiver,
    ServiceLine,
    SubscriberLoop,
    Submitter,
)

_EPOCH = date(1970, 1, 1)
_NO_ADDRESS = Address("", "", "", "")


def read(rows: Iterable[list[str]], component: str) -> ClaimBatch837P:
    """The record of one transaction. Segments that the records lack stay in `Claim.extra`."""
    at = Cursor(rows, component)
    st = at.take("ST") or at.here
    at.skip_to("BHT")
    bht = at.next()
    created = datetime.combine(
        values.day(bht[4]) or _EPOCH, values.minute(bht[5]) or time(0), tzinfo=UTC
    )
    submitter, receiver = _submitter(at)
    loops: list[BillingProviderLoop] = []
    while at.here.id == "HL":
        level = at.next()[3]
        if level == "20":
            loops.append(_billing_provider(at))
    return ClaimBatch837P(
        bht[3], created.replace(tzinfo=None), submitter, receiver, tuple(loops), st[2]
    )


def _submitter(at: Cursor) -> tuple[Submitter, Receiver]:
    found: dict[str, Segment] = {}
    while not at.at_end and at.here.id != "HL":
        segment = at.next()
        found[f"{segment.id}{segment[1]}"] = segment
    empty = Segment([""])
    who, contact = found.get("NM141", empty), found.get("PERIC", empty)
    to = found.get("NM140", empty)
    return Submitter(who[3], who[9], contact[2], contact[4]), Receiver(to[3], to[9])


def _billing_provider(at: Cursor) -> BillingProviderLoop:
    found: dict[str, Any] = {"name": "", "npi": "", "tax_id": "", "address": _NO_ADDRESS}
    role = ""
    while not at.at_end and at.here.id not in {"HL", "SE"}:
        segment = at.next()
        if segment.id == "PRV":
            found["taxonomy_code"] = segment[3]
        elif segment.id == "NM1":
            role = segment[1]
            if role == "85":
                found |= {"name": segment[3], "first_name": segment[4], "npi": segment[9]}
        elif segment.id == "N3":
            found["address" if role == "85" else "pay_to"] = _address(at, segment)
        elif segment.id == "REF" and role == "85" and segment[1] in {"EI", "SY"}:
            found |= {"tax_id_qualifier": segment[1], "tax_id": segment[2]}
        elif segment.id == "PER" and role == "85":
            found |= {"contact_name": segment[2], "phone": segment[4]}
    subscribers: list[SubscriberLoop] = []
    while at.here.id == "HL" and at.here[3] == "22":
        at.next()
        subscribers.append(_subscriber(at))
    return BillingProviderLoop(BillingProvider(**found), tuple(subscribers))


def _subscriber(at: Cursor) -> SubscriberLoop:
    sbr = at.take("SBR") or Segment(["SBR"])
    subscriber, payer = Party("", ""), PayerParty("", "")
    while not at.at_end and at.here.id not in {"HL", "SE", "CLM"}:
        segment = at.next()
        if segment.id == "NM1" and segment[1] == "IL":
            subscriber = _party(at, segment)
        elif segment.id == "NM1" and segment[1] == "PR":
            payer = PayerParty(segment[3], segment[9])
        elif segment.id == "N3":
            payer = replace(payer, address=_address(at, segment))
    claims = _claims(at)
    patients: list[PatientLoop] = []
    while at.here.id == "HL" and at.here[3] == "23":
        at.next()
        patients.append(_patient(at))
    return SubscriberLoop(
        sbr[1], sbr[9], subscriber, payer, sbr[2], sbr[3], sbr[4], sbr[5], claims, tuple(patients)
    )


def _patient(at: Cursor) -> PatientLoop:
    relationship, party = "", Party("", "")
    while not at.at_end and at.here.id not in {"HL", "SE", "CLM"}:
        segment = at.next()
        if segment.id == "PAT":
            relationship = segment[1]
        elif segment.id == "NM1" and segment[1] == "QC":
            party = _party(at, segment)
    return PatientLoop(relationship, party, _claims(at))


def _party(at: Cursor, nm1: Segment) -> Party:
    address, born, sex = None, None, ""
    if n3 := at.take("N3"):
        address = _address(at, n3)
    if dmg := at.take("DMG"):
        born, sex = values.day(dmg[2]), dmg[3]
    return Party(nm1[3], nm1[4], nm1[5], nm1[7], nm1[9], address, born, sex)


def _address(at: Cursor, n3: Segment) -> Address:
    n4 = at.take("N4") or Segment(["N4"])
    return Address(n3[1], n4[1], n4[2], n4[3], n3[2])


def _claims(at: Cursor) -> tuple[Claim, ...]:
    claims: list[Claim] = []
    while clm := at.take("CLM"):
        claims.append(_claim(at, clm))
    return tuple(claims)


_CLAIM_NUMBERS = {
    "F8": "payer_claim_number", "G1": "prior_authorization_number", "9F": "referral_number",
    "X4": "clia_number",
}  # fmt: skip


def _claim(at: Cursor, clm: Segment) -> Claim:
    found: dict[str, Any] = {
        "patient_control_number": clm[1], "charge_amount": money(clm[2]),
        "place_of_service_code": clm.part(5, 1), "frequency_code": clm.part(5, 3),
        "provider_signature": clm[6], "assignment_code": clm[7], "benefits_assigned": clm[8],
        "release_code": clm[9], "related_causes": tuple(filter(None, clm.parts(11))),
        "diagnoses": (),
    }  # fmt: skip
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in {"LX", "HL", "CLM", "SE"}:
        segment = at.next()
        if extra and any(known[0] == "SBR" for known in extra):
            extra.append(tuple(segment.elements))  # from 2320 on, all is about another payer
        elif segment.id == "HI" and segment.part(1, 1) in {"ABK", "BK"}:
            found["diagnoses"] = tuple(
                segment.part(n, 2) for n in range(1, len(segment.elements)) if segment[n]
            )
        elif segment.id == "REF" and segment[1] in _CLAIM_NUMBERS:
            found[_CLAIM_NUMBERS[segment[1]]] = segment[2]
        elif segment.id == "AMT" and segment[1] == "F5":
            found["patient_paid_amount"] = optional_money(segment[2])
        elif segment.id == "NTE":
            found["note"] = segment[2]
        elif segment.id == "NM1" and segment[1] in {"DN", "82", "77"}:
            _role(at, segment, found)
        else:
            extra.append(tuple(segment.elements))
    lines: list[ServiceLine] = []
    while lx := at.take("LX"):
        lines.append(_line(at, lx))
    return Claim(**found, lines=tuple(lines), extra=tuple(extra))


def _role(at: Cursor, nm1: Segment, found: dict[str, Any]) -> None:
    if nm1[1] == "77":
        n3 = at.take("N3")
        found["facility"] = FacilityParty(nm1[3], _address(at, n3) if n3 else _NO_ADDRESS, nm1[9])
        return
    prv = at.take("PRV")
    name = "rendering" if nm1[1] == "82" else "referring"
    found[name] = ProviderParty(nm1[3], nm1[4], nm1[9], nm1[5], prv[3] if prv else "")


def _line(at: Cursor, lx: Segment) -> ServiceLine:
    number = int(lx[1]) if lx[1].isdigit() else 0
    found: dict[str, Any] = {
        "line_number": number, "procedure_code": "", "charge_amount": Decimal(0),
        "units": Decimal(0), "pointers": (), "service_date_from": _EPOCH,
        "line_control_number": "",
    }  # fmt: skip
    drug: dict[str, Any] = {}
    while not at.at_end and at.here.id not in {"LX", "HL", "CLM", "SE"}:
        segment = at.next()
        match segment.id:
            case "SV1":
                found |= _service(segment)
            case "DTP" if segment[1] == "472":
                period = values.period(segment[2], segment[3])
                if period:
                    last = None if period[0] == period[1] else period[1]
                    found |= {"service_date_from": period[0], "service_date_to": last}
            case "REF" if segment[1] == "6R":
                found["line_control_number"] = segment[2]
            case "LIN":
                drug["code"] = segment[3]
            case "CTP":
                drug |= {"quantity": money(segment[4]), "unit_code": segment.part(5, 1)}
            case "NM1" if segment[1] == "82":
                prv = at.take("PRV")
                found["rendering"] = ProviderParty(
                    segment[3], segment[4], segment[9], segment[5], prv[3] if prv else ""
                )
    if "code" in drug:
        found["ndc"] = Ndc(
            drug["code"], drug.get("quantity", Decimal(0)), drug.get("unit_code", "")
        )
    return ServiceLine(**found)


def _service(sv1: Segment) -> dict[str, Any]:
    procedure = [*sv1.parts(1), *[""] * 7][:7]
    return {
        "procedure_qualifier": procedure[0],
        "procedure_code": procedure[1],
        "modifiers": tuple(code for code in procedure[2:6] if code),
        "description": procedure[6],
        "charge_amount": money(sv1[2]),
        "unit_code": sv1[3],
        "units": money(sv1[4]),
        "place_of_service_code": sv1[5],
        "pointers": tuple(int(text) for text in sv1.parts(7) if text.isdigit()),
    }
