"""Taking a patient's money: the receipt, its journal, and what it settled (domain F.3)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from billing.choices import PaymentMethod
from billing.events import TAKEN, tell_payment
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Source
from billing.ledger.period import posting_day
from billing.models import Payment, PaymentAllocation
from billing.posting.locks import lock_accounts
from billing.posting.plan_payment import (
    Allocation,
    allocate_as_chosen,
    allocate_oldest_first,
    plan_payment,
)
from billing.selectors.open_charges import open_charges
from billing.services.join_batch import OF_METHOD, join_batch
from billing.services.push_balances import push_balances
from billing.services.settle_statements import settle_statements
from billing.services.tell_claims import tell_claims
from core import clock, timeline
from core.actors import current_actor
from core.errors import ApplicationError
from core.ids import opaque_number
from core.money import ZERO, format_money
from patients.models import Patient

PAYMENT = "payment"
NUMBER_LENGTH = 9


def take_patient_payment(
    *,
    patient: Patient,
    amount: Decimal,
    method: str,
    received_on: date,
    reference: str = "",
    allocations: Mapping[int, Decimal] | None = None,
    submission_key: UUID | None = None,
) -> Payment:
    """Take `amount` from the patient's guarantor.

    Without `allocations` (charge line id: part) it settles the guarantor's oldest services first.
    What settles nothing is the patient's credit, used when something becomes due. A
    `submission_key` seen before gives the payment of then. Raises ApplicationError at the field
    that is wrong, and posts nothing then.
    """
    _check(patient, amount, method, received_on)
    with transaction.atomic():
        guarantor_id = patient.guarantor_id
        lock_accounts(guarantor_ids=[guarantor_id])
        taken = _taken_before(submission_key)
        if taken is not None:
            return taken
        charges = open_charges(patient.practice, guarantor_id=guarantor_id)
        parts = (
            allocate_oldest_first(amount, charges)
            if allocations is None
            else allocate_as_chosen(amount, charges, allocations)
        )
        payment = _record(
            patient=patient,
            amount=amount,
            method=method,
            received_on=received_on,
            reference=reference,
            parts=parts,
            submission_key=submission_key,
        )
        push_balances(
            patient.practice,
            patient_ids={patient.pk, *(part.charge.patient_id for part in parts)},
            charge_line_ids=[part.charge.charge_line_id for part in parts],
        )
        settle_statements(guarantor_id=guarantor_id)
        join_batch(OF_METHOD[PaymentMethod(method)], [(payment, payment.amount)])
        tell_payment(TAKEN, payment)
    return payment


def _taken_before(submission_key: UUID | None) -> Payment | None:
    if submission_key is None:
        return None
    return Payment.objects.filter(submission_key=submission_key).first()


def _check(patient: Patient, amount: Decimal, method: str, received_on: date) -> None:
    if amount <= 0:
        raise ApplicationError("Enter an amount above zero.", field="amount")
    if method not in PaymentMethod.values:
        raise ApplicationError("Choose how it was paid.", field="method")
    if received_on > clock.today(patient.practice):
        raise ApplicationError("This day has not come yet.", field="received_on")
    if received_on < patient.birth_date:
        raise ApplicationError("This day is before the patient was born.", field="received_on")


def _record(
    *,
    patient: Patient,
    amount: Decimal,
    method: str,
    received_on: date,
    reference: str,
    parts: tuple[Allocation, ...],
    submission_key: UUID | None,
) -> Payment:
    number = opaque_number("R", NUMBER_LENGTH)
    journal = record_journal(
        practice=patient.practice,
        draft=JournalDraft(
            posted_on=posting_day(patient.practice),
            source=Source(PAYMENT, patient.pk),
            idempotency_key=f"{PAYMENT}:{number}",
            lines=plan_payment(
                amount=amount,
                method=method,
                patient_id=patient.pk,
                guarantor_id=patient.guarantor_id,
                allocations=parts,
                reference_number=number,
            ),
            memo=f"Payment {number}",
        ),
    )
    payment = Payment.objects.create(
        practice=patient.practice,
        number=number,
        patient=patient,
        guarantor_id=patient.guarantor_id,
        amount=amount,
        method=method,
        reference_number=reference,
        received_on=received_on,
        journal=journal,
        submission_key=submission_key,
        taken_by_name=current_actor().name,
    )
    _allocate(payment, parts)
    _tell(payment, parts)
    return payment


def _allocate(payment: Payment, parts: tuple[Allocation, ...]) -> None:
    PaymentAllocation.objects.bulk_create(
        PaymentAllocation(
            practice=payment.practice,
            payment=payment,
            charge_line_id=part.charge.charge_line_id,
            amount=part.amount,
        )
        for part in parts
    )


def _tell(payment: Payment, parts: tuple[Allocation, ...]) -> None:
    settled = sum((part.amount for part in parts), ZERO)
    timeline.record(
        payment.patient,
        kind="payment.taken",
        sentence=f"took a payment of ${format_money(payment.amount)}, receipt {payment.number}",
        details={"settled": str(settled), "unapplied": str(payment.amount - settled)},
    )
    tell_claims(
        {part.charge.charge_line_id: part.amount for part in parts},
        kind="claim.patient_paid",
        sentence=f"took {{amount}} from the patient, receipt {payment.number}",
    )
