"""What was billed and answered, line by line, for the claim's page."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from claims.choices import RemittanceState
from claims.models import ClaimVersion, RemittanceAdjustment, RemittanceLine
from core.money import ZERO

_WAITING = [RemittanceState.MATCHED, RemittanceState.EXCEPTIONS]
_PATIENT = "PR"


@dataclass(slots=True)
class LineMoney:
    """One line: what was billed and how the answers split it."""

    number: int
    code: str
    pointers: list[int]
    control_number: str
    units: str
    billed: Decimal
    adjusted: Decimal = ZERO
    paid: Decimal = ZERO
    patient: Decimal = ZERO
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class ReasonTotal:
    """What one reason took off, over all lines."""

    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ClaimMoney:
    """The lines with their totals, and the reasons."""

    lines: list[LineMoney]
    reasons: list[ReasonTotal]

    @property
    def is_answered(self) -> bool:
        """Whether any answer came."""
        return any(line.is_answered for line in self.lines)

    def total(self, name: str) -> Decimal:
        """The sum of one column."""
        return sum((getattr(line, name) for line in self.lines), ZERO)

    @property
    def billed(self) -> Decimal:
        """Everything billed."""
        return self.total("billed")

    @property
    def adjusted(self) -> Decimal:
        """Everything taken off, without the patient's share."""
        return self.total("adjusted")

    @property
    def paid(self) -> Decimal:
        """Everything paid."""
        return self.total("paid")

    @property
    def patient(self) -> Decimal:
        """Everything given to the patient to pay."""
        return self.total("patient")

    @property
    def ties_out(self) -> bool:
        """Billed = adjusted + paid + patient, once every line is answered."""
        return self.billed == self.adjusted + self.paid + self.patient


def claim_money(version: ClaimVersion) -> ClaimMoney:
    """The lines of `version` with what its remittances said about them (three queries)."""
    pointers = {line["control_number"]: line["pointers"] for line in version.snapshot["lines"]}
    lines = {
        row.charge_line_id: LineMoney(
            row.line_number,
            "-".join([row.procedure_code, *row.modifiers]),
            pointers.get(row.control_number, []),
            row.control_number,
            f"{row.units.normalize():f}",
            row.charge_amount,
        )
        for row in version.lines.order_by("line_number")
    }
    named = RemittanceLine.objects.filter(
        remittance_claim__version=version, charge_line_id__in=lines
    )
    # What is posted counts; only while nothing is, an answer that waits to be.
    answers = list(named.filter(remittance_claim__remittance__state=RemittanceState.POSTED))
    answers = answers or list(named.filter(remittance_claim__remittance__state__in=_WAITING))
    line_of: dict[int, LineMoney] = {}
    for answer in answers:
        line = lines[answer.charge_line_id or 0]
        line.paid += answer.paid_amount
        line.is_answered = True
        line_of[answer.pk] = line
    reasons: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for adjustment in RemittanceAdjustment.objects.filter(remittance_line__in=line_of):
        line = line_of[adjustment.remittance_line_id or 0]
        if adjustment.group_code == _PATIENT:
            line.patient += adjustment.amount
        else:
            line.adjusted += adjustment.amount
        reasons[f"{adjustment.group_code}-{adjustment.reason_code}"] += adjustment.amount
    return ClaimMoney(
        list(lines.values()), [ReasonTotal(code, reasons[code]) for code in sorted(reasons)]
    )
