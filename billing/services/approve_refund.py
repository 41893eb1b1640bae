"""An approved refund is a debt in the books: the credit leaves the account for 2020 or 2030."""

from typing import Any

from billing.adjusting_choices import RefundState
from billing.credits.plan import plan_refund
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Source
from billing.ledger.period import posting_day
from billing.models import Refund
from billing.selectors.credit_page import key_of
from billing.services.push_balances import push_balances
from billing.services.tell_both import tell_both
from billing.services.tell_claims import tell_claims
from billing.states import REFUND
from core import clock
from core.choices import Role
from core.money import format_money
from core.services.work import open_work_item
from core.states import advance

SOURCE = "refund"
WRITE_CHECK = "refund.write_check"


def approve(refund: Refund, *, decision: dict[str, Any]) -> None:
    """Post what the refund owes, and ask for the check. `decision` says who approved it. The
    caller holds the account's locks and has checked that the money may leave.
    """
    journal = record_journal(
        practice=refund.practice,
        draft=JournalDraft(
            posted_on=posting_day(refund.practice),
            source=Source(SOURCE, refund.pk),
            idempotency_key=f"{SOURCE}:{refund.public_id}:owed",
            lines=plan_refund(key_of(refund.credit), refund.amount, refund.number),
            memo=f"Refund {refund.number} is owed",
        ),
    )
    advance(
        refund, RefundState.APPROVED, table=REFUND, update={"owed_journal": journal, **decision}
    )
    follow_refund(refund)
    to = refund.payer.name if refund.payer is not None else "the guarantor"
    sentence = f"approved refund {refund.number} of ${format_money(refund.amount)} to {to}"
    tell_both(refund, kind="refund.approved", sentence=sentence)
    if refund.credit.charge_line_id is not None:
        tell_claims(
            {refund.credit.charge_line_id: refund.amount},
            kind="claim.refund_approved",
            sentence=f"approved refund {refund.number} of {{amount}} to {to}",
        )
    open_work_item(
        subject=refund,
        kind=WRITE_CHECK,
        title=f"Write the check of refund {refund.number}",
        reason=f"${format_money(refund.amount)} to {to}",
        role=Role.POSTER,
        due_on=clock.today(refund.practice),
        amount=refund.amount,
    )


def follow_refund(refund: Refund) -> None:
    """What lists show follows the ledger."""
    line_id = refund.credit.charge_line_id
    push_balances(
        refund.practice,
        patient_ids=[refund.patient_id],
        charge_line_ids=[line_id] if line_id else [],
    )
