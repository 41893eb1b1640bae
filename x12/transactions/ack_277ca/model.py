"""277CA as records: who answers, which batch, and each claim with its statuses."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from x12.transactions.ack_277ca import VERSION
from x12.transactions.adjustments import Kept

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
    message: str = ""


@dataclass(frozen=True, slots=True)
class AcknowledgedLine:
    """2220D: one service line, named only where it was the reason of a rejection."""

    procedure_code: str
    charge_amount: Decimal
    statuses: tuple[Status, ...] = ()
    modifiers: tuple[str, ...] = ()
    procedure_qualifier: str = "HC"
    units: Decimal | None = None
    line_control_number: str = ""
    service_date_from: dt.date | None = None
    service_date_to: dt.date | None = None


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
    lines: tuple[AcknowledgedLine, ...] = ()
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)

    @property
    def is_rejected(self) -> bool:
        """Whether any status rejects the claim; those of its lines count where it has none."""
        own = self.statuses or [status for line in self.lines for status in line.statuses]
        return any(status.action == REJECT for status in own)


@dataclass(frozen=True, slots=True)
class AcknowledgedProvider:
    """2000C: one billing provider of the batch and its claims; totals are 0 where not given."""

    name: str
    npi: str
    statuses: tuple[Status, ...] = ()
    claims: tuple[AcknowledgedClaim, ...] = ()
    accepted_count: int = 0
    rejected_count: int = 0
    accepted_amount: Decimal = Decimal(0)
    rejected_amount: Decimal = Decimal(0)
    trace: str = "0"
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)
    totals_at: int = field(default=0, compare=False)


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
    totals_at: int = field(default=0, compare=False)
    transaction_control_number: str = "0001"
    set_code: str = field(default="277", init=False)
    functional_code: str = field(default="HN", init=False)
    version: str = field(default=VERSION, init=False)

    @property
    def claims(self) -> tuple[AcknowledgedClaim, ...]:
        """Every claim of the transaction."""
        return tuple(claim for provider in self.providers for claim in provider.claims)
