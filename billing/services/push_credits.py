"""The credit worklist follows the ledger: whatever is in credit has its row, whatever is not loses
it (domain F.4, invariant 5). Called with the other projections, in the posting's transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q, Sum

from billing.adjusting_choices import CreditCause, CreditState
from billing.ledger.accounts import Account
from billing.ledger.balances import entries
from billing.models import CreditBalance, Journal
from claims.cob.answers import standing_answers
from claims.models import ClaimVersionLine
from core import clock
from core.among import Ids
from core.models import Practice
from core.money import ZERO

_ACCOUNTS = (Account.INSURANCE_AR, Account.PATIENT_AR, Account.PATIENT_CREDITS)
_KEY = ("account_id", "patient_id", "guarantor_id", "charge_line_id", "payer_id", "rank")
_COLUMNS = [
    "amount", "state", "opened_at", "settled_at", "arose_on", "journal", "cause", "note",
    "reviewed_by_name", "reviewed_at",
]  # fmt: skip
Key = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class _Fold:
    amount: Decimal
    arose_on: date
    journal_id: int


def push_credits(practice: Practice, patient_ids: Collection[int]) -> None:
    """Bring the credits of these patients up to date. What a person said of one is kept."""
    found = _in_credit(practice, patient_ids)
    causes = _causes(found)
    changed: list[CreditBalance] = []
    for row in (
        CreditBalance.objects.filter(patient_id__among=Ids(set(patient_ids)))
        .select_for_update(no_key=True)
        .order_by("pk")
    ):
        key = _key_of(row)
        if _follows(row, found.pop(key, None), causes.get(key, row.cause)):
            changed.append(row)
    CreditBalance.objects.bulk_update(changed, _COLUMNS)
    CreditBalance.objects.bulk_create(
        CreditBalance(
            practice=practice,
            amount=fold.amount,
            arose_on=fold.arose_on,
            journal_id=fold.journal_id,
            cause=causes[key],
            **dict(zip(_KEY, key, strict=True)),
        )
        for key, fold in found.items()
    )


def _follows(row: CreditBalance, fold: _Fold | None, cause: str) -> bool:
    """Bring one row to what the ledger says; whether that changed it."""
    if fold is None:
        if row.state == CreditState.SETTLED:
            return False
        row.amount, row.state, row.settled_at = ZERO, CreditState.SETTLED, clock.now()
        return True
    if row.state == CreditState.SETTLED:
        # It is in credit again: what was said of the one before does not hold for this one.
        row.state, row.settled_at, row.opened_at = CreditState.OPEN, None, clock.now()
        row.cause, row.note, row.reviewed_by_name, row.reviewed_at = cause, "", "", None
    elif (row.amount, row.journal_id) == (fold.amount, fold.journal_id):
        return False
    row.amount, row.arose_on, row.journal_id = fold.amount, fold.arose_on, fold.journal_id
    return True


def _in_credit(practice: Practice, patient_ids: Collection[int]) -> dict[Key, _Fold]:
    rows = (
        entries(practice)
        .filter(account_id__in=_ACCOUNTS, patient_id__among=Ids(set(patient_ids)))
        .order_by(*_KEY)
        .values_list(*_KEY)
        .annotate(
            total=Sum("amount"),
            arose=Max("posted_on", filter=Q(amount__lt=0)),
            journal=Max("journal_id", filter=Q(amount__lt=0)),
        )
        .filter(total__lt=0)
    )
    return {tuple(row[:6]): _Fold(-row[6], row[7], row[8]) for row in rows}


def _key_of(row: CreditBalance) -> Key:
    return tuple(getattr(row, name) for name in _KEY)


def _causes(found: dict[Key, _Fold]) -> dict[Key, str]:
    """Our guess at how each came to be; a person says so later."""
    kinds = dict(
        Journal.objects.filter(pk__in={fold.journal_id for fold in found.values()}).values_list(
            "pk", "source_kind"
        )
    )
    lines = [key[3] for key in found if key[0] == Account.INSURANCE_AR and key[3] is not None]
    twice = _paid_twice(lines)
    causes: dict[Key, str] = {}
    for key, fold in found.items():
        if key[0] == Account.PATIENT_CREDITS:
            is_ahead = kinds[fold.journal_id] == "payment"
            causes[key] = CreditCause.PREPAID if is_ahead else CreditCause.PATIENT
        elif key[0] == Account.PATIENT_AR:
            causes[key] = CreditCause.PATIENT
        else:
            causes[key] = CreditCause.DUPLICATE if key[3] in twice else CreditCause.PAYER
    return causes


def _paid_twice(charge_line_ids: Collection[int]) -> set[int]:
    """Charge lines that standing answers of one version paid the same amount twice."""
    if not charge_line_ids:
        return set()
    versions = ClaimVersionLine.objects.filter(charge_line_id__in=charge_line_ids)
    twice: set[int] = set()
    for answers in standing_answers(list(versions.values_list("version_id", flat=True))).values():
        seen: set[tuple[int | None, Decimal]] = set()
        for answer in answers:
            for line in answer.lines.all():
                paid = (line.charge_line_id, line.paid_amount)
                if line.paid_amount > 0 and paid in seen and line.charge_line_id is not None:
                    twice.add(line.charge_line_id)
                seen.add(paid)
    return twice
