"""A claim as the simulator keeps it: flat, whole, and free of the file it came in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from simulator.coordination import NOTHING, Earlier, earlier_by_line
from simulator.money import ZERO
from x12.transactions.claim_837p.model import (
    BillingProvider,
    BillingProviderLoop,
    Claim,
    ClaimBatch837P,
    Party,
    PatientLoop,
    ServiceLine,
    SubscriberLoop,
)
from x12.values import to_text

PRIMARY = "P"


@dataclass(frozen=True, slots=True)
class Line:
    """One service line, with what the payers before paid, and the last of them allowed and left
    to the patient.
    """

    number: int
    procedure_code: str
    modifiers: tuple[str, ...]
    charge_amount: Decimal
    units: Decimal
    service_date_from: date
    service_date_to: date | None
    control_number: str
    earlier_paid_amount: Decimal | None = None
    earlier_patient_amount: Decimal = ZERO
    earlier_allowed_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OtherCoverage:
    """Loops 2320 and 2330: another payer of the claim, its rank, and the member there."""

    payer_id: str
    payer_rank: str
    claim_filing_code: str
    member_id: str


@dataclass(frozen=True, slots=True)
class ReceivedClaim:
    """One claim of an 837P with everything that answering it takes."""

    number: str
    frequency_code: str
    charge_amount: Decimal
    payer_id: str
    payer_name: str
    payer_rank: str
    claim_filing_code: str
    member_id: str
    patient_last_name: str
    patient_first_name: str
    place_of_service_code: str
    billing_name: str
    billing_npi: str
    billing_tax_id: str
    rendering_npi: str
    earlier_claim_number: str
    lines: tuple[Line, ...]
    authorization_number: str = ""
    others: tuple[OtherCoverage, ...] = ()

    @property
    def is_primary(self) -> bool:
        """Whether no other payer comes before this one."""
        return self.payer_rank == PRIMARY

    @property
    def first_day(self) -> date | None:
        """The first day of service; None for a claim without lines."""
        return min((line.service_date_from for line in self.lines), default=None)

    @property
    def last_day(self) -> date | None:
        """The last day of service; None for a claim without lines."""
        days = (line.service_date_to or line.service_date_from for line in self.lines)
        return max(days, default=None)


def single_batches(batch: ClaimBatch837P) -> Iterator[ClaimBatch837P]:
    """`batch` cut into batches of one claim each, so that a fault can be laid to one claim."""
    for loop in batch.billing_providers:
        for subscriber in loop.subscribers:
            for claim in subscriber.claims:
                yield _around(batch, loop, replace(subscriber, claims=(claim,), patients=()))
            for patient in subscriber.patients:
                for claim in patient.claims:
                    alone = replace(patient, claims=(claim,))
                    yield _around(batch, loop, replace(subscriber, claims=(), patients=(alone,)))


def _around(
    batch: ClaimBatch837P, loop: BillingProviderLoop, subscriber: SubscriberLoop
) -> ClaimBatch837P:
    return replace(batch, billing_providers=(replace(loop, subscribers=(subscriber,)),))


def received_claim(single: ClaimBatch837P) -> ReceivedClaim:
    """The claim of a batch that has one."""
    provider: BillingProvider = single.billing_providers[0].provider
    subscriber = single.billing_providers[0].subscribers[0]
    patient: PatientLoop | None = subscriber.patients[0] if subscriber.patients else None
    claim: Claim = patient.claims[0] if patient else subscriber.claims[0]
    person: Party = patient.patient if patient else subscriber.subscriber
    earlier = earlier_by_line(claim)
    return ReceivedClaim(
        number=claim.patient_control_number,
        frequency_code=claim.frequency_code,
        charge_amount=claim.charge_amount,
        payer_id=subscriber.payer.payer_id,
        payer_name=_plain(subscriber.payer.name),
        payer_rank=subscriber.payer_responsibility,
        claim_filing_code=subscriber.claim_filing_code,
        member_id=subscriber.subscriber.member_id,
        patient_last_name=_plain(person.last_name),
        patient_first_name=_plain(person.first_name),
        place_of_service_code=claim.place_of_service_code,
        billing_name=_plain(provider.name),
        billing_npi=provider.npi,
        billing_tax_id=provider.tax_id,
        rendering_npi=claim.rendering.npi if claim.rendering else "",
        earlier_claim_number=claim.payer_claim_number,
        lines=tuple(_line(line, earlier.get(line.line_number)) for line in claim.lines),
        authorization_number=claim.prior_authorization_number,
        others=tuple(
            OtherCoverage(
                one.payer.payer_id,
                one.payer_responsibility,
                one.claim_filing_code,
                one.subscriber.member_id,
            )
            for one in claim.other_payers
        ),
    )


def _plain(name: str) -> str:
    """A name that can be written again, whatever characters it came with."""
    return to_text(name)[0]


def _line(line: ServiceLine, earlier: Earlier | None) -> Line:
    told = earlier or NOTHING
    return Line(
        number=line.line_number,
        procedure_code=line.procedure_code,
        modifiers=line.modifiers,
        charge_amount=line.charge_amount,
        units=line.units,
        service_date_from=line.service_date_from,
        service_date_to=line.service_date_to,
        control_number=line.line_control_number,
        earlier_paid_amount=told.paid_amount if earlier else None,
        earlier_patient_amount=told.patient_amount,
        earlier_allowed_amount=told.allowed_amount,
    )
