"""What happened to charge lines, each ledger entry said in the words of the trade.

The one reading of the ledger that statements, the patient account and the claim panel share, so
that they cannot tell three stories.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from billing.ledger.accounts import ADJUSTMENTS, RECEIVABLES, Account
from billing.ledger.balances import entries
from core.models import Practice
from core.money import ZERO


class Kind(StrEnum):
    """What an entry on a receivable means."""

    CHARGE = "charge"
    ADJUSTMENT = "adjustment"
    INSURANCE_PAID = "insurance_paid"
    PATIENT_PAID = "patient_paid"
    SHARE = "share"  # a payer made it the patient's
    MOVED = "moved"  # between payers, ranks or lines, or the other end of a share


_INSURANCE_MONEY = frozenset(
    {
        Account.REMIT_CLEARING,
        Account.UNAPPLIED_INSURANCE,
        Account.PAYER_REFUNDS,
        Account.RECOUPMENT_PAYABLE,
        Account.RECOUPMENT_SUSPENSE,
    }
)


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry on a receivable of one charge line. `amount` is its effect on what is open."""

    charge_line_id: int
    account: int
    kind: Kind
    amount: Decimal
    posted_on: date
    reason_code: str
    reference_number: str
    payer_id: int | None
    journal_id: int
    journal_number: int
    journal_public_id: UUID
    source_kind: str
    source_id: int


def movements(
    practice: Practice, charge_line_ids: Collection[int], *, as_of: date | None = None
) -> list[Movement]:
    """Every movement on the receivables of these charge lines up to `as_of`, oldest first."""
    rows = (
        entries(practice, as_of=as_of)
        .filter(
            charge_line_id__in=sorted(set(charge_line_ids)),
            account_id__in=[int(account) for account in RECEIVABLES],
        )
        .order_by("posted_on", "journal_id", "line_id", "id")
        .values_list(
            "charge_line_id",
            "account_id",
            "counter_account_id",
            "amount",
            "posted_on",
            "reason_code",
            "reference_number",
            "payer_id",
            "journal_id",
            "journal__number",
            "journal__public_id",
            "journal__source_kind",
            "journal__source_id",
        )
    )
    return [Movement(row[0], row[1], kind_of(row[1], row[2]), *row[3:]) for row in rows]


def kind_of(account: int, counter_account: int) -> Kind:
    """What an entry on receivable `account` means, by the account at the other end."""
    if counter_account == Account.CHARGES:
        return Kind.CHARGE
    if counter_account in ADJUSTMENTS:
        return Kind.ADJUSTMENT
    if counter_account in _INSURANCE_MONEY:
        return Kind.INSURANCE_PAID
    if counter_account not in RECEIVABLES:
        return Kind.PATIENT_PAID
    return Kind.SHARE if account == Account.PATIENT_AR else Kind.MOVED


def total(found: Iterable[Movement], *kinds: Kind) -> Decimal:
    """The sum over movements of `kinds`, signed as effects on what is open."""
    return sum((movement.amount for movement in found if movement.kind in kinds), ZERO)


def open_on(found: Iterable[Movement], account: int) -> Decimal:
    """What is open on `account` over these movements."""
    return sum((movement.amount for movement in found if movement.account == account), ZERO)
