"""The patient's account as a ledger: one row for each thing that happened, and what was left."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.selectors.explain import source_of
from billing.selectors.movements import Kind, Movement
from billing.selectors.visits import Visit, visits_of
from core.money import ZERO
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One row of the account's ledger, newest first; `left_amount` is the balance after it."""

    on: date
    words: str
    source: str
    journal_public_id: UUID
    charge_amount: Decimal | None
    credit_amount: Decimal | None
    left_amount: Decimal


@dataclass(frozen=True, slots=True)
class PatientAccount:
    """Everything the account page shows."""

    visits: tuple[Visit, ...]
    rows: tuple[AccountRow, ...]
    insurance_amount: Decimal
    patient_amount: Decimal
    unapplied_amount: Decimal

    @property
    def balance_amount(self) -> Decimal:
        """What is open in all. It ties to the last balance of the rows."""
        return self.insurance_amount + self.patient_amount

    @property
    def charged_amount(self) -> Decimal:
        """All charges, less what was taken back."""
        return sum((row.charge_amount for row in self.rows if row.charge_amount), ZERO)

    @property
    def credited_amount(self) -> Decimal:
        """All that lowered the balance."""
        return sum((row.credit_amount for row in self.rows if row.credit_amount), ZERO)


_WORDS = {
    Kind.ADJUSTMENT: "Write-off, {payer}",
    Kind.INSURANCE_PAID: "{payer} paid",
    Kind.PATIENT_PAID: "Payment",
}


# What the practice itself did is named by what it was, whatever the account at the other end.
_BY_SOURCE = {
    "write_off": "Written off by us",
    "refund": "Refund to {payer}",
    "credit_used": "Credit used",
}


def patient_account(patient: Patient, *, as_of: date | None = None) -> PatientAccount:
    """The account of `patient` as of a day, folded from the ledger."""
    visits = visits_of(patient.practice, [patient.pk], as_of=as_of)
    unapplied = balance(
        patient.practice, Account.PATIENT_CREDITS, as_of=as_of, patient_id=patient.pk
    )
    return PatientAccount(
        visits=tuple(visits),
        rows=tuple(account_rows(visits)),
        insurance_amount=sum((visit.insurance_open_amount for visit in visits), ZERO),
        patient_amount=sum((visit.patient_open_amount for visit in visits), ZERO),
        unapplied_amount=-unapplied,
    )


def account_rows(visits: Sequence[Visit]) -> list[AccountRow]:
    """The ledger rows of these visits, newest first, each with the balance after it."""
    groups: dict[tuple[date, int, str, str], list[Movement]] = defaultdict(list)
    payers: dict[int, str] = {}
    for visit in visits:
        payers |= visit.payer_names
        for movement in visit.found:
            if movement.kind not in {Kind.SHARE, Kind.MOVED}:
                groups[_group(visit, movement)].append(movement)
    rows, left = [], ZERO
    for key in sorted(groups, key=lambda key: (key[0], min(m.journal_id for m in groups[key]))):
        found = groups[key]
        amount = sum((movement.amount for movement in found), ZERO)
        left += amount
        rows.append(_row(found, amount, left, payers))
    return rows[::-1]


def _group(visit: Visit, movement: Movement) -> tuple[date, int, str, str]:
    """Charges of a visit are one row; else what one source did of one kind."""
    if movement.kind == Kind.CHARGE:
        return movement.posted_on, visit.encounter.pk, "charge", movement.source_kind
    source = f"{movement.source_kind}:{movement.source_id}:{movement.reference_number}"
    return movement.posted_on, 0, source, movement.kind


def _row(
    found: list[Movement], amount: Decimal, left: Decimal, payers: dict[int, str]
) -> AccountRow:
    first = found[0]
    if first.kind == Kind.CHARGE:
        plural = "s" if len(found) != 1 else ""
        words = f"Charge, {len(found)} line{plural}" if amount > 0 else "Charge taken back"
    elif first.source_kind in _BY_SOURCE:
        payer = payers[first.payer_id] if first.payer_id is not None else "the guarantor"
        words = _BY_SOURCE[first.source_kind].format(payer=payer)
    else:
        payer = payers[first.payer_id] if first.payer_id is not None else "patient"
        words = _WORDS[first.kind].format(payer=payer)
        words = words if amount < 0 else f"{words}: taken back"
    is_charge = first.kind == Kind.CHARGE
    return AccountRow(
        on=first.posted_on,
        words=words,
        source=source_of(first),
        journal_public_id=first.journal_public_id,
        charge_amount=amount if is_charge else None,
        credit_amount=None if is_charge else amount,
        left_amount=left,
    )
