"""837P records to segments, in the order of the guide (domain B.2 to B.4)."""

from itertools import count

from x12.transactions.claim_837p.model import (
    Address,
    BillingProvider,
    Claim,
    ClaimBatch837P,
    PatientLoop,
    ServiceLine,
    SubscriberLoop,
)
from x12.writer import SetWriter


def build(batch: ClaimBatch837P) -> SetWriter:
    """The segments between ST and SE."""
    out = SetWriter()
    at = batch.created_at
    out.add("BHT", "0019", "00", batch.reference, at.date(), f"{at:%H%M}", "CH")
    out.add(
        "NM1", "41", "2", batch.submitter.name, "", "", "", "", "46", batch.submitter.identifier
    )
    out.add("PER", "IC", batch.submitter.contact_name, "TE", batch.submitter.phone)
    out.add("NM1", "40", "2", batch.receiver.name, "", "", "", "", "46", batch.receiver.identifier)
    levels = count(1)
    for loop in batch.billing_providers:
        billing_level = next(levels)
        out.add("HL", billing_level, "", "20", "1")
        _billing_provider(out, loop.provider)
        for subscriber in loop.subscribers:
            _subscriber(out, subscriber, next(levels), billing_level, levels)
    return out


def _billing_provider(out: SetWriter, provider: BillingProvider) -> None:
    out.add_if(provider.taxonomy_code, "PRV", "BI", "PXC", provider.taxonomy_code)
    entity = "1" if provider.first_name else "2"
    out.add("NM1", "85", entity, provider.name, provider.first_name, "", "", "", "XX", provider.npi)
    _address(out, provider.address)
    out.add("REF", provider.tax_id_qualifier, provider.tax_id)
    if provider.contact_name and provider.phone:
        out.add("PER", "IC", provider.contact_name, "TE", provider.phone)
    if provider.pay_to:
        out.add("NM1", "87", entity)
        _address(out, provider.pay_to)


def _subscriber(
    out: SetWriter, loop: SubscriberLoop, level: int, parent: int, levels: "count[int]"
) -> None:
    out.add("HL", level, parent, "22", "1" if loop.patients else "0")
    out.add(
        "SBR", loop.payer_responsibility, loop.relationship_code, loop.group_number,
        loop.group_name, loop.insurance_type_code, "", "", "", loop.claim_filing_code,
    )  # fmt: skip
    party = loop.subscriber
    out.add(
        "NM1", "IL", "1", party.last_name, party.first_name, party.middle_name, "", party.suffix,
        "MI", party.member_id,
    )  # fmt: skip
    if party.address:
        _address(out, party.address)
    if party.birth_date:
        out.add("DMG", "D8", party.birth_date, party.sex)
    out.add("NM1", "PR", "2", loop.payer.name, "", "", "", "", "PI", loop.payer.payer_id)
    if loop.payer.address:
        _address(out, loop.payer.address)
    for claim in loop.claims:
        _claim(out, claim)
    for patient in loop.patients:
        _patient(out, patient, next(levels), level)


def _patient(out: SetWriter, loop: PatientLoop, level: int, parent: int) -> None:
    out.add("HL", level, parent, "23", "0")
    out.add("PAT", loop.relationship_code)
    party = loop.patient
    out.add(
        "NM1", "QC", "1", party.last_name, party.first_name, party.middle_name, "", party.suffix
    )
    if party.address:
        _address(out, party.address)
    if party.birth_date:
        out.add("DMG", "D8", party.birth_date, party.sex)
    for claim in loop.claims:
        _claim(out, claim)


def _claim(out: SetWriter, claim: Claim) -> None:
    out.add(
        "CLM", claim.patient_control_number, claim.charge_amount, "", "",
        [claim.place_of_service_code, "B", claim.frequency_code], claim.provider_signature,
        claim.assignment_code, claim.benefits_assigned, claim.release_code,
        "", list(claim.related_causes),
    )  # fmt: skip
    if claim.patient_paid_amount:
        out.add("AMT", "F5", claim.patient_paid_amount)
    out.add_if(claim.referral_number, "REF", "9F", claim.referral_number)
    out.add_if(claim.prior_authorization_number, "REF", "G1", claim.prior_authorization_number)
    out.add_if(claim.payer_claim_number, "REF", "F8", claim.payer_claim_number)
    out.add_if(claim.clia_number, "REF", "X4", claim.clia_number)
    for elements in claim.extra:
        out.add(*elements)
    out.add_if(claim.note, "NTE", "ADD", claim.note[:80])
    out.add("HI", *([("ABF", "ABK")[n == 0], code] for n, code in enumerate(claim.diagnoses)))
    _roles(out, claim)
    for line in claim.lines:
        _line(out, line)


def _roles(out: SetWriter, claim: Claim) -> None:
    for role, provider in (("DN", claim.referring), ("82", claim.rendering)):
        if provider is None:
            continue
        entity = "1" if provider.first_name else "2"
        out.add(
            "NM1", role, entity, provider.last_name, provider.first_name, provider.middle_name,
            "", "", "XX", provider.npi,
        )  # fmt: skip
        if role == "82" and provider.taxonomy_code:
            out.add("PRV", "PE", "PXC", provider.taxonomy_code)
    if claim.facility:
        facility = claim.facility
        qualifier = "XX" if facility.npi else ""
        out.add("NM1", "77", "2", facility.name, "", "", "", "", qualifier, facility.npi)
        _address(out, facility.address)


def _line(out: SetWriter, line: ServiceLine) -> None:
    modifiers = [*line.modifiers, "", "", "", ""][:4]
    out.add("LX", line.line_number)
    out.add(
        "SV1",
        [line.procedure_qualifier, line.procedure_code, *modifiers, line.description],
        line.charge_amount, line.unit_code, line.units, line.place_of_service_code, "",
        list(line.pointers),
    )  # fmt: skip
    last = line.service_date_to or line.service_date_from
    if last == line.service_date_from:
        out.add("DTP", "472", "D8", line.service_date_from)
    else:
        out.add("DTP", "472", "RD8", f"{line.service_date_from:%Y%m%d}-{last:%Y%m%d}")
    out.add_if(line.line_control_number, "REF", "6R", line.line_control_number)
    if line.ndc:
        out.add("LIN", "", "N4", line.ndc.code)
        out.add("CTP", "", "", "", line.ndc.quantity, line.ndc.unit_code)
    if line.rendering:
        who = line.rendering
        out.add("NM1", "82", "1", who.last_name, who.first_name, "", "", "", "XX", who.npi)
        out.add_if(who.taxonomy_code, "PRV", "PE", "PXC", who.taxonomy_code)


def _address(out: SetWriter, address: Address) -> None:
    out.add("N3", address.line1, address.line2)
    out.add("N4", address.city, address.state, address.zip)
