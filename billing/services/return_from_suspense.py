"""A refund that never reached its payer, where the payer had taken the same money back itself."""

from django.db.models import Sum

from billing.ledger.accounts import Account
from billing.ledger.balances import entries
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.ledger.period import posting_day
from billing.models import Refund
from billing.services.approve_refund import SOURCE
from core.money import ZERO


def return_from_suspense(refund: Refund) -> None:
    """What waits in 1300 as taken beyond what was paid (E.5) was the payer's own, as far as this
    refund is void: it goes back to the charge. The caller holds the account's locks.
    """
    owed = refund.owed_journal
    if owed is None or refund.payer_id is None:
        return
    lines = []
    for line in owed.lines.filter(debit_account=int(Account.INSURANCE_AR)).order_by("position"):
        side = Side(
            Account.INSURANCE_AR, patient_id=line.debit_patient_id,
            guarantor_id=line.debit_guarantor_id, charge_line_id=line.debit_charge_line_id,
            payer_id=line.debit_payer_id, rank=line.debit_rank,
        )  # fmt: skip
        waits = -(
            entries(refund.practice)
            .filter(
                account_id=int(Account.INSURANCE_AR), charge_line=line.debit_charge_line_id,
                payer=line.debit_payer_id, rank=line.debit_rank,
                counter_account_id=int(Account.RECOUPMENT_SUSPENSE),
            )
            .aggregate(total=Sum("amount", default=ZERO))["total"]
        )  # fmt: skip
        amount = min(waits, line.amount)
        if amount > 0:
            held = Side(Account.RECOUPMENT_SUSPENSE, payer_id=line.debit_payer_id)
            lines.append(Line(side, held, amount, "REFUND", refund.number))
    if lines:
        record_journal(
            practice=refund.practice,
            draft=JournalDraft(
                posted_on=posting_day(refund.practice),
                source=Source(SOURCE, refund.pk),
                idempotency_key=f"{SOURCE}:{refund.public_id}:suspense",
                lines=tuple(lines),
                memo=f"Refund {refund.number} is void: what the payer took back was its own",
            ),
        )
