"""What somebody typed from a paper EOB: read from the form, kept as typed, shown again as typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from billing.eob.grammar import AdjustmentError, read_adjustments
from core.forms import MoneyField
from core.money import ZERO

MOST_CLAIMS = 60
PROVIDER_ROWS = 3
TAKEN_BACK = "22"
# CLP02 as the paper says it.
STATUSES = (
    ("1", "Processed as primary"),
    ("2", "Processed as secondary"),
    ("3", "Processed as tertiary"),
    ("19", "Primary, passed on to the next payer"),
    ("4", "Patient not known there"),
    (TAKEN_BACK, "Taken back: an earlier payment"),
)


@dataclass(frozen=True, slots=True)
class LineOfClaim:
    """One line of our claim, as it was billed."""

    control_number: str
    code: str
    service_date: date
    charge_amount: Decimal
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Billed:
    """One claim of ours at the payer whose EOB it is."""

    public_id: str
    number: str
    patient_name: str
    frequency_code: str
    rank: int
    lines: tuple[LineOfClaim, ...]


@dataclass(slots=True)
class TypedLine:
    """What was typed beside one line. Left empty, the paper says nothing about it."""

    billed: LineOfClaim
    name: str
    allowed: str = ""
    paid: str = ""
    adjustments: str = ""
    remarks: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    allowed_amount: Decimal | None = None
    paid_amount: Decimal = ZERO
    trios: list[tuple[str, str, Decimal]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing was typed."""
        return not (self.allowed or self.paid or self.adjustments or self.remarks)

    @property
    def adjusted_amount(self) -> Decimal:
        """Σ of the adjustments."""
        return sum((amount for _, _, amount in self.trios), ZERO)

    @property
    def difference_amount(self) -> Decimal:
        """What was billed less adjustments less paid: zero, or the line does not balance."""
        return self.billed.charge_amount - self.adjusted_amount - self.paid_amount

    @property
    def patient_amount(self) -> Decimal:
        """Σ PR of the line."""
        return sum((amount for group, _, amount in self.trios if group == "PR"), ZERO)

    @property
    def remark_codes(self) -> tuple[str, ...]:
        """The remark codes in capitals."""
        return tuple(code[:10] for code in self.remarks.upper().replace(",", " ").split())


@dataclass(slots=True)
class TypedClaim:
    """One claim of the EOB."""

    billed: Billed
    name: str
    status: str
    payer_claim_number: str = ""
    lines: list[TypedLine] = field(default_factory=list)
    problem: str = ""

    @property
    def sign(self) -> int:
        """A claim that is taken back counts the other way."""
        return -1 if self.status == TAKEN_BACK else 1

    @property
    def told(self) -> list[TypedLine]:
        """The lines that the paper speaks of."""
        return [line for line in self.lines if not line.is_empty]

    @property
    def paid_amount(self) -> Decimal:
        """What the claim adds to the payment."""
        return self.sign * sum((line.paid_amount for line in self.told), ZERO)


@dataclass(slots=True)
class TypedProviderAdjustment:
    """Money of the payment that belongs to no claim; positive lowers it, as in a PLB."""

    name: str
    code: str = ""
    reference: str = ""
    amount: str = ""
    problem: str = ""
    value: Decimal = ZERO

    @property
    def is_empty(self) -> bool:
        """Nothing was typed."""
        return not (self.code or self.reference or self.amount)


def read_claim(data: Mapping[str, str], place: int, billed: Billed) -> TypedClaim:
    """What was typed for the claim at `place`."""
    name = f"c{place}"
    claim = TypedClaim(
        billed=billed,
        name=name,
        status=data.get(f"{name}.status") or str(min(billed.rank, 3)),
        payer_claim_number=data.get(f"{name}.icn", "").strip().upper()[:50],
    )
    if claim.status not in dict(STATUSES):
        claim.problem = "Choose how the payer processed it."
    for number, line in enumerate(billed.lines):
        claim.lines.append(_line(data, f"{name}.{number}", line))
    return claim


def _line(data: Mapping[str, str], name: str, billed: LineOfClaim) -> TypedLine:
    line = TypedLine(
        billed=billed,
        name=name,
        allowed=data.get(f"{name}.allowed", "").strip(),
        paid=data.get(f"{name}.paid", "").strip(),
        adjustments=data.get(f"{name}.adjust", "").strip(),
        remarks=data.get(f"{name}.remarks", "").strip(),
    )
    if line.is_empty:
        return line
    for what, text in (("allowed", line.allowed), ("paid", line.paid)):
        amount = read_amount(text) if text else None
        if text and (amount is None or amount < 0):
            line.problems[what] = "Enter an amount like 125.00."
        elif what == "allowed":
            line.allowed_amount = amount
        else:
            line.paid_amount = amount or ZERO
    try:
        line.trios = read_adjustments(line.adjustments)
    except AdjustmentError as error:
        line.problems["adjust"] = str(error)
    return line


def read_provider_adjustments(data: Mapping[str, str]) -> list[TypedProviderAdjustment]:
    """The rows for money of no claim, filled or not."""
    rows = []
    for place in range(PROVIDER_ROWS):
        name = f"p{place}"
        row = TypedProviderAdjustment(
            name=name,
            code=data.get(f"{name}.code", "").strip().upper()[:2],
            reference=data.get(f"{name}.ref", "").strip()[:50],
            amount=data.get(f"{name}.amount", "").strip(),
        )
        if not row.is_empty:
            value = read_amount(row.amount)
            if not row.code:
                row.problem = "Choose what it is."
            elif not value:
                row.problem = "Enter an amount like 12.50; a minus where it raises the payment."
            row.value = value or ZERO
        rows.append(row)
    return rows


def read_amount(text: str) -> Decimal | None:
    """An amount as people type it, None where it is none."""
    try:
        amount: Decimal | None = MoneyField(required=False).clean(text)
    except ValidationError:
        return None
    return amount
