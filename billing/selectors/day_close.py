"""What stands before the close of a day: the day that comes next, its figures, what stops it and
what has to be explained.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Sum

from billing.batch_choices import BankLineState, BatchState
from billing.choices import PaymentMethod
from billing.ledger.period import closed_through
from billing.models import BankLine, BatchEntry, ClosedDay, Journal, Payment, PostingBatch
from billing.selectors.day_totals import DayTotals, day_totals, receipts_of
from billing.selectors.ties import what_does_not_tie
from core import clock
from core.calendar import add_business_days
from core.models import Practice
from core.money import ZERO, format_money

# A bank line or payment that nobody found in these days is somebody's matter (domain F.5).
UNRESOLVED_DAYS = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not tie, or was done another way than it should be. Whoever closes the
    day says why in words.
    """

    key: str
    words: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DayToClose:
    """A day about to be closed: it covers all since `from_on`."""

    from_on: date
    day: date
    totals: DayTotals
    journal_count: int
    open_batches: tuple[PostingBatch, ...]
    wrong: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def may_close(self) -> bool:
        """Whether nothing stops it."""
        return not self.open_batches and not self.wrong


def next_day(practice: Practice) -> date | None:
    """The first open day that has journals; None where nothing is left to close. Before the first
    close, the newest day that is over: what lies before it is closed with it.
    """
    today, closed = clock.today(practice), closed_through(practice)
    journals = Journal.everywhere.filter(practice=practice, posted_on__lte=today)
    if closed is not None:
        found = journals.filter(posted_on__gt=closed).aggregate(day=Min("posted_on"))["day"]
        return found if isinstance(found, date) else None
    days = journals.order_by("-posted_on").values_list("posted_on", flat=True)
    return days.filter(posted_on__lt=today).first() or days.first()


def first_day(practice: Practice, day: date) -> date:
    """The first day that a close of `day` covers."""
    closed = closed_through(practice)
    if closed is not None:
        return closed + timedelta(days=1)
    began = Journal.everywhere.filter(practice=practice).aggregate(day=Min("posted_on"))["day"]
    return min(began, day) if isinstance(began, date) else day


def day_to_close(practice: Practice, day: date) -> DayToClose:
    """Everything the page of the close shows, and the close itself looks at again."""
    from_on = first_day(practice, day)
    journals = Journal.everywhere.filter(practice=practice, posted_on__range=(from_on, day))
    batches = PostingBatch.everywhere.filter(
        practice=practice, state=BatchState.OPEN, opened_on__lte=day
    )
    return DayToClose(
        from_on=from_on,
        day=day,
        totals=day_totals(practice, from_on, day),
        journal_count=journals.count(),
        open_batches=tuple(batches.order_by("pk")),
        wrong=tuple(what_does_not_tie(practice)),
        differences=tuple(_differences(practice, from_on, day)),
    )


def newest_closed(practice: Practice) -> ClosedDay | None:
    """The last closed day."""
    return ClosedDay.everywhere.filter(practice=practice).order_by("-day").first()


def _differences(practice: Practice, from_on: date, day: date) -> list[Difference]:
    # The first close takes in the time before there were slips and batches.
    first = closed_through(practice) is None
    receipts = receipts_of(practice, day if first else from_on, day)
    found = []
    paper = receipts.filter(
        method__in=[PaymentMethod.CASH, PaymentMethod.CHECK], slip_item__isnull=True
    ).aggregate(count=Count("pk"), total=Sum("amount", default=ZERO))
    if paper["count"]:
        found.append(
            Difference(
                "undeposited",
                f"{_many(paper['count'], 'receipt')} in cash or by check"
                f" (${format_money(paper['total'])}) {_are(paper['count'])} on no deposit slip",
                paper["total"],
            )
        )
    found += _unbatched(practice, receipts)
    found += _bank_lines(practice, day)
    return found


def _unbatched(practice: Practice, receipts: Any) -> list[Difference]:
    """Receipts in no batch, where the practice counts in batches at all."""
    if not PostingBatch.everywhere.filter(practice=practice).exists():
        return []
    loose = receipts.exclude(pk__in=_in_batches(practice)).aggregate(
        count=Count("pk"), total=Sum("amount", default=ZERO)
    )
    if not loose["count"]:
        return []
    words = (
        f"{_many(loose['count'], 'receipt')} (${format_money(loose['total'])})"
        f" {_are(loose['count'])} in no posting batch"
    )
    return [Difference("unbatched", words, loose["total"])]


def _bank_lines(practice: Practice, day: date) -> list[Difference]:
    """Lines of the bank that nobody found anything for in five business days."""
    rows = BankLine.everywhere.filter(
        practice=practice, state=BankLineState.OPEN, posted_on__lte=day
    )
    late = [
        row for row in rows.only("posted_on", "amount", "matched_amount")
        if add_business_days(row.posted_on, UNRESOLVED_DAYS) < day
    ]  # fmt: skip
    if not late:
        return []
    total = sum((row.amount - row.matched_amount for row in late), ZERO)
    words = (
        f"{_many(len(late), 'bank line')} (${format_money(total)}) {_are(len(late))} unmatched for"
        f" more than {UNRESOLVED_DAYS} business days"
    )
    return [Difference("bank", words, total)]


def _in_batches(practice: Practice) -> Any:
    return BatchEntry.everywhere.filter(
        practice=practice, subject_kind=Payment._meta.label_lower, withdrawn_at__isnull=True
    ).values("subject_id")


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
