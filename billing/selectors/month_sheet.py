"""What the closed days of a month come to: the kept figures of its day sheets, added up."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.closing.tape import Tape
from billing.models import ClosedDay, ClosedMonth
from billing.selectors.day_totals import DayTotals, Row, totals_from_text
from core.money import ZERO


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """One closed day with its figures, as its day sheet has them."""

    closed: ClosedDay
    totals: DayTotals


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """The days of a closed month, in their order, and what they come to; None without any."""

    month: ClosedMonth
    days: tuple[DayOfMonth, ...]
    totals: DayTotals | None

    @property
    def journal_count(self) -> int:
        """Journals of all its days."""
        return sum(one.closed.journal_count for one in self.days)

    @property
    def reaches_over(self) -> list[DayOfMonth]:
        """Closes that cover days of another month as well: their figures are not parted."""
        first = first_day_of(self.month)
        return [
            one for one in self.days
            if one.closed.from_on < first or one.closed.day > self.month.ended_on
        ]  # fmt: skip


def first_day_of(month: ClosedMonth) -> date:
    """The first day of `month`."""
    return month.ended_on.replace(day=1)


def month_sheet(month: ClosedMonth) -> MonthSheet:
    """The closed days that cover a part of `month`. The figures of a day sheet are not computed
    anew, so that the month says what its days said.
    """
    rows = ClosedDay.everywhere.filter(
        practice=month.practice_id, from_on__lte=month.ended_on, day__gte=first_day_of(month)
    ).order_by("day")
    days = tuple(DayOfMonth(row, totals_from_text(row.totals)) for row in rows)
    return MonthSheet(month, days, _together([one.totals for one in days]))


def _together(found: list[DayTotals]) -> DayTotals | None:
    """Before the first, after the last, and the sum of what was between."""
    if not found:
        return None

    def total(name: str) -> Decimal:
        return sum((getattr(one.tape, name) for one in found), ZERO)

    tape = Tape(
        opening_amount=found[0].tape.opening_amount,
        charge_amount=total("charge_amount"),
        payment_amount=total("payment_amount"),
        agreed_amount=total("agreed_amount"),
        write_off_amount=total("write_off_amount"),
        moved_amount=total("moved_amount"),
    )
    return DayTotals(tape, _money([row for one in found for row in one.money]), found[-1].clearing)


def _money(rows: list[Row]) -> tuple[Row, ...]:
    by_key: dict[str, Row] = {}
    for row in rows:
        old = by_key.get(row.key)
        by_key[row.key] = (
            Row(row.key, row.label, old.count + row.count, old.amount + row.amount) if old else row
        )
    return tuple(by_key.values())
