"""A patient's money as journal lines: allocation oldest first or as chosen, the rest kept as a
credit (domain F.3, H.1). Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.choices import PaymentMethod
from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side
from core.errors import ApplicationError
from core.money import ZERO

CASH_ACCOUNTS: Mapping[str, Account] = {
    PaymentMethod.CASH: Account.UNDEPOSITED,
    PaymentMethod.CHECK: Account.UNDEPOSITED,
    PaymentMethod.CARD: Account.CARD_CLEARING,
}


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """What a guarantor owes on one charge line (1200)."""

    charge_line_id: int
    patient_id: int
    guarantor_id: int
    service_date: date
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class Allocation:
    """The part of a payment that settles one charge line."""

    charge: OpenCharge
    amount: Decimal


class AllocationError(ApplicationError):
    """Chosen parts that do not fit the payment or what is open."""


def allocate_oldest_first(amount: Decimal, charges: Sequence[OpenCharge]) -> tuple[Allocation, ...]:
    """Settle the oldest service first. What is left of `amount` belongs to nobody yet."""
    left, parts = amount, []
    for charge in sorted(charges, key=lambda c: (c.service_date, c.charge_line_id)):
        part = min(left, charge.open_amount)
        if part > 0:
            parts.append(Allocation(charge, part))
            left -= part
    return tuple(parts)


def allocate_as_chosen(
    amount: Decimal, charges: Sequence[OpenCharge], chosen: Mapping[int, Decimal]
) -> tuple[Allocation, ...]:
    """Settle the charge lines somebody chose. Raises AllocationError where a part is below
    zero, more than is open, on a line that owes nothing, or all of them exceed the payment.
    """
    by_line = {charge.charge_line_id: charge for charge in charges}
    parts = []
    for charge_line_id, part in chosen.items():
        if not part:
            continue
        charge = by_line.get(charge_line_id)
        if charge is None or part < 0 or part > charge.open_amount:
            raise AllocationError("A part is more than this line has open.", field="allocations")
        parts.append(Allocation(charge, part))
    if sum((part.amount for part in parts), ZERO) > amount:
        raise AllocationError("The parts add up to more than the payment.", field="allocations")
    return tuple(parts)


def plan_payment(
    *,
    amount: Decimal,
    method: str,
    patient_id: int,
    guarantor_id: int,
    allocations: Sequence[Allocation],
    reference_number: str = "",
) -> tuple[Line, ...]:
    """Dr 1010 or 1015, Cr 1200 of each settled line, Cr 2000 for what is left over."""
    money = Side(CASH_ACCOUNTS[method], patient_id=patient_id, guarantor_id=guarantor_id)
    lines = [
        Line(money, owed_side(part.charge), part.amount, reference_number=reference_number)
        for part in allocations
    ]
    left = amount - sum((part.amount for part in allocations), ZERO)
    if left:
        credit = credit_side(patient_id, guarantor_id)
        lines.append(Line(money, credit, left, reference_number=reference_number))
    return tuple(lines)


def plan_credit_use(
    *, patient_id: int, guarantor_id: int, allocations: Sequence[Allocation]
) -> tuple[Line, ...]:
    """Dr 2000, Cr 1200: money paid before now settles what the patient owes."""
    credit = credit_side(patient_id, guarantor_id)
    return tuple(Line(credit, owed_side(part.charge), part.amount) for part in allocations)


def owed_side(charge: OpenCharge) -> Side:
    """1200 of one charge line."""
    return Side(
        Account.PATIENT_AR,
        patient_id=charge.patient_id,
        guarantor_id=charge.guarantor_id,
        charge_line_id=charge.charge_line_id,
    )


def credit_side(patient_id: int, guarantor_id: int) -> Side:
    """2000 of one patient: money that waits for something to settle."""
    return Side(Account.PATIENT_CREDITS, patient_id=patient_id, guarantor_id=guarantor_id)
