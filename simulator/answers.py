"""The answers as X12: TA1, 999, 277CA and 835, each in an interchange of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import x12
from simulator.calendar import local
from simulator.claims import ReceivedClaim
from simulator.config import Config
from simulator.judge import Verdict
from simulator.money import ZERO
from simulator.payer import PayerConfig
from x12.transactions.ack_277ca.model import (
    ACCEPT,
    CLEARINGHOUSE,
    PAYER,
    REJECT,
    AcknowledgedClaim,
    AcknowledgedProvider,
    ClaimAcknowledgement277,
    Status,
)
from x12.transactions.ack_ta1 import InterchangeAcknowledgement
from x12.transactions.remittance_835.model import (
    PartyIdentity,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
)


@dataclass(frozen=True, slots=True)
class Address:
    """The practice that is answered, by which door, and whether in earnest (P) or as a test (T)."""

    sender_id: str
    route: str
    usage: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Who writes to whom, when, and under which number."""

    config: Config
    address: Address
    moment: datetime
    control_number: int

    @property
    def at(self) -> datetime:
        """The moment on the wall clock of who writes."""
        return local(self.config, self.moment)

    def envelope(self) -> x12.Envelope:
        """ISA and GS. No TA1 is asked for an answer."""
        return x12.Envelope(
            sender_id=self.config.clearinghouse_id,
            receiver_id=self.address.sender_id,
            created_at=self.at,
            interchange_control_number=self.control_number,
            group_control_number=self.control_number,
            usage=self.address.usage,
            acknowledgement_requested=False,
        )

    def write(self, record: object) -> bytes:
        """`record` in its interchange."""
        return x12.write_interchange(self.envelope(), [record])

    def write_ta1(self, acknowledgement: InterchangeAcknowledgement) -> bytes:
        """A TA1 has no group around it."""
        return x12.write_interchange(self.envelope(), [], [acknowledgement])


@dataclass(frozen=True, slots=True)
class Answered:
    """One claim and what is said about it. `payer_claim_number` only where the payer took it."""

    claim: ReceivedClaim
    verdict: Verdict
    payer_claim_number: str = ""


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What a 277CA repeats of the batch it answers."""

    batch_reference: str
    submitter_name: str
    submitter_id: str
    received_on: date


def acknowledgement_277(
    letter: Letter, batch: BatchFacts, answered: Sequence[Answered], payer: PayerConfig | None
) -> ClaimAcknowledgement277:
    """The 277CA of the clearinghouse, or of `payer`, over the claims of one batch."""
    config, on = letter.config, letter.at.date()
    good = [one for one in answered if not one.verdict.is_rejection]
    bad = [one for one in answered if one.verdict.is_rejection]
    total = _total(answered)
    entity = PAYER if payer else CLEARINGHOUSE
    return ClaimAcknowledgement277(
        reference=f"{batch.batch_reference[:30]}A{letter.control_number}",
        created_at=letter.at,
        source_name=payer.name if payer else config.clearinghouse_name,
        source_id=payer.payer_id if payer else config.clearinghouse_id,
        source_entity=entity,
        receiver_name=batch.submitter_name,
        receiver_id=batch.submitter_id,
        batch_reference=batch.batch_reference,
        received_on=batch.received_on,
        processed_on=on,
        batch_statuses=(Status("A1", "19", entity, on, ACCEPT, total),),
        providers=tuple(_providers(answered, on)),
        accepted_count=len(good),
        rejected_count=len(bad),
        accepted_amount=_total(good),
        rejected_amount=_total(bad),
    )


def _providers(answered: Sequence[Answered], on: date) -> Iterable[AcknowledgedProvider]:
    by_npi: dict[str, list[Answered]] = {}
    for one in answered:
        by_npi.setdefault(one.claim.billing_npi, []).append(one)
    for npi, members in by_npi.items():
        claims = tuple(_acknowledged(one, on) for one in members)
        status = Status("A1", "19", "PR", None, ACCEPT, _total(members))
        yield AcknowledgedProvider(members[0].claim.billing_name, npi, (status,), claims)


def _acknowledged(one: Answered, on: date) -> AcknowledgedClaim:
    claim, verdict = one.claim, one.verdict
    action = REJECT if verdict.is_rejection else ACCEPT
    return AcknowledgedClaim(
        patient_control_number=claim.number,
        statuses=(
            Status(
                verdict.category_code,
                verdict.status_code,
                verdict.entity_code,
                on,
                action,
                claim.charge_amount,
            ),
        ),
        last_name=claim.patient_last_name,
        first_name=claim.patient_first_name,
        member_id=claim.member_id,
        payer_claim_number=one.payer_claim_number,
        service_date_from=claim.first_day,
        service_date_to=claim.last_day,
    )


def _total(answered: Iterable[Answered]) -> Decimal:
    return sum((one.claim.charge_amount for one in answered), ZERO)


def remittance(
    payer: PayerConfig,
    payee: PartyIdentity,
    claims: Sequence[RemittanceClaim],
    adjustments: Sequence[ProviderAdjustment],
    *,
    trace_number: str,
    paid_on: date,
) -> Remittance:
    """One 835: the payment is what the claims come to, less what is held (BAL-T)."""
    amount = sum((claim.paid_amount for claim in claims), ZERO)
    amount -= sum((one.amount for one in adjustments), ZERO)
    return Remittance(
        payment_amount=amount,
        method_code="ACH" if amount else "NON",
        handling_code="I" if amount else "H",
        paid_on=paid_on,
        production_on=paid_on,
        trace_number=trace_number,
        payer_identifier=f"1{payer.tax_id}",
        payer=PartyIdentity(
            name=payer.name,
            line1=payer.line1,
            city=payer.city,
            state=payer.state,
            zip=payer.zip,
            contact_name="EDI HELP",
            phone=payer.phone,
        ),
        payee=payee,
        claims=tuple(claims),
        provider_adjustments=tuple(adjustments),
    )
