"""The payer's money arrives at the bank (domain F.3, E.9), or turns out not to have."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from billing.batch_choices import Fee
from billing.ledger.accounts import Account
from billing.ledger.entries import mirror_journal, record_journal
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.ledger.period import open_day
from billing.models import Journal
from claims.choices import RemittanceState
from claims.models import Remittance
from claims.services.mark_reconciled import mark_reconciled
from core import clock, timeline
from core.errors import ApplicationError
from core.money import ZERO, format_money

DEPOSIT = "deposit"
# A payer's date may lie some days after the bank's: it dates the payment ahead over a weekend.
MOST_BEFORE = timedelta(days=5)
FEE_ACCOUNTS = {Fee.CARD: Account.CARD_FEES, Fee.PAYER: Account.PAYER_FEES}


def record_deposit(
    *, remittance: Remittance, on: date, fee: str = Fee.NONE, fee_amount: Decimal = ZERO
) -> Journal:
    """Dr 1000 / Cr 1020: the payment of a posted remittance reached the bank on `on`; what was
    kept back on the way is Dr 5110 or 5100. Where `on` is closed, it is posted on the first open
    day.

    Once: the second call answers with the journal of the first. Raises ApplicationError for a
    remittance that is not posted, pays nothing, or a day to come or before it was paid.
    """
    if remittance.state != RemittanceState.POSTED:
        raise ApplicationError("Post the remittance first.")
    if not remittance.payment_amount:
        raise ApplicationError("This remittance pays nothing: there is no deposit to expect.")
    if on > clock.today(remittance.practice):
        raise ApplicationError("This day has not come yet.", field="on")
    if on < remittance.paid_on - MOST_BEFORE:
        raise ApplicationError(
            f"The payer paid on {remittance.paid_on:%m/%d/%Y}: the money was not there before.",
            field="on",
        )
    with transaction.atomic():
        Remittance.objects.select_for_update(of=("self",)).get(pk=remittance.pk)
        deposited = deposit_of(remittance)
        if deposited is not None:
            return deposited
        day = open_day(remittance.practice, on)
        journal = record_journal(
            practice=remittance.practice,
            draft=JournalDraft(
                posted_on=day,
                source=Source(DEPOSIT, remittance.pk),
                idempotency_key=_key(remittance),
                lines=_lines(remittance, fee, fee_amount),
                memo=f"Deposit of {remittance.trace_number}",
            ),
        )
        mark_reconciled(remittance, on=day)
        timeline.record(
            remittance,
            kind="remittance.deposited",
            sentence=f"matched the deposit of ${format_money(remittance.payment_amount)}",
            details={"on": on.isoformat()},
        )
    return journal


def take_back_deposit(*, remittance: Remittance, reason: str) -> Journal | None:
    """The money at the bank was another's: the mirror of the deposit, and it is awaited again.
    None where no deposit stands. The caller has a transaction.
    """
    standing = deposit_of(remittance)
    if standing is None:
        return None
    mirror = mirror_journal(
        practice=remittance.practice,
        journal=standing,
        memo=f"Deposit of {remittance.trace_number} taken back: {reason}"[:200],
    )
    mark_reconciled(remittance, on=None)
    timeline.record(
        remittance,
        kind="remittance.deposit_taken_back",
        sentence=f"took back the deposit of ${format_money(remittance.payment_amount)}",
        details={"note": reason},
    )
    return mirror


def deposit_of(remittance: Remittance) -> Journal | None:
    """The journal of the remittance's deposit, if it arrived and was not taken back."""
    return _deposits(remittance).filter(mirror__isnull=True).first()


def _deposits(remittance: Remittance) -> "QuerySet[Journal]":
    return Journal.objects.filter(source_kind=DEPOSIT, source_id=remittance.pk)


def _key(remittance: Remittance) -> str:
    """Taken back and found again, it is another fact."""
    times = _deposits(remittance).count()
    return f"{DEPOSIT}:{remittance.public_id}" + (f":round:{times}" if times else "")


def _lines(remittance: Remittance, fee: str, fee_amount: Decimal) -> tuple[Line, ...]:
    payer = {"payer_id": remittance.payer_id}
    trace = {"reference_number": remittance.trace_number}
    clearing = Side(Account.REMIT_CLEARING, **payer)
    arrived = remittance.payment_amount - fee_amount
    lines = [Line(Side(Account.BANK, **payer), clearing, arrived, **trace)]
    if fee_amount:
        account = FEE_ACCOUNTS[Fee(fee)]
        lines.append(Line(Side(account, **payer), clearing, fee_amount, "FEE", **trace))
    return tuple(lines)
