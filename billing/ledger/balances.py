"""Balances, each the fold of the ledger's entries as of a date (DESIGN 3.2). Reads only."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from billing.ledger.accounts import CHART, RECEIVABLES, Account
from billing.models import LedgerEntry
from core.among import Ids
from core.models import Practice
from core.money import ZERO


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is open on one key of a receivable account; negative is a credit."""

    account: int
    patient_id: int
    guarantor_id: int | None
    charge_line_id: int | None
    payer_id: int | None
    rank: int | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account of the trial balance: what went in, what went out, what is there."""

    number: int
    name: str
    debit_amount: Decimal
    credit_amount: Decimal

    @property
    def balance_amount(self) -> Decimal:
        """Debits less credits."""
        return self.debit_amount - self.credit_amount


def entries(practice: Practice, *, as_of: date | None = None) -> "QuerySet[LedgerEntry]":
    """The entries of `practice`, up to and including `as_of`."""
    found = LedgerEntry.everywhere.filter(practice=practice)
    return found if as_of is None else found.filter(posted_on__lte=as_of)


def trial_balance(practice: Practice, *, as_of: date | None = None) -> list[TrialRow]:
    """One row for each account that was ever used; the balances add up to zero (invariant 2)."""
    sums = (
        entries(practice, as_of=as_of)
        .order_by()
        .values("account_id")
        .annotate(
            debit=Sum("amount", filter=Q(amount__gt=0), default=ZERO),
            credit=Sum("amount", filter=Q(amount__lt=0), default=ZERO),
        )
    )
    found = {row["account_id"]: row for row in sums}
    return [
        TrialRow(row.number, row.name, found[row.number]["debit"], -found[row.number]["credit"])
        for row in CHART
        if row.number in found
    ]


def balance(practice: Practice, account: int, *, as_of: date | None = None, **keys: int) -> Decimal:
    """The balance of `account`, debit positive, narrowed by sub-ledger keys
    (`patient_id=…, charge_line_id=…, payer_id=…, rank=…`).
    """
    found = entries(practice, as_of=as_of).filter(account_id=int(account), **keys)
    return found.aggregate(total=Sum("amount", default=ZERO))["total"]


def open_items(
    practice: Practice,
    *,
    accounts: Collection[int] = RECEIVABLES,
    as_of: date | None = None,
    **keys: Any,
) -> list[OpenItem]:
    """Every key of `accounts` that is not at zero, narrowed by `keys`
    (`patient_id=…`, `charge_line_id__in=[…]`, `guarantor_id=…`).
    """
    columns = ["account_id", "patient_id", "guarantor_id", "charge_line_id", "payer_id", "rank"]
    rows = (
        entries(practice, as_of=as_of)
        .filter(account_id__in=[int(number) for number in accounts], **keys)
        .order_by(*columns)
        .values_list(*columns)
        .annotate(total=Sum("amount"))
        .exclude(total=0)
    )
    return [OpenItem(*row) for row in rows]


def patient_totals(
    practice: Practice, patient_ids: Sequence[int]
) -> dict[int, tuple[Decimal, Decimal]]:
    """(insurance, patient) open for each of `patient_ids`: Σ 1100 and Σ 1200, credits included."""
    return _totals_by(practice, "patient_id", patient_ids)


def charge_line_totals(
    practice: Practice, charge_line_ids: Sequence[int]
) -> dict[int, tuple[Decimal, Decimal]]:
    """(insurance, patient) open for each of `charge_line_ids`."""
    return _totals_by(practice, "charge_line_id", charge_line_ids)


def _totals_by(
    practice: Practice, key: str, ids: Sequence[int]
) -> dict[int, tuple[Decimal, Decimal]]:
    totals: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    rows = (
        entries(practice)
        .filter(
            account_id__in=[Account.INSURANCE_AR, Account.PATIENT_AR], **{f"{key}__among": Ids(ids)}
        )
        .order_by()
        .values_list(key, "account_id")
        .annotate(total=Sum("amount"))
    )
    for row_id, account, total in rows:
        totals[row_id][account == Account.PATIENT_AR] = total
    return {row_id: (totals[row_id][0], totals[row_id][1]) for row_id in ids}
