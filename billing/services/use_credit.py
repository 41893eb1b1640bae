"""Using a patient's credit for what else is owed (domain H.4): with the guarantor's consent where
it is for another patient of the family.
"""

from decimal import Decimal

from django.db import transaction

from billing.credits.plan import plan_use
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Line, Source
from billing.ledger.period import posting_day
from billing.models import CreditBalance, Journal
from billing.posting.locks import lock_accounts
from billing.posting.plan_payment import Allocation, allocate_oldest_first
from billing.selectors.credit_page import credit_hold, free_amount, key_of
from billing.selectors.open_charges import open_charges
from billing.services.push_balances import push_balances
from billing.services.review_credit import locked_credit
from billing.services.settle_statements import settle_statements
from billing.services.tell_claims import tell_claims
from core import timeline
from core.errors import ApplicationError, Conflict
from core.money import ZERO, format_money

CREDIT_USED = "credit_used"


def use_credit(*, credit: CreditBalance, amount: Decimal, for_family: bool = False) -> Journal:
    """Settle the oldest open charges with `amount` of the credit: the patient's own, and those of
    the guarantor's other patients where `for_family` says that the guarantor agreed.

    Raises ApplicationError at `amount`, Conflict while a correction is out or nothing is owed.
    """
    with transaction.atomic():
        lock_accounts(guarantor_ids=[credit.guarantor_id] if credit.guarantor_id else [])
        row = locked_credit(credit)
        parts = _parts(row, amount, for_family=for_family)
        used = Journal.objects.filter(source_kind=CREDIT_USED, source_id=row.pk).count()
        journal = record_journal(
            practice=row.practice,
            draft=JournalDraft(
                posted_on=posting_day(row.practice),
                source=Source(CREDIT_USED, row.pk),
                idempotency_key=f"{CREDIT_USED}:{row.public_id}:{used}",
                lines=plan_use(key_of(row), parts, ""),
                memo="Credit used for what else is owed",
            ),
        )
        _follow(row, parts)
    return journal


def preview_use(
    credit: CreditBalance, amount: Decimal, *, for_family: bool = False
) -> tuple[Line, ...]:
    """The journal it would write. Nothing is written."""
    return plan_use(key_of(credit), _parts(credit, amount, for_family=for_family), "")


def _parts(row: CreditBalance, amount: Decimal, *, for_family: bool) -> tuple[Allocation, ...]:
    if row.is_of_payer:
        raise Conflict("A payer's money is refunded, or the payer keeps it from a payment.")
    free = free_amount(row)
    if not ZERO < amount <= free:
        raise ApplicationError(f"Enter an amount up to ${format_money(free)}.", field="amount")
    hold = credit_hold(row)
    if hold:
        raise Conflict(f"Nothing moves yet: {hold}.")
    charges = [
        charge
        for charge in open_charges(row.practice, guarantor_id=row.guarantor_id)
        if for_family or charge.patient_id == row.patient_id
    ]
    parts = allocate_oldest_first(amount, charges)
    settled = sum((part.amount for part in parts), ZERO)
    if settled != amount:
        raise ApplicationError(
            f"${format_money(settled)} is owed that it may settle.", field="amount"
        )
    return parts


def _follow(row: CreditBalance, parts: tuple[Allocation, ...]) -> None:
    lines = {part.charge.charge_line_id: part.amount for part in parts}
    own = [row.charge_line_id] if row.charge_line_id else []
    push_balances(
        row.practice,
        patient_ids={row.patient_id, *(part.charge.patient_id for part in parts)},
        charge_line_ids=[*lines, *own],
    )
    if row.guarantor_id:
        settle_statements(guarantor_id=row.guarantor_id)
    used = sum(lines.values(), ZERO)
    timeline.record(
        row.patient, kind="credit.used",
        sentence=f"used ${format_money(used)} of a credit for what else is owed",
    )  # fmt: skip
    tell_claims(lines, kind="claim.credit_used", sentence="settled {amount} with a credit")
