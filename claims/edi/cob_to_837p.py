"""Other payers of a snapshot to loops 2320, 2330 and 2430 of an 837P (domain C.2).

Nothing is worked out here: what the other payer decided was copied when the picture was taken.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from claims.signatures import signed_in
from x12.transactions.adjustments import Adjustment
from x12.transactions.claim_837p.model import (
    Address,
    LineAdjudication,
    OtherPayer,
    Party,
    PayerParty,
)

Snapshot = Mapping[str, Any]
_ALLOWED = (("G1", "authorization"), ("9F", "referral"))
RESPONSIBILITY = {1: "P", 2: "S", 3: "T"}


def other_payers(snapshot: Snapshot) -> tuple[OtherPayer, ...]:
    """One for each other payer, in the order of their ranks; snapshots before 0.2 name none."""
    return tuple(_other_payer(snapshot, one) for one in snapshot.get("other_payers", ()))


def line_adjudications(snapshot: Snapshot, line_number: int) -> tuple[LineAdjudication, ...]:
    """What the other payers decided on one line, in the order of their ranks."""
    return tuple(
        _adjudication(one["payer"]["payer_number"], line)
        for one in snapshot.get("other_payers", ())
        if one["decision"]
        for line in one["decision"]["lines"]
        if line["number"] == line_number
    )


def _other_payer(snapshot: Snapshot, one: Mapping[str, Any]) -> OtherPayer:
    coverage, decision = one["coverage"], one["decision"]
    signed = signed_in(snapshot)
    by_claim = decision is not None and not decision["by_line"]
    return OtherPayer(
        payer_responsibility=RESPONSIBILITY[coverage["rank"]],
        relationship_code=coverage["relationship_code"],
        claim_filing_code=coverage["claim_filing_code"],
        subscriber=_subscriber(snapshot, one),
        payer=PayerParty(one["payer"]["name"], one["payer"]["payer_number"], extra=_numbers(one)),
        group_number=coverage["group_number"],
        insurance_type_code=coverage["insurance_type_code"],
        benefits_assigned=signed.benefits_code,
        release_code=signed.release_code,
        patient_signature_code=signed.signed_by,
        adjustments=_adjustments(decision) if decision else (),
        paid_amount=Decimal(decision["paid_amount"]) if decision else None,
        remaining_amount=Decimal(decision["remaining_amount"]) if by_claim else None,
        # Passed over as known not to cover it: all of the charge, and no decision (C.2).
        non_covered_amount=(
            Decimal(snapshot["claim"]["charge_amount"]) if one["is_declined"] else None
        ),
        remark_codes=tuple(decision["remark_codes"]) if decision else (),
        reimbursement_rate=_told(decision, "reimbursement_rate"),
        payable_amount=_told(decision, "payable_amount"),
        adjudicated_on=date.fromisoformat(decision["adjudicated_on"]) if by_claim else None,
        payer_claim_number=decision["payer_claim_number"] if decision else "",
    )


def _told(decision: Mapping[str, Any] | None, key: str) -> Decimal | None:
    """MOA01 and MOA02; snapshots before 0.3 do not have them."""
    text = decision.get(key, "") if decision else ""
    return Decimal(text) if text else None


def _numbers(one: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """REF of 2330B: what that payer allowed, and that it decided anew."""
    numbers, decision = one.get("numbers", {}), one["decision"] or {}
    found = [("REF", mark, numbers[key]) for mark, key in _ALLOWED if numbers.get(key)]
    if decision.get("is_adjusted"):
        found.append(("REF", "T4", "Y"))
    return tuple(found)


def _subscriber(snapshot: Snapshot, one: Mapping[str, Any]) -> Party:
    subscriber = one["subscriber"]
    return Party(
        last_name=subscriber["last_name"],
        first_name=subscriber["first_name"],
        middle_name=subscriber["middle_name"],
        suffix=snapshot["patient"]["suffix"] if subscriber["is_patient"] else "",
        member_id=one["coverage"]["member_id"],
        address=_address(subscriber),
    )


def _address(subscriber: Mapping[str, Any]) -> Address | None:
    """Of a subscriber who is not the patient, whose address the claim has already."""
    if subscriber["is_patient"] or not (subscriber["address_line1"] and subscriber["city"]):
        return None
    return address_of(subscriber)


def address_of(place: Mapping[str, Any]) -> Address:
    """The address of a person or an office of the snapshot."""
    return Address(
        line1=place["address_line1"],
        line2=place["address_line2"],
        city=place["city"],
        state=place["state_code"],
        zip=place["zip_code"],
    )


def _adjudication(payer_number: str, line: Mapping[str, Any]) -> LineAdjudication:
    return LineAdjudication(
        payer_id=payer_number,
        paid_amount=Decimal(line["paid_amount"]),
        procedure_code=line["procedure_code"],
        units=Decimal(line["units"]),
        adjudicated_on=date.fromisoformat(line["adjudicated_on"]),
        modifiers=tuple(line["modifiers"]),
        bundled_line_number=line["bundled_line_number"],
        adjustments=_adjustments(line),
        remaining_amount=Decimal(line["remaining_amount"]),
    )


def _adjustments(decision: Mapping[str, Any]) -> tuple[Adjustment, ...]:
    """In the payer's own order within a group: a CAS holds one group code."""
    trios = sorted(decision["adjustments"], key=lambda trio: trio["group_code"])
    return tuple(
        Adjustment(
            trio["group_code"],
            trio["reason_code"],
            Decimal(trio["amount"]),
            Decimal(trio["quantity"]) if trio["quantity"] else None,
        )
        for trio in trios
    )
