"""What the page of a credit shows, and what stands in the way of its money."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from billing.adjusting_choices import RefundState
from billing.credits.plan import CreditKey
from billing.ledger.accounts import Account
from billing.models import CreditBalance, JournalLine, Overpayment, Refund
from billing.posting.plan_payment import OpenCharge
from billing.selectors.corrections_out import awaiting_correction, patient_awaits_correction
from billing.selectors.open_charges import open_charges
from core.money import ZERO

# Where a payer's money comes from and goes to: the bank's side, what of it is kept, what is owed.
_MONEY = [
    int(account)
    for account in (
        Account.BANK, Account.UNDEPOSITED, Account.REMIT_CLEARING, Account.RECOUPMENT_SUSPENSE,
        Account.UNAPPLIED_INSURANCE, Account.PAYER_REFUNDS, Account.RECOUPMENT_PAYABLE,
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CreditPage:
    """One credit with its way out: what may be done, and what was done so far.

    `free_amount` may still be applied or refunded.
    """

    credit: CreditBalance
    hold: str
    promised_amount: Decimal
    free_amount: Decimal
    refunds: tuple[Refund, ...]
    overpayments: tuple[Overpayment, ...]
    own_charges: tuple[OpenCharge, ...]
    family_charges: tuple[OpenCharge, ...]

    @property
    def own_amount(self) -> Decimal:
        """What the patient owes elsewhere."""
        return sum((charge.open_amount for charge in self.own_charges), ZERO)

    @property
    def family_amount(self) -> Decimal:
        """What the guarantor owes for others."""
        return sum((charge.open_amount for charge in self.family_charges), ZERO)


def credit_page(credit: CreditBalance) -> CreditPage:
    """Everything the page shows."""
    charges = (
        open_charges(credit.practice, guarantor_id=credit.guarantor_id)
        if credit.guarantor_id and not credit.is_of_payer
        else []
    )
    return CreditPage(
        credit=credit,
        hold=credit_hold(credit),
        promised_amount=promised_amount(credit),
        free_amount=free_amount(credit),
        refunds=tuple(credit.refunds.select_related("payer", "patient")),
        overpayments=tuple(credit.overpayments.select_related("payer")),
        own_charges=tuple(c for c in charges if c.patient_id == credit.patient_id),
        family_charges=tuple(c for c in charges if c.patient_id != credit.patient_id),
    )


def key_of(credit: CreditBalance) -> CreditKey:
    """The key of the ledger that is in credit."""
    return CreditKey(
        credit.account_id, credit.patient_id, credit.guarantor_id, credit.charge_line_id,
        credit.payer_id, credit.rank,
    )  # fmt: skip


def credit_hold(credit: CreditBalance) -> str:
    """Why no money may leave now, in words; empty where it may (domain F.3, H.2)."""
    if credit.charge_line_id is not None:
        return awaiting_correction([credit.charge_line_id]).get(credit.charge_line_id, "")
    return patient_awaits_correction(credit.patient_id)


def promised_amount(credit: CreditBalance) -> Decimal:
    """What refunds that wait for approval will take of it."""
    waiting = credit.refunds.filter(state=RefundState.WAITING)
    total: Decimal = waiting.aggregate(total=Sum("amount", default=ZERO))["total"]
    return total


def free_amount(credit: CreditBalance) -> Decimal:
    """What may still leave: the credit, and of a payer's no more than it has paid on the line and
    has not got back. The rest is a write-off that is still to be reversed, and nobody's money.
    Nothing where refunds are promised that it no longer covers.
    """
    amount = credit.amount
    if credit.account_id == Account.INSURANCE_AR:
        amount = min(amount, _paid_amount(credit))
    return max(amount - promised_amount(credit), ZERO)


def _paid_amount(credit: CreditBalance) -> Decimal:
    """Money of the payer on the line of the credit: what came in less what went back."""

    def total(side: str, other: str) -> Decimal:
        key = {
            f"{side}_account": credit.account_id,
            f"{side}_charge_line": credit.charge_line_id,
            f"{side}_payer": credit.payer_id,
            f"{other}_account__in": _MONEY,
        }
        rows = JournalLine.objects.filter(**key)
        found: Decimal = rows.aggregate(total=Sum("amount", default=ZERO))["total"]
        return found

    return max(total("credit", "debit") - total("debit", "credit"), ZERO)
