"""Money that comes back on a debt that was written off (domain F.3, W-52)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from billing.credits.recovery import plan_recovery
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Source
from billing.ledger.period import posting_day
from billing.models import Journal
from billing.posting.locks import lock_accounts
from core import clock, timeline
from core.errors import ApplicationError
from core.money import ZERO, format_money
from patients.models import Patient

RECOVERY = "recovery"


def record_recovery(
    *,
    patient: Patient,
    amount: Decimal,
    fee_amount: Decimal,
    received_on: date,
    reference: str,
    submission_key: UUID,
) -> Journal:
    """Dr 1000 what came, Dr 5120 what the agency kept, Cr 4300 what it collected (`amount`).

    Once for each `submission_key`. Raises ApplicationError at the field that is wrong; no more is
    recovered than was written off as bad debt.
    """
    _check(patient, amount, fee_amount, received_on)
    with transaction.atomic():
        lock_accounts(guarantor_ids=[patient.guarantor_id])
        key = f"{RECOVERY}:{submission_key}"
        done = Journal.objects.filter(idempotency_key=key).first()
        if done is not None:
            return done
        left = unrecovered(patient)
        if amount > left:
            raise ApplicationError(
                f"${format_money(left)} was written off and has not come back.", field="amount"
            )
        journal = record_journal(
            practice=patient.practice,
            draft=JournalDraft(
                posted_on=posting_day(patient.practice),
                source=Source(RECOVERY, patient.pk),
                idempotency_key=key,
                lines=plan_recovery(
                    patient_id=patient.pk, amount=amount, fee_amount=fee_amount,
                    reference=reference,
                ),
                memo="Recovered after bad debt",
            ),
        )  # fmt: skip
        timeline.record(
            patient,
            kind="recovery.recorded",
            sentence=f"recorded ${format_money(amount)} recovered after bad debt, fee"
            f" ${format_money(fee_amount)}",
            details={"received_on": received_on.isoformat()},
        )
    return journal


def _check(patient: Patient, amount: Decimal, fee_amount: Decimal, received_on: date) -> None:
    if amount <= 0:
        raise ApplicationError("Enter an amount above zero.", field="amount")
    if not ZERO <= fee_amount < amount:
        raise ApplicationError("The fee is less than what was collected.", field="fee_amount")
    if received_on > clock.today(patient.practice):
        raise ApplicationError("This day has not come yet.", field="received_on")


def unrecovered(patient: Patient) -> Decimal:
    """Bad debt of this patient that has not come back."""
    written = balance(patient.practice, Account.BAD_DEBT, patient_id=patient.pk)
    back = balance(patient.practice, Account.RECOVERY, patient_id=patient.pk)
    return max(written + back, ZERO)
