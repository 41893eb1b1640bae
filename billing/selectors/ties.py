"""Whether one practice's books tie, asked before a day or month is closed (domain F.4, F.5).

`verify` proves the same for all practices and names the rows; this is quick and says what.
"""

from decimal import Decimal

from django.db.models import Sum

from billing.ledger.accounts import Account
from billing.ledger.balances import balance, trial_balance
from billing.models import Journal
from claims.choices import RemittanceState
from claims.models import Remittance
from core.models import Practice
from core.money import ZERO, format_money
from patients.models import Patient

DEPOSIT = "deposit"


def what_does_not_tie(practice: Practice) -> list[str]:
    """What is wrong, in words; nothing is right."""
    wrong = []
    accounts = {row.number: row.balance_amount for row in trial_balance(practice)}
    total = sum(accounts.values(), ZERO)
    if total:
        wrong.append(f"The accounts sum to {format_money(total)}, not to zero.")
    kept = Patient.everywhere.filter(practice=practice).aggregate(
        insurers=Sum("insurance_balance_amount", default=ZERO),
        patients=Sum("patient_balance_amount", default=ZERO),
    )
    for account, shown in (
        (Account.INSURANCE_AR, kept["insurers"]),
        (Account.PATIENT_AR, kept["patients"]),
    ):
        control = accounts.get(int(account), ZERO)
        if control != shown:
            wrong.append(
                f"Account {int(account)} holds {format_money(control)}, its patients"
                f" {format_money(shown)}."
            )
    held, awaited = balance(practice, Account.REMIT_CLEARING), awaited_amount(practice)
    if held != awaited:
        wrong.append(
            f"Remit clearing (1020) holds {format_money(held)}; remittances that await the bank"
            f" come to {format_money(awaited)}."
        )
    return wrong


def awaited_amount(practice: Practice) -> Decimal:
    """What posted remittances pay whose money was not found at the bank (invariant 7)."""
    deposited = Journal.everywhere.filter(
        practice=practice, source_kind=DEPOSIT, mirror__isnull=True
    ).values("source_id")
    total: Decimal = (
        Remittance.everywhere.filter(practice=practice, state=RemittanceState.POSTED)
        .exclude(pk__in=deposited)
        .aggregate(total=Sum("payment_amount", default=ZERO))["total"]
    )
    return total
