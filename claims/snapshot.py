"""The frozen picture of a claim: everything the 837 needs, as plain JSON with text amounts."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from claims.claim_facts import (
    MoreFacts,
    claim_keys,
    line_keys,
    rendering_of,
    rendering_of_claim,
    row_of,
    subscriber_address,
)
from claims.signatures import on_file
from coding.models import CaseDiagnosis, ChargeLine
from patients.models import BillingProvider, Coverage, Encounter, Provider, ServiceFacility
from patients.payer_order import insurance_type, insured_of

# 2 has case, claim_data, authorizations and further roles (claims/claim_facts.py); 3 has what is
# signed (claims/signatures.py).
SCHEMA = 3
SELF = "18"
NO_MORE = MoreFacts()
HOME = "12"  # place of service: no facility is named for the patient's own home (domain B.4, 32)


@dataclass(frozen=True, slots=True)
class OtherCoverage:
    """Another payer of the claim: its id on the route, and what it decided (claims/cob), if it did;
    or that somebody decided not to bill it. `numbers` are those of its authorization and referral.
    """

    coverage: Coverage
    payer_number: str
    decision: dict[str, Any] | None = None
    is_declined: bool = False
    numbers: Mapping[str, str] = field(default_factory=dict)


def build_snapshot(
    *,
    control_number: str,
    encounter: Encounter,
    coverage: Coverage,
    lines: Sequence[ChargeLine],
    diagnoses: Sequence[CaseDiagnosis],
    payer_number: str,
    frequency_code: str = "1",
    original_reference_number: str = "",
    facts: MoreFacts = NO_MORE,
    others: Sequence[OtherCoverage] = (),
) -> dict[str, Any]:
    """What one payer is told about `lines`, copied so that later changes cannot reach it."""
    place = encounter.place_of_service_code or encounter.facility.place_of_service_code
    gave_most = rendering_of_claim(encounter, lines, facts)
    referring = encounter.referring_provider
    return {
        "schema": SCHEMA,
        "claim": {
            "control_number": control_number,
            "frequency_code": frequency_code,
            "original_reference_number": original_reference_number,
            "place_of_service_code": place,
            "service_date_from": _day(min(line.service_date_from for line in lines)),
            "service_date_to": _day(max(line.service_date_to for line in lines)),
            "charge_amount": str(sum(line.charge_amount for line in lines)),
            "patient_paid_amount": paid_by_patient(facts),
        },
        "submitter": _submitter(encounter),
        "billing_provider": _billing(encounter.billing_provider),
        "facility": _facility(encounter.facility, encounter.billing_provider, place),
        "rendering_provider": _provider(gave_most),
        "referring_provider": _provider(referring) if referring else None,
        "patient": _patient(encounter),
        "signatures": on_file(encounter.patient),
        "subscriber": _subscriber(coverage, encounter),
        "coverage": _coverage(coverage) | _order(coverage, others, encounter),
        "payer": {**_payer(coverage), "payer_number": payer_number},
        "diagnoses": [{"code": d.code, "title": d.title} for d in diagnoses],
        **claim_keys(encounter, facts),
        "lines": [
            line | line_keys(row, facts, rendering_of(encounter, row, facts), gave_most)
            for line, row in zip(_lines(lines, diagnoses, place), lines, strict=True)
        ],
        "other_payers": [
            _other_payer(other, coverage, others, encounter)
            for other in sorted(others, key=lambda one: one.coverage.place)
        ],
    }


def snapshot_hash(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON: equal pictures have equal hashes."""
    text = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def paid_by_patient(facts: MoreFacts) -> str:
    """AMT*F5: what somebody entered that the patient paid for this claim."""
    return str(row_of({"claim_data": facts.claim_data}, "payment").get("patient", "0.00"))


def _lines(
    lines: Sequence[ChargeLine],
    diagnoses: Sequence[CaseDiagnosis],
    place: str,
) -> list[dict[str, Any]]:
    letter = {diagnosis.pk: number for number, diagnosis in enumerate(diagnoses, 1)}
    return [
        {
            "number": number,
            "control_number": line.control_number,
            "procedure_code": line.procedure_code,
            "modifiers": list(line.modifiers),
            "description": line.description,
            "units": _plain(line.units),
            "unit_code": line.unit_code,
            "charge_amount": str(line.charge_amount),
            # 0 stands for a pointer to a diagnosis that is no longer there: the scrub names it.
            "pointers": [letter.get(pk, 0) for pk in line.pointers],
            "place_of_service_code": line.place_of_service_code or place,
            "service_date_from": _day(line.service_date_from),
            "service_date_to": _day(line.service_date_to),
            "ndc_code": line.ndc_code,
            "ndc_quantity": _plain(line.ndc_quantity) if line.ndc_quantity else "",
            "ndc_unit_code": line.ndc_unit_code,
        }
        for number, line in enumerate(lines, 1)
    ]


def _submitter(encounter: Encounter) -> dict[str, str]:
    practice = encounter.practice
    return {"name": practice.name, "phone": practice.phone or encounter.billing_provider.phone}


def _billing(provider: BillingProvider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "npi": provider.npi,
        "tax_id": provider.tax_id,
        "tax_id_qualifier": provider.tax_id_qualifier,
        "taxonomy_code": provider.taxonomy_code,
        "phone": provider.phone,
        **_address(provider),
        "pay_to": (
            {
                "address_line1": provider.pay_to_line1,
                "address_line2": "",
                "city": provider.pay_to_city,
                "state_code": provider.pay_to_state_code,
                "zip_code": provider.pay_to_zip_code,
            }
            if provider.pay_to_line1
            else None
        ),
    }


def _facility(facility: ServiceFacility, billing: BillingProvider, place: str) -> dict[str, Any]:
    same_place = facility.npi in {"", billing.npi} and _address(facility) == _address(billing)
    return {
        "name": facility.name,
        "npi": facility.npi,
        "clia_number": facility.clia_number,
        **_address(facility),
        "is_separate": not same_place and place != HOME,
    }


def _provider(provider: Provider) -> dict[str, Any]:
    return {
        "first_name": provider.first_name,
        "last_name": provider.last_name,
        "npi": provider.npi,
        "taxonomy_code": provider.taxonomy_code,
    }


def _patient(encounter: Encounter) -> dict[str, Any]:
    patient = encounter.patient
    return {
        "first_name": patient.first_name,
        "middle_name": patient.middle_name,
        "last_name": patient.last_name,
        "suffix": patient.suffix,
        "birth_date": _day(patient.birth_date),
        "sex": patient.sex,
        "deceased_on": _day(patient.deceased_on),
        "phone": patient.phone,
        **_address(patient),
    }


def _subscriber(coverage: Coverage, encounter: Encounter) -> dict[str, Any]:
    if coverage.relationship_code == SELF:
        patient = encounter.patient
        return {
            "is_patient": True,
            "first_name": patient.first_name,
            "middle_name": patient.middle_name,
            "last_name": patient.last_name,
            "birth_date": _day(patient.birth_date),
            "sex": patient.sex,
            **_address(patient),
        }
    return {
        "is_patient": False,
        "first_name": coverage.subscriber_first_name,
        "middle_name": coverage.subscriber_middle_name,
        "last_name": coverage.subscriber_last_name,
        "birth_date": _day(coverage.subscriber_birth_date),
        "sex": coverage.subscriber_sex,
        **subscriber_address(coverage),
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "rank": coverage.place,
        "member_id": coverage.member_id,
        "group_number": coverage.group_number,
        "relationship_code": coverage.relationship_code,
        "claim_filing_code": coverage.plan.claim_filing_code,
        "plan_name": coverage.plan.name,
        "effective_from": _day(coverage.effective_from),
        "effective_to": _day(coverage.effective_to),
    }


def _payer(coverage: Coverage) -> dict[str, Any]:
    payer = coverage.plan.payer
    return {"name": payer.name, **_address(payer)}


def _order(
    coverage: Coverage, others: Sequence[OtherCoverage], encounter: Encounter
) -> dict[str, Any]:
    """What decides the order of payers, and why Medicare comes second (SBR05, domain C.5)."""
    own = insured_of(coverage)
    before = [insured_of(one.coverage) for one in others if one.coverage.place < coverage.place]
    day = encounter.service_date_from
    is_second = own.is_medicare and any(not one.is_medicaid for one in before)
    age = encounter.patient.age_on(day)
    return {
        "is_medicaid": own.is_medicaid,
        "employment_code": own.employment_code,
        "employee_count": own.employee_count,
        "entitlement_code": own.entitlement_code,
        "kidney_from": _day(own.kidney_from),
        "chosen_type_code": own.insurance_type_code,
        "insurance_type_code": insurance_type(own, before, age=age, on=day) if is_second else "",
    }


def _other_payer(
    other: OtherCoverage, billed: Coverage, others: Sequence[OtherCoverage], encounter: Encounter
) -> dict[str, Any]:
    """One of loop 2320: named whether or not it has decided (domain C.2)."""
    rest = [one for one in others if one is not other]
    rest.append(OtherCoverage(billed, ""))
    return {
        "coverage": _coverage(other.coverage) | _order(other.coverage, rest, encounter),
        "subscriber": _subscriber(other.coverage, encounter),
        "payer": {**_payer(other.coverage), "payer_number": other.payer_number},
        "decision": other.decision,
        "is_declined": other.is_declined,
        **({"numbers": dict(other.numbers)} if other.numbers else {}),
    }


def _address(place: Any) -> dict[str, str]:
    return {
        "address_line1": place.address_line1,
        "address_line2": getattr(place, "address_line2", ""),  # payers have one line
        "city": place.city,
        "state_code": place.state_code,
        "zip_code": place.zip_code,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _plain(number: Any) -> str:
    """A quantity as an 837 writes it: no trailing zeros, never an exponent."""
    return f"{number.normalize():f}"
