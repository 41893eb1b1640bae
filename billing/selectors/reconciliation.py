"""Money that was posted and is not at the bank, and the other way round (domain F.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.batch_choices import BankLineState, Fee, SlipKind, SlipState
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import BankLine, BankMatch, DepositSlip
from billing.selectors.bank_candidates import unbanked_remittances
from billing.selectors.deposit_items import Item, free_items
from claims.choices import RemittanceState
from claims.models import Remittance
from core import clock
from core.calendar import add_business_days
from core.models import Practice
from core.money import ZERO

MOST = 200
LATE_DAYS = 5


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Both sides, and what each comes to; the clearing accounts as the ledger has them."""

    remittances: Sequence[tuple[Remittance, bool]]
    slips: Sequence[tuple[DepositSlip, bool]]
    receipts: Sequence[Item]
    lines: Sequence[tuple[BankLine, Decimal, bool]]
    fees: Sequence[BankMatch]
    clearing_amount: Decimal
    receipts_amount: Decimal

    @property
    def remittances_amount(self) -> Decimal:
        """Posted and not at the bank."""
        return sum((row.payment_amount for row, _ in self.remittances), ZERO)

    @property
    def slips_amount(self) -> Decimal:
        """On its way."""
        return sum((row.amount for row, _ in self.slips), ZERO)

    @property
    def loose_amount(self) -> Decimal:
        """Receipts on no slip."""
        return sum((item.amount for item in self.receipts), ZERO)

    @property
    def lines_amount(self) -> Decimal:
        """At the bank and not matched."""
        return sum((left for _, left, _ in self.lines), ZERO)


def reconcile(practice: Practice) -> Reconciliation:
    """Everything that has not met; each row says whether it is late (five business days)."""
    today = clock.today(practice)
    remittances = (
        unbanked_remittances(practice)
        .filter(state=RemittanceState.POSTED, reconciled_on__isnull=True)
        .order_by("paid_on", "pk")[:MOST]
    )
    slips = DepositSlip.everywhere.filter(practice=practice, state=SlipState.OPEN)
    lines = BankLine.everywhere.filter(practice=practice, state=BankLineState.OPEN, amount__gt=0)
    fees = BankMatch.everywhere.filter(practice=practice, undone_at__isnull=True).exclude(
        fee=Fee.NONE
    )
    return Reconciliation(
        remittances=[(row, _is_late(row.paid_on, today)) for row in remittances],
        slips=[(row, _is_late(row.day, today)) for row in slips.order_by("day", "pk")[:MOST]],
        receipts=[
            item
            for kind in (SlipKind.PAPER, SlipKind.CARDS)
            for item in free_items(practice, kind)
            if item.payment is not None
        ][:MOST],
        lines=[
            (row, row.amount - row.matched_amount, _is_late(row.posted_on, today))
            for row in lines.select_related("account").order_by("posted_on", "pk")[:MOST]
        ],
        fees=list(fees.select_related("line", "remittance", "slip").order_by("-pk")[:MOST]),
        clearing_amount=balance(practice, Account.REMIT_CLEARING),
        receipts_amount=balance(practice, Account.UNDEPOSITED)
        + balance(practice, Account.CARD_CLEARING),
    )


def _is_late(since: date, today: date) -> bool:
    return add_business_days(since, LATE_DAYS) < today
