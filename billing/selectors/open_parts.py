"""Open receivables as the parts that a write-off or a move may take."""

from collections.abc import Collection

from billing.adjusting.plan import Part
from billing.ledger.accounts import Account
from billing.ledger.balances import open_items
from core.models import Practice
from core.money import ZERO

_FROM = (Account.INSURANCE_AR, Account.PATIENT_AR)


def open_parts(practice: Practice, charge_line_ids: Collection[int]) -> list[Part]:
    """Every key of 1100 and 1200 on these charge lines that is not at zero; nothing chosen yet."""
    return [
        Part(
            account=item.account,
            patient_id=item.patient_id,
            guarantor_id=item.guarantor_id,
            charge_line_id=item.charge_line_id,
            payer_id=item.payer_id,
            rank=item.rank,
            open_amount=item.amount,
            amount=ZERO,
        )
        for item in open_items(
            practice, accounts=_FROM, charge_line_id__in=sorted(set(charge_line_ids))
        )
        if item.charge_line_id is not None
    ]
