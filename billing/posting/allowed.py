"""What a payer allowed for one line of its answer (domain I.6). Pure."""

from decimal import Decimal

from billing.posting.facts import LineFact
from billing.posting.reasons import ALLOWED_CODES, NOT_COMPARED_CODES
from core.money import ZERO


def allowed_amount(line: LineFact) -> Decimal:
    """Paid, the patient's share, sequestration and withholds."""
    beside = (one.amount for one in line.adjustments if one.code in ALLOWED_CODES)
    return line.paid_amount + sum(beside, ZERO)


def is_compared(line: LineFact) -> bool:
    """Whether the line can be held against its contract: not what another payer decided first,
    what is undecided, a duplicate, or paid by capitation; and not where the payer gave no lines.
    """
    if line.remittance_line_id is None:
        return False
    return not any(one.code in NOT_COMPARED_CODES for one in line.adjustments)
