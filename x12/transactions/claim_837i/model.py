"""837I as records: what an institutional claim has that a professional one has not."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from x12.transactions.adjustments import Kept
from x12.transactions.claim_837i import VERSION
from x12.transactions.claim_837p.model import (
    BillingProviderLoop,
    FacilityParty,
    LineAdjudication,
    Ndc,
    OtherPayer,
    ProviderParty,
    Receiver,
    Submitter,
    claims_of,
)


@dataclass(frozen=True, slots=True)
class CodedDiagnosis:
    """A diagnosis; `present_on_admission` is Y, N, U, W or empty where it is not told."""

    code: str
    present_on_admission: str = ""


@dataclass(frozen=True, slots=True)
class CodedProcedure:
    """An ICD-10-PCS procedure and its day."""

    code: str
    performed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An occurrence code with its day; a span has a last day, too."""

    code: str
    on: date | None
    to: date | None = None


@dataclass(frozen=True, slots=True)
class ValueCode:
    """A value code and its amount, which may count days as well as dollars."""

    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InstitutionalLine:
    """2400: one revenue line. `procedure_code` only where the revenue code asks for one."""

    line_number: int
    revenue_code: str
    charge_amount: Decimal
    units: Decimal
    unit_code: str = "UN"
    procedure_code: str = ""
    modifiers: tuple[str, ...] = ()
    procedure_qualifier: str = "HC"
    description: str = ""
    non_covered_amount: Decimal | None = None
    service_date_from: date | None = None
    service_date_to: date | None = None
    line_control_number: str = ""
    ndc: Ndc | None = None
    adjudications: tuple[LineAdjudication, ...] = ()
    extra: Kept = ()
    extra_roles: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class InstitutionalClaim:
    """2300: one claim. The type of bill is `facility_type_code` and `frequency_code` together.

    `extra` holds segments of 2300 without a field, `extra_roles` whole 2310 loops without one;
    both are written back in the order of the guide.
    """

    patient_control_number: str
    charge_amount: Decimal
    facility_type_code: str
    statement_from: date | None
    statement_to: date | None
    principal_diagnosis: CodedDiagnosis
    lines: tuple[InstitutionalLine, ...]
    frequency_code: str = "1"
    assignment_code: str = "A"
    benefits_assigned: str = "Y"
    release_code: str = "Y"
    delay_reason_code: str = ""
    admitted_at: datetime | None = None
    admission_has_hour: bool = True
    discharge_hour: str = ""
    admission_type_code: str = ""
    admission_source_code: str = ""
    patient_status_code: str = ""
    admitting_diagnosis: str = ""
    patient_reasons: tuple[str, ...] = ()
    external_causes: tuple[CodedDiagnosis, ...] = ()
    other_diagnoses: tuple[CodedDiagnosis, ...] = ()
    drg_code: str = ""
    procedures: tuple[CodedProcedure, ...] = ()
    occurrence_spans: tuple[Occurrence, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    value_codes: tuple[ValueCode, ...] = ()
    condition_codes: tuple[str, ...] = ()
    patient_due_amount: Decimal | None = None
    payer_claim_number: str = ""
    prior_authorization_number: str = ""
    referral_number: str = ""
    medical_record_number: str = ""
    attending: ProviderParty | None = None
    operating: ProviderParty | None = None
    facility: FacilityParty | None = None
    other_payers: tuple[OtherPayer, ...] = ()
    extra: Kept = ()
    extra_roles: Kept = ()
    segment_number: int = field(default=0, compare=False)

    @property
    def type_of_bill(self) -> str:
        """The three digits after the leading zero, such as 111."""
        return f"{self.facility_type_code}{self.frequency_code}"


@dataclass(frozen=True, slots=True)
class ClaimBatch837I:
    """One 837I transaction (ST…SE). `reference` is BHT03, echoed by the 277CA."""

    reference: str
    created_at: datetime
    submitter: Submitter
    receiver: Receiver
    billing_providers: tuple[BillingProviderLoop[InstitutionalClaim], ...]
    transaction_control_number: str = "0001"
    purpose_code: str = "00"
    claim_or_encounter: str = "CH"
    set_code: str = field(default="837", init=False)
    functional_code: str = field(default="HC", init=False)
    version: str = field(default=VERSION, init=False)

    def claims(self) -> list[InstitutionalClaim]:
        """Every claim of the batch, in the order of the file."""
        return claims_of(self.billing_providers)
