"""837P records to segments, in the order of the guide (domain B.2 to B.4)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import count
from typing import Protocol

from x12.transactions.claim_837p.build_claim import build_claim
from x12.transactions.claim_837p.build_parties import add_address, add_party, add_payer
from x12.transactions.claim_837p.model import (
    BillingProvider,
    BillingProviderLoop,
    ClaimBatch837P,
    ClaimT,
    PatientLoop,
    Receiver,
    Submitter,
    SubscriberLoop,
)
from x12.writer import SetWriter


class BatchHead(Protocol):
    """What a batch of either guide says before its first level."""

    @property
    def reference(self) -> str:
        """BHT03."""

    @property
    def created_at(self) -> datetime:
        """BHT04 and 05."""

    @property
    def submitter(self) -> Submitter:
        """1000A."""

    @property
    def receiver(self) -> Receiver:
        """1000B."""

    @property
    def purpose_code(self) -> str:
        """BHT02."""

    @property
    def claim_or_encounter(self) -> str:
        """BHT06."""


BuildClaim = Callable[[SetWriter, ClaimT], None]


def build(batch: ClaimBatch837P) -> SetWriter:
    """The segments between ST and SE."""
    return build_batch(batch, batch.billing_providers, build_claim)


def build_batch(
    batch: BatchHead, loops: Iterable[BillingProviderLoop[ClaimT]], build: BuildClaim[ClaimT]
) -> SetWriter:
    """The segments of a batch of either guide; `build` appends one claim of it."""
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
    for loop in loops:
        billing_level = next(levels)
        out.add("HL", billing_level, "", "20", "1")
        _billing_provider(out, loop.provider)
        for subscriber in loop.subscribers:
            _subscriber(out, subscriber, (next(levels), billing_level), levels, build)
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
    out: SetWriter, loop: SubscriberLoop[ClaimT], place: tuple[int, int], levels: "count[int]",
    build: BuildClaim[ClaimT],
) -> None:  # fmt: skip
    level, parent = place
    out.add("HL", level, parent, "22", "1" if loop.patients else "0")
    out.add(
        "SBR", loop.payer_responsibility, loop.relationship_code, loop.group_number,
        loop.group_name, loop.insurance_type_code, "", "", "", loop.claim_filing_code,
    )  # fmt: skip
    out.keep(loop.extra)
    add_party(out, "IL", loop.subscriber)
    add_payer(out, loop.payer)
    for claim in loop.claims:
        build(out, claim)
    for patient in loop.patients:
        out.add("HL", next(levels), level, "23", "0")
        _patient(out, patient, build)


def _patient(out: SetWriter, loop: PatientLoop[ClaimT], build: BuildClaim[ClaimT]) -> None:
    rest = next((kept for kept in loop.extra if kept[0] == "PAT"), ("PAT", ""))
    out.add("PAT", loop.relationship_code, *rest[2:])
    add_party(out, "QC", loop.patient)
    for claim in loop.claims:
        build(out, claim)
