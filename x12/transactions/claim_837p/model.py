"""837P as records: a batch, its billing providers, subscribers, patients, claims and lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from x12.transactions.adjustments import Adjustment, Kept
from x12.transactions.claim_837p import VERSION


class NumberedClaim(Protocol):
    """What every claim has, of this guide or of the institutional one."""

    @property
    def patient_control_number(self) -> str:
        """CLM01."""

    @property
    def segment_number(self) -> int:
        """Where it stands in the file."""


ClaimT = TypeVar("ClaimT", bound=NumberedClaim)


@dataclass(frozen=True, slots=True)
class Address:
    """N3 and N4. ZIP without the dash; `country` only outside of the United States."""

    line1: str
    city: str
    state: str
    zip: str
    line2: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Submitter:
    """1000A: who sends."""

    name: str
    identifier: str
    contact_name: str
    phone: str
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class Receiver:
    """1000B: who receives."""

    name: str
    identifier: str


@dataclass(frozen=True, slots=True)
class BillingProvider:
    """2010AA: who is paid. `first_name` only where a person bills."""

    name: str
    npi: str
    tax_id: str
    address: Address
    tax_id_qualifier: str = "EI"
    taxonomy_code: str = ""
    first_name: str = ""
    pay_to: Address | None = None
    contact_name: str = ""
    phone: str = ""
    middle_name: str = ""
    suffix: str = ""
    pay_to_plan: Kept = ()
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Party:
    """A subscriber or patient. Address, birth date and sex only where the guide has them."""

    last_name: str
    first_name: str
    middle_name: str = ""
    suffix: str = ""
    member_id: str = ""
    address: Address | None = None
    birth_date: date | None = None
    sex: str = ""
    is_person: bool = True
    member_id_qualifier: str = "MI"
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class PayerParty:
    """2010BB: who shall pay."""

    name: str
    payer_id: str
    address: Address | None = None
    payer_id_qualifier: str = "PI"
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class ProviderParty:
    """A provider in a role, person or organisation (no first name)."""

    last_name: str
    first_name: str
    npi: str
    middle_name: str = ""
    taxonomy_code: str = ""
    suffix: str = ""
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class FacilityParty:
    """2310C: where the service was given."""

    name: str
    address: Address
    npi: str = ""
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class Ndc:
    """2410: a drug by its eleven digits, with quantity and unit (F2 GR ME ML UN)."""

    code: str
    quantity: Decimal
    unit_code: str
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """2320 and 2330: another payer of the claim, whether or not it has decided (domain C.2).

    `paid_amount` is AMT*D, `remaining_amount` AMT*EAF, `non_covered_amount` AMT*A8; the
    adjustments are those it made on the claim, never those of its lines.
    """

    payer_responsibility: str
    relationship_code: str
    claim_filing_code: str
    subscriber: Party
    payer: PayerParty
    group_number: str = ""
    group_name: str = ""
    insurance_type_code: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    paid_amount: Decimal | None = None
    remaining_amount: Decimal | None = None
    non_covered_amount: Decimal | None = None
    benefits_assigned: str = "Y"
    release_code: str = "Y"
    reimbursement_rate: Decimal | None = None
    payable_amount: Decimal | None = None
    end_stage_renal_amount: Decimal | None = None
    professional_component_amount: Decimal | None = None
    patient_signature_code: str = ""
    remark_codes: tuple[str, ...] = ()
    adjudicated_on: date | None = None
    payer_claim_number: str = ""
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LineAdjudication:
    """2430: what another payer decided on a line. The code is the one it paid for; a revenue code
    stands only on institutional claims.
    """

    payer_id: str
    paid_amount: Decimal
    procedure_code: str
    units: Decimal
    adjudicated_on: date | None
    modifiers: tuple[str, ...] = ()
    procedure_qualifier: str = "HC"
    description: str = ""
    bundled_line_number: int | None = None
    adjustments: tuple[Adjustment, ...] = ()
    remaining_amount: Decimal | None = None
    revenue_code: str = ""
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """2400: one service. `pointers` count diagnoses from 1, the main one first."""

    line_number: int
    procedure_code: str
    charge_amount: Decimal
    units: Decimal
    pointers: tuple[int, ...]
    service_date_from: date
    line_control_number: str
    modifiers: tuple[str, ...] = ()
    service_date_to: date | None = None
    procedure_qualifier: str = "HC"
    description: str = ""
    unit_code: str = "UN"
    place_of_service_code: str = ""
    ndc: Ndc | None = None
    rendering: ProviderParty | None = None
    emergency_code: str = ""
    epsdt_code: str = ""
    family_planning_code: str = ""
    copay_status_code: str = ""
    adjudications: tuple[LineAdjudication, ...] = ()
    extra: Kept = ()
    extra_roles: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """2300: one claim. `payer_claim_number` (REF F8) is needed for frequency 7 and 8.

    `extra` holds segments of 2300 without a field (dates, attachments …), `extra_roles` whole
    2310 loops of other roles; both are written back in the order of the guide.
    """

    patient_control_number: str
    charge_amount: Decimal
    place_of_service_code: str
    diagnoses: tuple[str, ...]
    lines: tuple[ServiceLine, ...]
    frequency_code: str = "1"
    provider_signature: str = "Y"
    assignment_code: str = "A"
    benefits_assigned: str = "Y"
    release_code: str = "Y"
    related_causes: tuple[str, ...] = ()
    payer_claim_number: str = ""
    prior_authorization_number: str = ""
    referral_number: str = ""
    clia_number: str = ""
    patient_paid_amount: Decimal | None = None
    note: str = ""
    rendering: ProviderParty | None = None
    referring: ProviderParty | None = None
    facility: FacilityParty | None = None
    extra: Kept = ()
    extra_roles: Kept = ()
    other_payers: tuple[OtherPayer, ...] = ()
    accident_state: str = ""
    patient_signature_code: str = ""
    special_program_code: str = ""
    delay_reason_code: str = ""
    note_code: str = "ADD"
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PatientLoop(Generic[ClaimT]):
    """2000C: a patient who is not the subscriber."""

    relationship_code: str
    patient: Party
    claims: tuple[ClaimT, ...] = ()
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SubscriberLoop(Generic[ClaimT]):
    """2000B: a subscriber and one payer. Claims hang here when the subscriber is the patient."""

    payer_responsibility: str
    claim_filing_code: str
    subscriber: Party
    payer: PayerParty
    relationship_code: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type_code: str = ""
    claims: tuple[ClaimT, ...] = ()
    patients: tuple[PatientLoop[ClaimT], ...] = ()
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class BillingProviderLoop(Generic[ClaimT]):
    """2000A: one billing provider and what it bills."""

    provider: BillingProvider
    subscribers: tuple[SubscriberLoop[ClaimT], ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimBatch837P:
    """One 837P transaction (ST…SE). `reference` is BHT03, echoed by the 277CA."""

    reference: str
    created_at: datetime
    submitter: Submitter
    receiver: Receiver
    billing_providers: tuple[BillingProviderLoop[Claim], ...]
    transaction_control_number: str = "0001"
    purpose_code: str = "00"
    claim_or_encounter: str = "CH"
    set_code: str = field(default="837", init=False)
    functional_code: str = field(default="HC", init=False)
    version: str = field(default=VERSION, init=False)

    def claims(self) -> list[Claim]:
        """Every claim of the batch, in the order of the file."""
        return claims_of(self.billing_providers)


def claims_of(loops: Iterable[BillingProviderLoop[ClaimT]]) -> list[ClaimT]:
    """Every claim of these billing providers, in the order of the file."""
    found: list[ClaimT] = []
    for loop in loops:
        for subscriber in loop.subscribers:
            found += subscriber.claims
            for patient in subscriber.patients:
                found += patient.claims
    return found
