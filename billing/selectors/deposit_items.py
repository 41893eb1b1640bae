"""What may go on a deposit slip: receipts and payers' checks that are on none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.batch_choices import SlipKind
from billing.choices import PaymentMethod
from billing.models import Payment
from billing.selectors.bank_candidates import CHECK
from claims.choices import RemittanceState
from claims.models import Remittance
from core.models import Practice

_METHODS = {
    SlipKind.PAPER: (PaymentMethod.CASH, PaymentMethod.CHECK),
    SlipKind.CARDS: (PaymentMethod.CARD,),
}
MOST = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One receipt or payer's check, as a slip lists it."""

    key: str
    day: date
    who: str
    how: str
    reference: str
    amount: Decimal
    payment: Payment | None = None
    remittance: Remittance | None = None

    @property
    def is_cash(self) -> bool:
        """Cash is counted apart from checks."""
        return self.payment is not None and self.payment.method == PaymentMethod.CASH


def free_items(practice: Practice, kind: str) -> list[Item]:
    """What is on no slip, the oldest first."""
    payments = (
        Payment.everywhere.filter(
            practice=practice,
            method__in=_METHODS[SlipKind(kind)],
            slip_item__isnull=True,
            journal__mirror__isnull=True,
        )
        .select_related("patient", "guarantor")
        .order_by("received_on", "pk")[:MOST]
    )
    found = [payment_item(row) for row in payments]
    if kind == SlipKind.PAPER:
        found += [remittance_item(row) for row in _checks(practice)]
    return found


def chosen_items(practice: Practice, kind: str, keys: Sequence[str]) -> list[Item]:
    """Those of the free items that were chosen; what is free no more is left out."""
    wanted = set(keys)
    return [item for item in free_items(practice, kind) if item.key in wanted]


def payment_item(row: Payment) -> Item:
    """A patient's receipt."""
    return Item(
        key=f"payment:{row.public_id}",
        day=row.received_on,
        who=str(row.guarantor),
        how=row.get_method_display(),
        reference=row.reference_number or row.number,
        amount=row.amount,
        payment=row,
    )


def remittance_item(row: Remittance) -> Item:
    """A payer's check."""
    return Item(
        key=f"remittance:{row.public_id}",
        day=row.paid_on,
        who=row.payer.name if row.payer else row.payer_name,
        how="Check",
        reference=row.trace_number,
        amount=row.payment_amount,
        remittance=row,
    )


def _checks(practice: Practice) -> Iterable[Remittance]:
    """Posted checks of payers that nobody has seen at the bank."""
    return (
        Remittance.everywhere.filter(
            practice=practice,
            state=RemittanceState.POSTED,
            method_code=CHECK,
            payment_amount__gt=0,
            reconciled_on__isnull=True,
            slip_item__isnull=True,
        )
        .select_related("payer")
        .order_by("paid_on", "pk")[:MOST]
    )
