"""A recovery after bad debt as journal lines (W-52). Pure."""

from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side

REASON = "RECOVERY"


def plan_recovery(
    *, patient_id: int, amount: Decimal, fee_amount: Decimal, reference: str
) -> tuple[Line, ...]:
    """Of `amount` collected the agency keeps `fee_amount`: Dr 1000 and 5120 / Cr 4300."""
    income = Side(Account.RECOVERY, patient_id=patient_id)
    bank = Side(Account.BANK, patient_id=patient_id)
    lines = [Line(bank, income, amount - fee_amount, REASON, reference)]
    if fee_amount:
        agency = Side(Account.AGENCY_FEES, patient_id=patient_id)
        lines.append(Line(agency, income, fee_amount, REASON, reference))
    return tuple(lines)
