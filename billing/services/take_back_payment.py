"""Taking a receipt back, typed wrong or bounced (domain F.1: a mirror, no deletion)."""

from decimal import Decimal

from django.db import transaction

from billing.batch_choices import SlipState
from billing.events import TAKEN_BACK, tell_payment
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.ledger.entries import mirror_journal
from billing.models import DepositSlip, Journal, Payment
from billing.posting.locks import lock_accounts
from billing.services.join_batch import leave_batch
from billing.services.push_balances import push_balances
from billing.services.settle_statements import reopen_statement
from billing.services.tell_claims import tell_claims
from claims.models import Claim, ClaimChargeLine
from claims.services.set_claim_balances import reopen_claim
from core import timeline
from core.errors import ApplicationError
from core.money import ZERO, format_money

LEAST_REASON = 5


def take_back_payment(*, payment: Payment, reason: str) -> Journal:
    """Post the mirror of `payment`: what it settled is owed again, what waited as credit is gone.

    Once: the second call gives the mirror of then. Raises ApplicationError without a reason, and
    where its credit has settled something else meanwhile.
    """
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say in a few words why it is taken back.", field="reason")
    with transaction.atomic():
        lock_accounts(guarantor_ids=[payment.guarantor_id])
        done = mirror_of(payment)
        if done is not None:
            return done
        parts = dict(payment.allocations.values_list("charge_line_id", "amount"))
        _check_credit(payment, sum(parts.values(), ZERO))
        _check_slip(payment)
        mirror = mirror_journal(
            practice=payment.practice,
            journal=payment.journal,
            memo=f"Takes back receipt {payment.number}: {reason}"[:200],
        )
        patients = payment.allocations.values_list("charge_line__patient_id", flat=True)
        push_balances(
            payment.practice,
            patient_ids={payment.patient_id, *patients},
            charge_line_ids=list(parts),
        )
        touched = ClaimChargeLine.objects.filter(charge_line_id__in=parts)
        for claim in Claim.objects.filter(pk__in=touched.values("claim_id")).order_by("pk"):
            reopen_claim(claim)
        reopen_statement(guarantor_id=payment.guarantor_id)
        leave_batch([payment])
        timeline.record(
            payment.patient,
            kind="payment.taken_back",
            sentence=f"took back receipt {payment.number} of ${format_money(payment.amount)}",
            details={"note": reason},
        )
        tell_claims(
            parts,
            kind="claim.patient_payment_taken_back",
            sentence=f"took back {{amount}} of receipt {payment.number}: the patient owes it again",
        )
        tell_payment(TAKEN_BACK, payment)
    return mirror


def _check_slip(payment: Payment) -> None:
    """A receipt on its way to the bank is taken off its slip first, or the slip would lie."""
    slip = DepositSlip.objects.filter(items__payment=payment, state=SlipState.OPEN).first()
    if slip is not None:
        raise ApplicationError(
            f"It is on deposit {slip.number}, on its way to the bank: take that apart first."
        )


def mirror_of(payment: Payment) -> Journal | None:
    """The journal that took the payment back, if one did."""
    return Journal.objects.filter(reverses_id=payment.journal_id).first()


def _check_credit(payment: Payment, settled: Decimal) -> None:
    waited = payment.amount - settled
    left = -balance(
        payment.practice,
        Account.PATIENT_CREDITS,
        patient_id=payment.patient_id,
        guarantor_id=payment.guarantor_id,
    )
    if left < waited:
        raise ApplicationError(
            f"${format_money(waited - left)} of its credit has settled later visits. That cannot"
            " be taken back in Claimline yet."
        )
