"""What stands before the close of a month: its days, its accounts, and the month-end items."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Min, Q, Sum

from billing.batch_choices import BankLineState, BatchState, SlipState
from billing.choices import PaymentMethod
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.ledger.month_ends import month_end_before
from billing.ledger.period import closed_through
from billing.models import BankLine, ClosedMonth, DepositSlip, Journal, Payment, PostingBatch
from billing.selectors.ties import what_does_not_tie
from claims.choices import RemittanceState
from claims.models import Remittance
from core import clock
from core.models import Practice
from core.money import ZERO, format_money

_UNPOSTED = (RemittanceState.MATCHED, RemittanceState.EXCEPTIONS, RemittanceState.HELD,
             RemittanceState.OUT_OF_BALANCE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is looked at when a month ends. `stops` keeps it open; an open one that does
    not is explained in words.
    """

    key: str
    label: str
    is_well: bool
    words: str
    stops: bool = False
    url_name: str = ""


def month_end_of(day: date) -> date:
    """The last day of the month of `day`."""
    return month_end_before(day.replace(day=1) + timedelta(days=32))


def next_month(practice: Practice) -> date | None:
    """The last day of the first month since the last close that is over; None where none is."""
    newest = ClosedMonth.everywhere.filter(practice=practice).order_by("-ended_on").first()
    if newest is not None:
        following = month_end_of(newest.ended_on + timedelta(days=1))
    else:
        began = Journal.everywhere.filter(practice=practice).aggregate(day=Min("posted_on"))["day"]
        if began is None:
            return None
        # Before the first close, the newest month that is over: those before go with it.
        following = max(month_end_of(began), month_end_before(clock.today(practice)))
    return following if following < clock.today(practice) else None


def month_items(practice: Practice, ended_on: date) -> list[Item]:
    """What is looked at, in the order in which it is put right."""
    return [
        _days(practice, ended_on),
        _batches(practice, ended_on),
        _accounts(practice),
        _remittances(practice, ended_on),
        _awaited(practice, ended_on),
        _receipts(practice, ended_on),
        _bank(practice, ended_on),
        _unapplied(practice, ended_on),
    ]


def _days(practice: Practice, ended_on: date) -> Item:
    closed = closed_through(practice)
    rows = Journal.everywhere.filter(practice=practice, posted_on__lte=ended_on)
    if closed is not None:
        rows = rows.filter(posted_on__gt=closed)
    open_days = rows.aggregate(count=Count("posted_on", distinct=True))["count"]
    words = f"{open_days} still open" if open_days else "all closed and hashed"
    return Item("days", "Days", not open_days, words, stops=True, url_name="billing:day-close")


def _batches(practice: Practice, ended_on: date) -> Item:
    count = PostingBatch.everywhere.filter(
        practice=practice, state=BatchState.OPEN, opened_on__lte=ended_on
    ).count()
    words = f"{count} still open" if count else "none is open"
    return Item(
        "batches", "Posting batches", not count, words, stops=True, url_name="billing:batches"
    )


def _accounts(practice: Practice) -> Item:
    wrong = what_does_not_tie(practice)
    words = " ".join(wrong) or "sub-ledgers equal their control accounts"
    return Item("accounts", "Accounts", not wrong, words, stops=True, url_name="billing:balances")


def _remittances(practice: Practice, ended_on: date) -> Item:
    found = Remittance.everywhere.filter(
        practice=practice, state__in=_UNPOSTED, paid_on__lte=ended_on
    ).aggregate(count=Count("pk"), total=Sum("payment_amount", default=ZERO))
    words = _counted(found["count"], "not posted", found["total"], "all of the month are posted")
    return Item(
        "remittances", "Remittances", not found["count"], words, url_name="claims:remittances"
    )


def _awaited(practice: Practice, ended_on: date) -> Item:
    amount = balance(practice, int(Account.REMIT_CLEARING), as_of=ended_on)
    words = f"${format_money(amount)} posted and not at the bank" if amount else "all at the bank"
    return Item(
        "clearing", "Remit clearing (1020)", not amount, words, url_name="billing:reconciliation"
    )


def _receipts(practice: Practice, ended_on: date) -> Item:
    loose = Payment.everywhere.filter(
        practice=practice, journal__posted_on__lte=ended_on, journal__mirror__isnull=True,
        method__in=[PaymentMethod.CASH, PaymentMethod.CHECK],
    ).filter(
        Q(slip_item__isnull=True)
    ).aggregate(count=Count("pk"), total=Sum("amount", default=ZERO))  # fmt: skip
    on_way = DepositSlip.everywhere.filter(
        practice=practice, state=SlipState.OPEN, day__lte=ended_on
    ).count()
    words = _counted(
        loose["count"], "in cash or by check on no slip", loose["total"], "all are on slips"
    )
    if on_way:
        words += f"; {on_way} deposit{'' if on_way == 1 else 's'} not found at the bank"
    is_well = not loose["count"] and not on_way
    return Item("receipts", "Receipts", is_well, words, url_name="billing:deposits")


def _bank(practice: Practice, ended_on: date) -> Item:
    found = BankLine.everywhere.filter(
        practice=practice, state=BankLineState.OPEN, posted_on__lte=ended_on
    ).aggregate(count=Count("pk"), total=Sum("amount", default=ZERO))
    words = _counted(found["count"], "not matched", found["total"], "all are matched or explained")
    return Item("bank", "Bank lines", not found["count"], words, url_name="billing:bank-lines")


def _unapplied(practice: Practice, ended_on: date) -> Item:
    amount = -balance(practice, Account.UNAPPLIED_INSURANCE, as_of=ended_on)
    words = f"${format_money(amount)} has no claim yet" if amount else "nothing waits for a claim"
    return Item(
        "unapplied", "Unapplied cash (2010)", not amount, words, url_name="billing:exceptions"
    )


def _counted(count: int, words: str, total: Decimal, none: str) -> str:
    return f"{count:,} {words} (${format_money(total)})" if count else none
