"""What the rest of claims knows of questions and their answers: records without X12 in them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from claims.edi.records import Status


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks whom, under which numbers. `written_at` is the practice's local time."""

    sender_id: str
    receiver_id: str
    usage: str
    interchange_control_number: int
    group_control_number: int
    reference: str
    written_at: datetime
    payer_name: str
    payer_number: str
    provider_name: str
    provider_npi: str
    provider_tax_id: str


@dataclass(frozen=True, slots=True)
class Insured:
    """A person as a payer knows people."""

    last_name: str
    first_name: str
    middle_name: str = ""
    suffix: str = ""
    birth_date: date | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """What a 270 asks. `dependent` is the patient where that is not the subscriber."""

    member_id: str
    subscriber: Insured
    dependent: Insured | None
    relationship_code: str
    service_on: date
    service_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One service line that a 276 asks for."""

    procedure_code: str
    modifiers: tuple[str, ...]
    charge_amount: Decimal
    units: Decimal
    control_number: str
    service_date: date


@dataclass(frozen=True, slots=True)
class StatusQuestion:
    """What a 276 asks."""

    member_id: str
    subscriber: Insured
    dependent: Insured | None
    claim_number: str
    payer_claim_number: str
    charge_amount: Decimal
    service_date_from: date
    service_date_to: date
    lines: tuple[AskedLine, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An AAA: the reason, what to do then, and at which level it stands."""

    reason: str
    follow_up: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A DTP: its qualifier, first and last day."""

    qualifier: str
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class BenefitItem:
    """One EB. `other` names bodies of loop 2120; `visits` is the count of an HSD in visits."""

    code: str
    level: str = ""
    service_types: tuple[str, ...] = ()
    plan_name: str = ""
    period: str = ""
    amount: Decimal | None = None
    percent: Decimal | None = None
    quantity_unit: str = ""
    quantity: Decimal | None = None
    authorization: str = ""
    network: str = ""
    procedure_code: str = ""
    messages: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    """A 271 about one person. `birth_date` and the names are the payer's, who may correct ours."""

    reference: str
    traces: tuple[str, ...]
    member_id: str = ""
    last_name: str = ""
    first_name: str = ""
    birth_date: date | None = None
    group_number: str = ""
    spans: tuple[Span, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    benefits: tuple[BenefitItem, ...] = ()


@dataclass(frozen=True, slots=True)
class LineStatus:
    """What a 277 says of one service line."""

    control_number: str
    procedure_code: str
    statuses: tuple[Status, ...]
    paid_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ClaimStatusAnswer:
    """What a 277 says of one claim."""

    trace: str
    claim_number: str
    statuses: tuple[Status, ...]
    effective_on: date | None = None
    payer_claim_number: str = ""
    paid_amount: Decimal | None = None
    paid_on: date | None = None
    check_number: str = ""
    lines: tuple[LineStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """A 277. `refusals` are statuses that stand above every claim: the question itself failed."""

    reference: str
    claims: tuple[ClaimStatusAnswer, ...]
    refusals: tuple[Status, ...] = field(default=())
