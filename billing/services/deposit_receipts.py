"""The receipts of a deposit reach the bank, or turn out not to have (domain F.3, W-52)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from billing.batch_choices import Fee
from billing.ledger.accounts import Account
from billing.ledger.entries import mirror_journal, record_journal
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.ledger.period import open_day
from billing.models import DepositSlip, Journal, Payment
from billing.posting.plan_payment import CASH_ACCOUNTS
from billing.services.record_deposit import FEE_ACCOUNTS
from core.errors import Conflict
from core.money import ZERO, allocate

SLIP = "slip"


def deposit_receipts(
    slip: DepositSlip, *, on: date, fee: str = Fee.NONE, fee_amount: Decimal = ZERO
) -> Journal | None:
    """Dr 1000 (and what was kept back, Dr 5110 or 5100) / Cr 1010 or 1015, a line a receipt; None
    for a slip that holds payers' checks only. The caller has a transaction and has locked `slip`.

    Raises Conflict where one of its receipts was taken back meanwhile.
    """
    payments = list(
        Payment.objects.filter(slip_item__slip=slip).select_related("journal").order_by("pk")
    )
    if not payments:
        return None
    taken_back = Journal.objects.filter(reverses__in=[row.journal_id for row in payments])
    if taken_back.exists():
        raise Conflict(f"A receipt of {slip.number} was taken back: take the slip apart first.")
    return record_journal(
        practice=slip.practice,
        draft=JournalDraft(
            posted_on=open_day(slip.practice, on),
            source=Source(SLIP, slip.pk),
            idempotency_key=f"{SLIP}:{slip.public_id}:{slip.times_unmatched}",
            lines=plan_receipts(payments, slip.number, fee, fee_amount),
            memo=f"Deposit {slip.number}",
        ),
    )


def plan_receipts(
    payments: Sequence[Payment], number: str, fee: str, fee_amount: Decimal
) -> tuple[Line, ...]:
    """The lines of such a deposit; the fee falls on each receipt by its amount, to the cent."""
    shares = allocate(fee_amount, [row.amount for row in payments])
    lines = []
    for row, share in zip(payments, shares, strict=True):
        key = {"patient_id": row.patient_id, "guarantor_id": row.guarantor_id}
        paid = Side(CASH_ACCOUNTS[row.method], **key)
        if row.amount > share:
            bank = Side(Account.BANK)
            lines.append(Line(bank, paid, row.amount - share, reference_number=number))
        if share:
            kept = Side(FEE_ACCOUNTS[Fee(fee)])
            lines.append(Line(kept, paid, share, "FEE", number))
    return tuple(lines)


def undeposit_receipts(slip: DepositSlip, *, reason: str) -> None:
    """The mirror of the slip's deposit. The caller has a transaction and has locked `slip`."""
    if slip.journal is not None:
        mirror_journal(
            practice=slip.practice,
            journal=slip.journal,
            memo=f"Deposit {slip.number} taken back: {reason}"[:200],
        )
