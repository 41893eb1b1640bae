"""Posting on deposit (domain E.10, step 0): whose remittances wait for money, and which have it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.bank.reassociate import compare
from billing.batch_choices import BankLineState
from billing.models import BankLine, PayerPostingSettings
from billing.selectors.bank_candidates import line_fact, remittance_fact, unbanked_remittances
from billing.settings import POST_ON_DEPOSIT
from claims.choices import RemittanceState
from claims.models import Remittance
from core.models import Practice
from core.money import ZERO
from core.practice_settings import value


def waits_for_deposit(remittance: Remittance) -> bool:
    """Whether `remittance` is one that is posted on deposit and the bank does not have its money.
    One that pays nothing never expects a deposit (E.9).
    """
    if not remittance.payment_amount or not is_posted_on_deposit(remittance):
        return False
    return not _is_at_bank(remittance)


def is_posted_on_deposit(remittance: Remittance) -> bool:
    """Whether the practice, or the setting of its payer, lets it wait for its deposit."""
    if value(remittance.practice, POST_ON_DEPOSIT):
        return True
    return PayerPostingSettings.everywhere.filter(
        payer=remittance.payer_id, posts_on_deposit=True
    ).exists()


def waiting_remittances(practice: Practice) -> "QuerySet[Remittance]":
    """What is matched, paid, and held back until its money is at the bank, the oldest first."""
    rows = unbanked_remittances(practice).filter(
        state__in=[RemittanceState.MATCHED, RemittanceState.EXCEPTIONS]
    )
    if not value(practice, POST_ON_DEPOSIT):
        own = PayerPostingSettings.everywhere.filter(practice=practice, posts_on_deposit=True)
        rows = rows.filter(payer__in=own.values("payer"))
    return rows.select_related("practice").order_by("paid_on", "pk")


def arrived_remittances(practice: Practice) -> "QuerySet[Remittance]":
    """Those of `waiting_remittances` that an open line of the bank may be."""
    trace = OuterRef("trace_number")
    lines = _lines(practice).filter(_names(trace), amount=OuterRef("payment_amount"))
    return waiting_remittances(practice).filter(Exists(lines))


def _is_at_bank(remittance: Remittance) -> bool:
    """By trace number and amount alone: anything less is for a person, who may post it."""
    lines = _lines(remittance.practice).filter(
        _names(remittance.trace_number), amount=remittance.payment_amount
    )
    found = (compare(line_fact(line), remittance_fact(remittance)) for line in lines)
    return any(one is not None and one.is_exact for one in found)


def _lines(practice: Practice) -> "QuerySet[BankLine]":
    return BankLine.everywhere.filter(
        practice=practice, state=BankLineState.OPEN, matched_amount=ZERO
    )


def _names(trace: Any) -> Q:
    return Q(trace_number=trace) | Q(customer_reference=trace) | Q(bank_reference=trace)
