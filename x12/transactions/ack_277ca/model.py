"""277CA as records: who answers, which batch, and each claim with its statuses."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from x12.transactions.ack_277ca import VERSION

PAYER, CLEARINGHOUSE = "PR", "AY"
ACCEPT, REJECT = "WQ", "U"


@dataclass(frozen=True, slots=True)
class Status:
    """One STC reason: category (A0 to A8), status code, entity; action WQ accepts, U rejects."""

    category_code: str
    status_code: str
    entity_code: str = ""
    date: dt.date | None = None
    action: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgedClaim:
    """2200D: one claim, found by its CLM01. `payer_claim_number` is REF 1K."""

    patient_control_number: str
    statuses: tuple[Status, ...]
    last_name: str = ""
    first_name: str = ""
    member_id: str = ""
    payer_claim_number: str = ""
    clearinghouse_number: str = ""
    service_date_from: dt.date | None = None
    service_date_to: dt.date | None = None

    @property
    def is_rejected(self) -> bool:
        """Whether any status rejects the claim."""
        return any(status.action == REJECT for status in self.statuses)


@dataclass(frozen=True, slots=True)
class AcknowledgedProvider:
    """2000C: one billing provider of the batch and its claims."""

    name: str
    npi: str
    statuses: tuple[Status, ...] = ()
    claims: tuple[AcknowledgedClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimAcknowledgement277:
    """One 277CA transaction. `batch_reference` is our BHT03; `source_entity` PR or AY."""

    reference: str
    created_at: dt.datetime
    source_name: str
    source_id: str
    source_entity: str
    receiver_name: str
    receiver_id: str
    batch_reference: str
    received_on: dt.date
    processed_on: dt.date
    batch_statuses: tuple[Status, ...] = ()
    providers: tuple[AcknowledgedProvider, ...] = ()
    accepted_count: int = 0
    rejected_count: int = 0
    accepted_amount: Decimal = Decimal(0)
    rejected_amount: Decimal = Decimal(0)
    source_trace: str = ""
    transaction_control_number: str = "0001"
    set_code: str = field(default="277", init=False)
    functional_code: str = field(default="HN", init=False)
    version: str = field(default=VERSION, init=False)

    @property
    def claims(self) -> tuple[AcknowledgedClaim, ...]:
        """Every claim of the transaction."""
        return tuple(claim for provider in self.providers for claim in provider.claims)
