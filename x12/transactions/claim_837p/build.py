"""837P records to segments, in the order of the guide (domain B.2 to B.4)."""

from itertools import count

from x12.transactions.claim_837p.build_claim import build_claim
from x12.transactions.claim_837p.build_parties import add_address, add_party, add_payer
from x12.transactions.claim_837p.model import (
    BillingProvider,
    ClaimBatch837P,
    PatientLoop,
    SubscriberLoop,
)
from x12.writer import SetWriter


def build(batch: ClaimBatch837P) -> SetWriter:
    """The segments between ST and SE."""
    out = SetWriter()
    at, sender = batch.created_at, batch.submitter
    out.add(
        "BHT", "0019", batch.purpose_code, batch.reference, at.date(), f"{at:%H%M}",
        batch.claim_or_encounter,
    )  # fmt: skip
    out.add("NM1", "41", "2", sender.name, "", "", "", "", "46", sender.identifier)
    out.add("PER", "IC", sender.contact_name, "TE", sender.phone)
    out.keep(sender.extra)
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
    out.keep(provider.extra, "CUR")
    entity = "1" if provider.first_name else "2"
    out.add(
        "NM1", "85", entity, provider.name, provider.first_name, provider.middle_name, "",
        provider.suffix, "XX" if provider.npi else "", provider.npi,
    )  # fmt: skip
    add_address(out, provider.address)
    out.add("REF", provider.tax_id_qualifier, provider.tax_id)
    out.keep(provider.extra, "REF")
    if provider.contact_name and provider.phone:
        out.add("PER", "IC", provider.contact_name, "TE", provider.phone)
    out.keep(provider.extra, "PER")
    if provider.pay_to:
        out.add("NM1", "87", entity)
        add_address(out, provider.pay_to)
    out.keep(provider.pay_to_plan)


def _subscriber(
    out: SetWriter, loop: SubscriberLoop, level: int, parent: int, levels: "count[int]"
) -> None:
    out.add("HL", level, parent, "22", "1" if loop.patients else "0")
    out.add(
        "SBR", loop.payer_responsibility, loop.relationship_code, loop.group_number,
        loop.group_name, loop.insurance_type_code, "", "", "", loop.claim_filing_code,
    )  # fmt: skip
    out.keep(loop.extra)
    add_party(out, "IL", loop.subscriber)
    add_payer(out, loop.payer)
    for claim in loop.claims:
        build_claim(out, claim)
    for patient in loop.patients:
        _patient(out, patient, next(levels), level)


def _patient(out: SetWriter, loop: PatientLoop, level: int, parent: int) -> None:
    out.add("HL", level, parent, "23", "0")
    rest = next((kept for kept in loop.extra if kept[0] == "PAT"), ("PAT", ""))
    out.add("PAT", loop.relationship_code, *rest[2:])
    add_party(out, "QC", loop.patient)
    for claim in loop.claims:
        build_claim(out, claim)
