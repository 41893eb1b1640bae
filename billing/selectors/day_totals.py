"""The figures of some days of the books: the tape, money by kind, what waits for the bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from billing.choices import PaymentMethod
from billing.closing.tape import Tape, make_tape
from billing.ledger.accounts import RECEIVABLES, Account, account_name
from billing.ledger.balances import balance
from billing.models import Journal, LedgerEntry, Payment
from core.models import Practice
from core.money import ZERO

REMITTANCE = "remittance"
CLEARING = (Account.UNDEPOSITED, Account.CARD_CLEARING, Account.REMIT_CLEARING)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a kind of posting: how many, and how much."""

    key: str
    label: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What these days come to."""

    tape: Tape
    money: tuple[Row, ...]
    clearing: tuple[Row, ...]

    def as_text(self) -> dict[str, Any]:
        """As it is kept with a closed day: figures as text, so that no reader rounds them."""
        return {
            "tape": {
                "opening": str(self.tape.opening_amount),
                "charges": str(self.tape.charge_amount),
                "payments": str(self.tape.payment_amount),
                "agreed": str(self.tape.agreed_amount),
                "write_offs": str(self.tape.write_off_amount),
                "moved": str(self.tape.moved_amount),
                "closing": str(self.tape.closing_amount),
            },
            "money": [_as_text(row) for row in self.money],
            "clearing": [_as_text(row) for row in self.clearing],
        }


def totals_from_text(kept: Mapping[str, Any]) -> DayTotals:
    """The figures of a closed day as they were kept."""
    tape = {name: Decimal(value) for name, value in kept["tape"].items()}
    return DayTotals(
        Tape(
            tape["opening"], tape["charges"], tape["payments"], tape["agreed"],
            tape["write_offs"], tape["moved"],
        ),
        tuple(_from_text(row) for row in kept["money"]),
        tuple(_from_text(row) for row in kept["clearing"]),
    )  # fmt: skip


def day_totals(practice: Practice, from_on: date, day: date) -> DayTotals:
    """The figures of the days `from_on` to `day`, from the ledger."""
    return DayTotals(
        make_tape(
            _receivables(practice, from_on - timedelta(days=1)), _moved(practice, from_on, day)
        ),
        _money(practice, from_on, day),
        tuple(
            Row(str(int(one)), account_name(one), 0, balance(practice, one, as_of=day))
            for one in CLEARING
        ),
    )  # fmt: skip


def receipts_of(practice: Practice, from_on: date, day: date) -> Any:
    """The patients' receipts that these days posted and that were not taken back."""
    return Payment.everywhere.filter(
        practice=practice,
        journal__posted_on__range=(from_on, day),
        journal__mirror__isnull=True,
    )


def _receivables(practice: Practice, as_of: date) -> Decimal:
    return sum((balance(practice, one, as_of=as_of) for one in RECEIVABLES), ZERO)


def _moved(practice: Practice, from_on: date, day: date) -> dict[int, Decimal]:
    rows = (
        _entries(practice, from_on, day)
        .filter(account_id__in=[int(one) for one in RECEIVABLES])
        .values_list("counter_account_id")
        .annotate(total=Sum("amount"))
    )
    return dict(rows)


def _entries(practice: Practice, from_on: date, day: date) -> Any:
    return LedgerEntry.everywhere.filter(
        practice=practice, posted_on__range=(from_on, day)
    ).order_by()


def _money(practice: Practice, from_on: date, day: date) -> tuple[Row, ...]:
    """Money in by kind, what was taken back of it, and what reached or left the bank."""
    by_method = {
        method: (count, total)
        for method, count, total in Payment.everywhere.filter(
            practice=practice, journal__posted_on__range=(from_on, day)
        )
        .order_by()
        .values_list("method")
        .annotate(count=Count("pk"), total=Sum("amount"))
    }
    rows = [
        Row(str(method), f"Patients, {str(label).lower()}", *by_method.get(method, (0, ZERO)))
        for method, label in PaymentMethod.choices
    ]
    back = Payment.everywhere.filter(
        practice=practice, journal__mirror__posted_on__range=(from_on, day)
    ).aggregate(count=Count("pk"), total=Sum("amount", default=ZERO))
    rows.append(Row("back", "Receipts taken back", back["count"], -back["total"]))
    rows.append(_remittances(practice, from_on, day))
    bank = (
        _entries(practice, from_on, day)
        .filter(account_id=int(Account.BANK))
        .aggregate(
            came=Count("journal_id", distinct=True, filter=Q(amount__gt=0)),
            paid_in=Sum("amount", filter=Q(amount__gt=0), default=ZERO),
            left=Count("journal_id", distinct=True, filter=Q(amount__lt=0)),
            paid_out=Sum("amount", filter=Q(amount__lt=0), default=ZERO),
        )
    )
    rows.append(Row("in", "Reached the bank", bank["came"], bank["paid_in"]))
    rows.append(Row("out", "Left the bank", bank["left"], bank["paid_out"]))
    return tuple(rows)


def _remittances(practice: Practice, from_on: date, day: date) -> Row:
    posted = Journal.everywhere.filter(
        practice=practice, source_kind=REMITTANCE, posted_on__range=(from_on, day)
    )
    total = (
        _entries(practice, from_on, day)
        .filter(account_id=int(Account.REMIT_CLEARING), journal__source_kind=REMITTANCE)
        .aggregate(total=Sum("amount", default=ZERO))["total"]
    )
    count = posted.aggregate(count=Count("source_id", distinct=True))["count"]
    return Row("era", "Insurers, remittances", count, total)


def _as_text(row: Row) -> list[Any]:
    return [row.key, row.label, row.count, str(row.amount)]


def _from_text(row: list[Any]) -> Row:
    return Row(row[0], row[1], row[2], Decimal(row[3]))
