"""835 as records: one payment, its claims, their lines, and money tied to no claim."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from x12.transactions.adjustments import Adjustment, Kept
from x12.transactions.remittance_835 import VERSION

__all__ = [
    "ZERO",
    "Adjustment",
    "BankAccount",
    "Kept",
    "PartyIdentity",
    "ProviderAdjustment",
    "Remittance",
    "RemittanceClaim",
    "RemittanceLine",
]

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PartyIdentity:
    """1000A or 1000B: payer or payee. `identifier` is the NPI where the qualifier is XX."""

    name: str
    identifier: str = ""
    identifier_qualifier: str = ""
    line1: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    tax_id: str = ""
    contact_name: str = ""
    phone: str = ""
    line2: str = ""
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class BankAccount:
    """One side of an electronic payment: a bank and an account there (BPR06 to 09 or 12 to 15)."""

    routing_number: str
    account_number: str
    routing_qualifier: str = "01"
    account_qualifier: str = "DA"


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """2110: the payer's answer to one service line."""

    procedure_code: str
    charge_amount: Decimal
    paid_amount: Decimal
    units: Decimal = Decimal(1)
    modifiers: tuple[str, ...] = ()
    procedure_qualifier: str = "HC"
    submitted_procedure_code: str = ""
    submitted_modifiers: tuple[str, ...] = ()
    original_units: Decimal | None = None
    service_date_from: date | None = None
    service_date_to: date | None = None
    line_control_number: str = ""
    allowed_amount: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    remark_codes: tuple[str, ...] = ()
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RemittanceClaim:
    """2100: the payer's answer to one claim."""

    patient_control_number: str
    status_code: str
    charge_amount: Decimal
    paid_amount: Decimal
    patient_responsibility_amount: Decimal | None = None
    filing_code: str = ""
    payer_claim_number: str = ""
    facility_code: str = ""
    frequency_code: str = ""
    patient_last_name: str = ""
    patient_first_name: str = ""
    member_id: str = ""
    corrected_last_name: str = ""
    corrected_member_id: str = ""
    crossover_payer_name: str = ""
    crossover_payer_id: str = ""
    rendering_npi: str = ""
    remark_codes: tuple[str, ...] = ()
    received_on: date | None = None
    service_date_from: date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    supplemental_amounts: tuple[tuple[str, Decimal], ...] = ()
    lines: tuple[RemittanceLine, ...] = ()
    patient_middle_name: str = ""
    patient_suffix: str = ""
    member_id_qualifier: str = "MI"
    service_date_to: date | None = None
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One pair of a PLB: a positive amount lowers the payment."""

    provider_id: str
    fiscal_period_end: date | None
    reason_code: str
    reference: str
    amount: Decimal
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Remittance:
    """One 835 transaction (ST…SE): one payment. `payer_identifier` is TRN03."""

    payment_amount: Decimal
    method_code: str
    paid_on: date | None
    trace_number: str
    payer_identifier: str
    payer: PartyIdentity
    payee: PartyIdentity
    handling_code: str = "I"
    credit_debit: str = "C"
    production_on: date | None = None
    claims: tuple[RemittanceClaim, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    transaction_control_number: str = "0001"
    payer_bank: BankAccount | None = None
    payee_bank: BankAccount | None = None
    payment_format: str = ""
    trace_supplement: str = ""
    extra: Kept = ()
    set_code: str = field(default="835", init=False)
    functional_code: str = field(default="HP", init=False)
    version: str = field(default=VERSION, init=False)
