"""What a line of the bank may be: remittances and deposits that were not found there yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from billing.bank.reassociate import (
    FAR_DAYS,
    MOST_FEE,
    REMITTANCE,
    RETURNED,
    SLIP,
    Likeness,
    LineFact,
    PaymentFact,
    compare,
)
from billing.batch_choices import SlipState
from billing.choices import PaymentMethod
from billing.models import BankLine, BankMatch, DepositSlip, Payment
from claims.choices import RemittanceState
from claims.models import Remittance
from core.models import Practice

CHECK = "CHK"
# A payment may wait for the bank for long; a line looks for what is no older than this.
LOOK_BACK = timedelta(days=45)
MOST = 25


@dataclass(slots=True)
class Candidate:
    """A payment that may be the line, with what fits."""

    payment: PaymentFact
    likeness: Likeness
    remittance: Remittance | None = None
    slip: DepositSlip | None = None
    returned: Payment | None = None

    @property
    def thing(self) -> Remittance | DepositSlip | Payment:
        """The row that it is."""
        found = self.remittance or self.slip or self.returned
        assert found is not None  # noqa: S101 - one of them is set
        return found

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.payment.kind}:{self.thing.public_id}"

    @property
    def is_postable(self) -> bool:
        """Whether it can be matched now: a remittance is posted before its money is found."""
        return self.remittance is None or self.remittance.state == RemittanceState.POSTED


def line_fact(line: BankLine) -> LineFact:
    """What the bank said, as it is compared."""
    references = {line.trace_number, line.customer_reference, line.bank_reference} - {""}
    return LineFact(
        left_amount=line.amount - line.matched_amount,
        posted_on=line.posted_on,
        kind=line.kind,
        references=frozenset(references),
        originator=line.trace_originator,
        text=line.description,
    )


def remittance_fact(row: Remittance) -> PaymentFact:
    """A remittance as it is compared."""
    return PaymentFact(
        kind=REMITTANCE,
        row_id=row.pk,
        amount=row.payment_amount,
        day=row.paid_on,
        trace_number=row.trace_number,
        originator=row.trace_originator,
        payer_name=row.payer.name if row.payer else row.payer_name,
        is_check=row.method_code == CHECK,
    )


def slip_fact(row: DepositSlip) -> PaymentFact:
    """A deposit as it is compared."""
    return PaymentFact(kind=SLIP, row_id=row.pk, amount=row.amount, day=row.day)


def unbanked_remittances(practice: Practice) -> "QuerySet[Remittance]":
    """Remittances that pay something and that no line of the bank was found for; those on a slip
    go to the bank with it.
    """
    return (
        Remittance.everywhere.filter(practice=practice, payment_amount__gt=0)
        .exclude(pk__in=_found_before(practice))
        .filter(slip_item__isnull=True)
        .select_related("payer")
    )


def _found_before(practice: Practice) -> "QuerySet[BankMatch, Any]":
    return BankMatch.everywhere.filter(
        practice=practice, undone_at__isnull=True, remittance__isnull=False
    ).values("remittance_id")


def candidates_of(line: BankLine) -> list[Candidate]:
    """What may be `line`, the likeliest first."""
    fact = line_fact(line)
    if fact.left_amount < 0:
        return list(_returned_checks(line, -fact.left_amount))
    found = [*_remittances(line, fact), *_slips(line, fact)]
    found.sort(key=lambda one: (-one.likeness.score, abs((one.payment.day - line.posted_on).days)))
    return found[:MOST]


def _remittances(line: BankLine, fact: LineFact) -> Iterable[Candidate]:
    near = Q(paid_on__range=(line.posted_on - LOOK_BACK, line.posted_on + timedelta(days=FAR_DAYS)))
    alike = Q(trace_number__in=fact.references) | Q(payment_amount=fact.left_amount)
    part = Q(method_code=CHECK, payment_amount__lt=fact.left_amount)
    rows = unbanked_remittances(line.practice).filter(
        near & (alike | part),
        state__in=[RemittanceState.POSTED, RemittanceState.MATCHED, RemittanceState.EXCEPTIONS],
    )
    for row in rows.order_by("-paid_on")[: 4 * MOST]:
        likeness = compare(fact, remittance_fact(row))
        if likeness is not None:
            yield Candidate(remittance_fact(row), likeness, remittance=row)


def _returned_checks(line: BankLine, amount: Decimal) -> Iterable[Candidate]:
    """Checks that were at the bank and whose receipts were taken back since."""
    rows = Payment.everywhere.filter(
        practice=line.practice,
        amount=amount,
        method=PaymentMethod.CHECK,
        journal__mirror__isnull=False,
        slip_item__slip__state=SlipState.BANKED,
    ).exclude(
        pk__in=BankMatch.everywhere.filter(
            practice=line.practice, undone_at__isnull=True, payment__isnull=False
        ).values("payment_id")
    )
    for row in rows.select_related("patient", "guarantor").order_by("-received_on", "-pk")[:MOST]:
        fact = PaymentFact(RETURNED, row.pk, row.amount, row.received_on, row.number)
        reasons = ("amount", "it was at the bank", "its receipt is taken back")
        yield Candidate(fact, Likeness(0, reasons, (), is_exact=False), returned=row)


def _slips(line: BankLine, fact: LineFact) -> Iterable[Candidate]:
    rows = DepositSlip.everywhere.filter(
        practice=line.practice,
        state=SlipState.OPEN,
        amount__lte=fact.left_amount / (1 - MOST_FEE),
        day__range=(line.posted_on - LOOK_BACK, line.posted_on + timedelta(days=1)),
    )
    for row in rows.order_by("-day")[: 4 * MOST]:
        likeness = compare(fact, slip_fact(row))
        if likeness is not None:
            yield Candidate(slip_fact(row), likeness, slip=row)
