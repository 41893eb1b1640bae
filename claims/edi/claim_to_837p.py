"""Snapshots to 837P records: the frozen picture in the shape that x12 writes (domain B.3, B.4)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from claims.claim_facts import case_in, clia_of, number_of, row_of
from claims.edi.cob_to_837p import (
    RESPONSIBILITY,
    address_of,
    line_adjudications,
    other_payers,
)
from claims.edi.situational import (
    claim_roles,
    claim_segments,
    patient_segment,
    payer_numbers,
    property_casualty,
    provider_numbers,
)
from claims.edi.situational_line import drug_numbers, line_roles, line_segments
from claims.signatures import signed_in
from x12.transactions.claim_837p.model import (
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
    Submitter,
    SubscriberLoop,
)

Snapshot = Mapping[str, Any]
_SELF = "18"
_CONTACT = "BILLING OFFICE"
_ASSIGNED = "A"
_PAYERS_NUMBER = "G2"
_OF_BILLING = ("npi", "tax_id", "tax_id_qualifier", "taxonomy_code", "name")
_OF_PLACE = ("address_line1", "address_line2", "city", "state_code", "zip_code")


def batch_record(
    snapshots: Sequence[Snapshot],
    *,
    reference: str,
    set_control_number: str,
    created_at: datetime,
    sender_id: str,
    receiver_id: str,
    receiver_name: str,
    told: Callable[[], None] | None = None,
) -> ClaimBatch837P:
    """One transaction over `snapshots` by billing provider; the first one's submitter sends.

    `told` is called after each claim.
    """
    submitter = snapshots[0]["submitter"]
    return ClaimBatch837P(
        reference=reference,
        created_at=created_at,
        submitter=Submitter(submitter["name"], sender_id, _CONTACT, submitter["phone"]),
        receiver=Receiver(receiver_name, receiver_id),
        billing_providers=tuple(_billing_loops(snapshots, told)),
        transaction_control_number=set_control_number,
    )


def _billing_loops(
    snapshots: Iterable[Snapshot], told: Callable[[], None] | None
) -> Iterable[BillingProviderLoop]:
    def identity(snapshot: Snapshot) -> tuple[str, ...]:
        """All that the loop says: a provider moves, and both addresses are right for a while."""
        provider = snapshot["billing_provider"]
        facts = (provider[key] for key in _OF_BILLING)
        places = (provider, provider["pay_to"] or dict.fromkeys(_OF_PLACE, ""))
        return (*facts, *(place[key] for place in places for key in _OF_PLACE))

    for _, group in groupby(sorted(snapshots, key=identity), key=identity):
        members = list(group)
        yield BillingProviderLoop(
            _billing_provider(members[0]["billing_provider"]),
            tuple(_subscribers(members, told)),
        )


def _subscribers(
    snapshots: Iterable[Snapshot], told: Callable[[], None] | None
) -> Iterable[SubscriberLoop]:
    for snapshot in snapshots:
        yield _subscriber_loop(snapshot)
        if told is not None:
            told()


def _billing_provider(provider: Mapping[str, Any]) -> BillingProvider:
    pay_to = provider["pay_to"]
    return BillingProvider(
        name=provider["name"],
        npi=provider["npi"],
        tax_id=provider["tax_id"],
        tax_id_qualifier=provider["tax_id_qualifier"],
        taxonomy_code=provider["taxonomy_code"],
        address=address_of(provider),
        pay_to=address_of(pay_to) if pay_to else None,
    )


def _subscriber_loop(snapshot: Snapshot) -> SubscriberLoop:
    """2000B with its claim; 2000C below it where the patient is not the subscriber (B.3)."""
    coverage, subscriber = snapshot["coverage"], snapshot["subscriber"]
    claim = _claim(snapshot)
    is_patient = subscriber["is_patient"]
    party = Party(
        last_name=subscriber["last_name"],
        first_name=subscriber["first_name"],
        middle_name=subscriber["middle_name"],
        suffix=snapshot["patient"]["suffix"] if is_patient else "",
        member_id=coverage["member_id"],
        extra=property_casualty(snapshot) if is_patient else (),
        **(_particulars(snapshot["patient"]) if is_patient else {}),
    )
    return SubscriberLoop(
        payer_responsibility=RESPONSIBILITY[coverage["rank"]],
        claim_filing_code=coverage["claim_filing_code"],
        subscriber=party,
        payer=PayerParty(
            snapshot["payer"]["name"],
            snapshot["payer"]["payer_number"],
            # 2010BB: the number that the payer gave to who is paid.
            extra=_with_payers_number(payer_numbers(snapshot), snapshot["billing_provider"]),
        ),
        relationship_code=_SELF if is_patient else "",
        group_number=coverage["group_number"],
        insurance_type_code=coverage.get("insurance_type_code", ""),
        claims=(claim,) if is_patient else (),
        patients=() if is_patient else (_patient_loop(snapshot, claim),),
        extra=patient_segment(snapshot) if is_patient else (),
    )


def _patient_loop(snapshot: Snapshot, claim: Claim) -> PatientLoop:
    patient = snapshot["patient"]
    return PatientLoop(
        relationship_code=snapshot["coverage"]["relationship_code"],
        patient=Party(
            last_name=patient["last_name"],
            first_name=patient["first_name"],
            middle_name=patient["middle_name"],
            suffix=patient["suffix"],
            extra=property_casualty(snapshot),
            **_particulars(patient),
        ),
        claims=(claim,),
        extra=patient_segment(snapshot),
    )


def _particulars(patient: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "address": address_of(patient),
        "birth_date": _day(patient["birth_date"]),
        "sex": patient["sex"],
    }


def _signatures(snapshot: Snapshot) -> dict[str, Any]:
    """CLM06 to CLM10, CLM12 and CLM20: signed, assigned, released, and why it is late."""
    told, claim = row_of(snapshot, "signatures"), snapshot["claim"]
    signed = signed_in(snapshot)
    return {
        "provider_signature": told.get("provider", "Y"),
        "assignment_code": told.get("assignment") or claim.get("assignment_code", _ASSIGNED),
        "benefits_assigned": signed.benefits_code,
        "release_code": signed.release_code,
        "patient_signature_code": signed.signed_by,
        "special_program_code": told.get("program", ""),
        "delay_reason_code": told.get("delay", ""),
    }


def _claim(snapshot: Snapshot) -> Claim:
    claim, facility = snapshot["claim"], snapshot["facility"]
    case = case_in(snapshot)
    note = row_of(snapshot, "notes")
    referring = snapshot["referring_provider"]
    paid = Decimal(claim["patient_paid_amount"])
    return Claim(
        patient_control_number=claim["control_number"],
        charge_amount=Decimal(claim["charge_amount"]),
        place_of_service_code=claim["place_of_service_code"],
        diagnoses=tuple(diagnosis["code"] for diagnosis in snapshot["diagnoses"]),
        lines=tuple(
            replace(
                _line(line, snapshot),
                adjudications=line_adjudications(snapshot, line["number"]),
            )
            for line in snapshot["lines"]
        ),
        other_payers=other_payers(snapshot),
        frequency_code=claim["frequency_code"],
        payer_claim_number=claim["original_reference_number"],
        clia_number=clia_of(snapshot),
        prior_authorization_number=number_of(snapshot, "authorization"),
        referral_number=number_of(snapshot, "referral"),
        patient_paid_amount=paid or None,
        **_signatures(snapshot),
        related_causes=tuple(case.get("causes", ())),
        accident_state=case.get("accident_state", ""),
        note=note.get("text", ""),
        note_code=note.get("code", "ADD"),
        rendering=_provider(
            snapshot["rendering_provider"], provider_numbers(snapshot, "rendering")
        ),
        referring=(
            _provider(referring, provider_numbers(snapshot, "referring")) if referring else None
        ),
        extra=claim_segments(snapshot),
        extra_roles=claim_roles(snapshot),
        facility=(
            FacilityParty(
                facility["name"],
                address_of(facility),
                facility["npi"],
                provider_numbers(snapshot, "facility"),
            )
            if facility["is_separate"]
            else None
        ),
    )


def _line(line: Mapping[str, Any], snapshot: Snapshot) -> ServiceLine:
    place, claim_place = line["place_of_service_code"], snapshot["claim"]["place_of_service_code"]
    marks, rendering = row_of(line, "marks"), line.get("rendering_provider")
    last = _day(line["service_date_to"])
    return ServiceLine(
        line_number=line["number"],
        procedure_code=line["procedure_code"],
        charge_amount=Decimal(line["charge_amount"]),
        units=Decimal(line["units"]),
        pointers=tuple(line["pointers"]),
        service_date_from=date.fromisoformat(line["service_date_from"]),
        line_control_number=line["control_number"],
        modifiers=tuple(line["modifiers"]),
        service_date_to=last,
        unit_code=line["unit_code"],
        place_of_service_code=place if place != claim_place else "",
        ndc=(
            Ndc(
                line["ndc_code"],
                Decimal(line["ndc_quantity"]),
                line["ndc_unit_code"],
                drug_numbers(line),
            )
            if line["ndc_code"] and line["ndc_quantity"]
            else None
        ),
        description=marks.get("description", ""),
        emergency_code=marks.get("emergency", ""),
        epsdt_code=marks.get("epsdt", ""),
        family_planning_code=marks.get("family_planning", ""),
        copay_status_code="0" if marks.get("no_copay") else "",
        rendering=(
            _provider(rendering, provider_numbers(line, "rendering")) if rendering else None
        ),
        extra=line_segments(line),
        extra_roles=line_roles(line, snapshot.get("ordering_provider")),
    )


def _provider(
    provider: Mapping[str, Any], numbers: tuple[tuple[str, ...], ...] = ()
) -> ProviderParty:
    return ProviderParty(
        last_name=provider["last_name"],
        first_name=provider["first_name"],
        npi=provider["npi"],
        taxonomy_code=provider["taxonomy_code"],
        extra=_with_payers_number(numbers, provider),
    )


def _with_payers_number(
    numbers: tuple[tuple[str, ...], ...], provider: Mapping[str, Any]
) -> tuple[tuple[str, ...], ...]:
    """REF G2, where the payer wants its own number of a provider (enrolment); what was entered for
    this very claim comes before it.
    """
    number = provider.get("payer_provider_number", "")
    if not number or any(row[1] == _PAYERS_NUMBER for row in numbers):
        return numbers
    return (*numbers, ("REF", _PAYERS_NUMBER, number))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
