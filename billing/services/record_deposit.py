"""The payer's money arrives at the bank (domain F.3, E.9)."""

from datetime import date, timedelta

from django.db import transaction

from billing.ledger.accounts import Account
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.models import Journal
from claims.choices import RemittanceState
from claims.models import Remittance
from claims.services.mark_reconciled import mark_reconciled
from core import clock, timeline
from core.errors import ApplicationError
from core.money import format_money

DEPOSIT = "deposit"
# A payer's date may lie some days after the bank's: it dates the payment ahead over a weekend.
MOST_BEFORE = timedelta(days=5)


def record_deposit(*, remittance: Remittance, on: date) -> Journal:
    """Dr 1000 / Cr 1020: the payment of a posted remittance reached the bank on `on`.

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
    payer = {"payer_id": remittance.payer_id}
    line = Line(
        Side(Account.BANK, **payer),
        Side(Account.REMIT_CLEARING, **payer),
        remittance.payment_amount,
        reference_number=remittance.trace_number,
    )
    with transaction.atomic():
        deposited = deposit_of(remittance)
        if deposited is not None:
            return deposited
        journal = record_journal(
            practice=remittance.practice,
            draft=JournalDraft(
                posted_on=on,
                source=Source(DEPOSIT, remittance.pk),
                idempotency_key=f"{DEPOSIT}:{remittance.public_id}",
                lines=(line,),
                memo=f"Deposit of {remittance.trace_number}",
            ),
        )
        mark_reconciled(remittance, on=on)
        timeline.record(
            remittance,
            kind="remittance.deposited",
            sentence=f"matched the deposit of ${format_money(remittance.payment_amount)}",
            details={"on": on.isoformat()},
        )
    return journal


def deposit_of(remittance: Remittance) -> Journal | None:
    """The journal of the remittance's deposit, if it arrived."""
    return Journal.objects.filter(source_kind=DEPOSIT, source_id=remittance.pk).first()
