"""What the rest of claims knows of a received file: plain records without X12 in them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a file, and where (segments are counted from 1 in the file)."""

    code: str
    message: str
    segment: int = 0

    def as_json(self) -> dict[str, str | int]:
        """For the `faults` column."""
        return {"code": self.code, "message": self.message, "segment": self.segment}


@dataclass(frozen=True, slots=True)
class InterchangeAnswer:
    """A TA1: what they say about one of our interchanges."""

    interchange_control_number: str
    verdict: str
    note_code: str


@dataclass(frozen=True, slots=True)
class SetError:
    """One IK3/IK4 of a 999: which segment and element of our set, and what is wrong with it."""

    segment: str
    position: int
    loop: str = ""
    element: int = 0
    code: str = ""
    claim_number: str = ""


@dataclass(frozen=True, slots=True)
class SetAnswer:
    """A 999's word on one of our sets; `codes` are IK502 to IK506, about the set as a whole."""

    set_control_number: str
    verdict: str
    errors: tuple[SetError, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """A 999: what they say about one of our groups; `codes` are AK905 to AK909."""

    group_control_number: str
    verdict: str
    sets: tuple[SetAnswer, ...]
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """One STC composite: category, status and entity codes."""

    category: str
    status: str = ""
    entity: str = ""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """A 277CA's word on one service line, named only where it was the reason of a rejection."""

    control_number: str
    procedure_code: str
    statuses: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """A 277CA's word on one claim; where it has none of its own, its lines speak for it."""

    control_number: str
    statuses: tuple[Status, ...]
    payer_claim_number: str = ""
    effective_on: date | None = None
    lines: tuple[LineAnswer, ...] = ()

    @property
    def reasons(self) -> tuple[Status, ...]:
        """What was said about the claim, then about its lines; each once."""
        said = [*self.statuses, *(status for line in self.lines for status in line.statuses)]
        return tuple(dict.fromkeys(said))


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """A 277CA's word on one billing provider: all its claims of the batch are rejected."""

    npi: str
    statuses: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """A 277CA: who speaks, about which of our batches, and about which claims."""

    source_is_payer: bool
    source_name: str
    source_id: str
    batch_reference: str
    batch_statuses: tuple[Status, ...]
    batch_rejected: bool
    rejected_providers: tuple[ProviderAnswer, ...]
    claims: tuple[ClaimAnswer, ...]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One CAS trio."""

    group_code: str
    reason_code: str
    amount: Decimal
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RemitLine:
    """One SVC."""

    procedure_code: str
    modifiers: tuple[str, ...]
    charge_amount: Decimal
    paid_amount: Decimal
    units: Decimal
    submitted_procedure_code: str = ""
    submitted_modifiers: tuple[str, ...] = ()
    service_date: date | None = None
    line_control_number: str = ""
    allowed_amount: Decimal | None = None
    remark_codes: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True, slots=True)
class RemitClaim:
    """One CLP."""

    patient_control_number: str
    status_code: str
    charge_amount: Decimal
    paid_amount: Decimal
    patient_responsibility_amount: Decimal | None = None
    filing_code: str = ""
    payer_claim_number: str = ""
    frequency_code: str = ""
    patient_name: str = ""
    member_number: str = ""
    rendering_npi: str = ""
    corrected_name: str = ""
    corrected_member_number: str = ""
    service_date: date | None = None
    forwarded_to: str = ""
    forwarded_to_number: str = ""
    reimbursement_rate: Decimal | None = None
    payable_amount: Decimal | None = None
    remark_codes: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    lines: tuple[RemitLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PayerAdjustment:
    """One PLB pair."""

    reason_code: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Remit:
    """One ST of an 835, with the balance faults that stop it from being posted."""

    payer_name: str
    payer_identifier: str
    payee_npi: str
    payee_tax_id: str
    trace_number: str
    trace_originator: str
    payment_amount: Decimal
    method_code: str
    paid_on: date
    produced_on: date | None
    content_hash: str
    claims: tuple[RemitClaim, ...]
    provider_adjustments: tuple[PayerAdjustment, ...]
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    control_numbers: str = ""
