"""Asking for a refund of a credit: approved at once within the asking person's limit."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from billing.adjusting.limits import REFUND, limit_of
from billing.credits.plan import plan_refund
from billing.ledger.lines import Line
from billing.models import CreditBalance, Refund
from billing.posting.locks import lock_accounts
from billing.selectors.credit_page import credit_hold, free_amount, key_of
from billing.services.approve_refund import approve
from billing.services.review_credit import locked_credit
from billing.services.tell_both import tell_both
from core import clock
from core.actors import current_actor
from core.calendar import add_business_days
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.ids import opaque_number
from core.money import ZERO, format_money
from core.services.work import open_work_item

APPROVAL = "refund.approval"
APPROVAL_DAYS = 2
NUMBER_LENGTH = 9
LEAST_NOTE = 5


def request_refund(
    *, credit: CreditBalance, amount: Decimal, note: str, submission_key: UUID | None = None
) -> Refund:
    """Ask to return `amount` of the credit to whom it belongs. Within the asking person's limit
    the check may be written at once; above it somebody else approves first.

    Raises ApplicationError at `amount` or `note`, Conflict while a correction is out: no money
    leaves then (domain F.3).
    """
    note = " ".join(note.split())[:300]
    with transaction.atomic():
        lock_accounts(guarantor_ids=[credit.guarantor_id] if credit.guarantor_id else [])
        known = Refund.objects.filter(submission_key=submission_key).first()
        if submission_key is not None and known is not None:
            return known
        row = locked_credit(credit)
        check_refund(row, amount, note)
        actor = current_actor()
        refund = Refund.objects.create(
            practice=row.practice,
            number=opaque_number("F", NUMBER_LENGTH),
            credit=row,
            patient=row.patient,
            payer=row.payer,
            amount=amount,
            limit_amount=limit_of(row.practice, REFUND, actor.user),
            note=note,
            requested_by=actor.user,
            requested_by_name=actor.name,
            submission_key=submission_key,
        )
        if not refund.needs_approval:
            approve(refund, decision={})
        else:
            _wait(refund)
    return refund


def preview_refund(credit: CreditBalance, amount: Decimal, note: str) -> tuple[Line, ...]:
    """The journal that approving it would write. Nothing is written."""
    check_refund(credit, amount, note)
    return plan_refund(key_of(credit), amount, "")


def check_refund(credit: CreditBalance, amount: Decimal, note: str) -> None:
    """Raise where `amount` may not be returned now."""
    free = free_amount(credit)
    if not ZERO < amount <= free:
        raise ApplicationError(f"Enter an amount up to ${format_money(free)}.", field="amount")
    if len(note) < LEAST_NOTE:
        raise ApplicationError("Say why it is returned.", field="note")
    hold = credit_hold(credit)
    if hold:
        raise Conflict(f"No money leaves yet: {hold}.")


def _wait(refund: Refund) -> None:
    words = f"${format_money(refund.amount)} to {payee(refund)}"
    tell_both(
        refund,
        kind="refund.requested",
        sentence=f"asked for refund {refund.number}, {words}",
        note=refund.note,
    )
    open_work_item(
        subject=refund,
        kind=APPROVAL,
        title=f"Approve refund {refund.number}",
        reason=f"{words}; {refund.requested_by_name} asks: {refund.note}",
        role=Role.MANAGER,
        due_on=add_business_days(clock.today(refund.practice), APPROVAL_DAYS),
        amount=refund.amount,
    )


def payee(refund: Refund) -> str:
    """Who gets the money, without naming a patient."""
    return refund.payer.name if refund.payer is not None else "the guarantor"
