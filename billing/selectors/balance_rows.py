"""The sub-ledger of one account as of a day: who makes up its balance."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Model, Sum

from billing.ledger.balances import balance, entries
from core.models import Practice
from core.money import ZERO
from patients.models import Guarantor, Patient, Payer

MOST = 200


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What one payer, patient or guarantor has on the account; debits are positive."""

    name: str
    account_public_id: UUID | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BalanceRows:
    """The largest balances, how many there are, and the account's own balance."""

    rows: tuple[BalanceRow, ...]
    count: int
    listed_amount: Decimal
    account_amount: Decimal
    patient_ids: frozenset[int]

    @property
    def difference_amount(self) -> Decimal:
        """The account less its sub-ledger: anything but zero is a fault (invariant 4)."""
        return self.account_amount - self.listed_amount


def balance_rows(practice: Practice, account: int, by: str, as_of: date) -> BalanceRows:
    """The balances of `account` by `by` (payer, patient, guarantor), largest first."""
    column = f"{by}_id"
    sums = (
        entries(practice, as_of=as_of)
        .filter(account_id=account)
        .order_by()
        .values_list(column)
        .annotate(total=Sum("amount"))
        .exclude(total=0)
    )
    found = sorted(sums, key=lambda row: (-abs(row[1]), row[0] or 0))
    shown = found[:MOST]
    named, patient_ids = _named(by, [key for key, _ in shown if key is not None])
    rows = tuple(BalanceRow(*named.get(key, ("Nobody named", None)), amount)
                 for key, amount in shown)  # fmt: skip
    return BalanceRows(
        rows=rows,
        count=len(found),
        listed_amount=sum((amount for _, amount in found), ZERO),
        account_amount=balance(practice, account, as_of=as_of),
        patient_ids=frozenset(patient_ids),
    )


def _named(by: str, ids: list[int]) -> tuple[dict[int, tuple[str, UUID | None]], set[int]]:
    """Names, and the patient whose account page shows the row; whose data that is."""
    if by == "payer":
        return {payer.pk: (payer.name, None) for payer in Payer.objects.filter(pk__in=ids)}, set()
    if by == "patient":
        patients = Patient.objects.filter(pk__in=ids)
        return {one.pk: (one.list_name, one.public_id) for one in patients}, set(ids)
    found: dict[int, tuple[str, UUID | None]] = {}
    seen: set[int] = set()
    for guarantor in Guarantor.objects.filter(pk__in=ids).prefetch_related("patients"):
        family = sorted(guarantor.patients.all(), key=_pk)
        seen |= {one.pk for one in family}
        found[guarantor.pk] = (str(guarantor), family[0].public_id if family else None)
    return found, seen


def _pk(row: Model) -> int:
    return int(row.pk)
