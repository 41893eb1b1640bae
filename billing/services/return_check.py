"""A check that the bank sends back: what it debits, once its receipt was taken back (NSF)."""

from datetime import date

from billing.ledger.accounts import Account
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.ledger.period import open_day
from billing.models import Journal, Payment
from core.errors import Conflict

RETURNED = "returned_check"


def post_returned_check(payment: Payment, *, on: date) -> Journal:
    """Dr 1010 / Cr 1000. The receipt's own mirror had taken it out of 1010, although the bank had
    it: this brings both accounts to what they hold. The caller has a transaction.

    Raises Conflict where the receipt was not taken back: the patient would not owe it again.
    """
    if not Journal.objects.filter(reverses_id=payment.journal_id).exists():
        raise Conflict(f"Take receipt {payment.number} back first: the patient owes it again.")
    times = Journal.objects.filter(source_kind=RETURNED, source_id=payment.pk).count()
    undeposited = Side(
        Account.UNDEPOSITED, patient_id=payment.patient_id, guarantor_id=payment.guarantor_id
    )
    line = Line(
        undeposited, Side(Account.BANK), payment.amount, "NSF", reference_number=payment.number
    )
    return record_journal(
        practice=payment.practice,
        draft=JournalDraft(
            posted_on=open_day(payment.practice, on),
            source=Source(RETURNED, payment.pk),
            idempotency_key=f"{RETURNED}:{payment.public_id}:{times}",
            lines=(line,),
            memo=f"The bank sent back the check of receipt {payment.number}",
        ),
    )
