"""The 60-day clock (W-49): when an overpayment is due, and when the clock speaks."""

from datetime import date

import pytest

from billing.credits.due import investigation_must_end, next_look, overpayment_due

NOV_1, NOV_10 = date(2026, 11, 1), date(2026, 11, 10)


def test_without_an_investigation_it_is_due_after_sixty_days() -> None:
    assert overpayment_due(NOV_1) == date(2026, 12, 31)


def test_an_investigation_stops_the_clock_for_its_days() -> None:
    assert overpayment_due(NOV_1, NOV_10, date(2027, 1, 9)) == date(2027, 3, 1)


def test_the_clock_stands_180_days_at_most() -> None:
    longest = date(2027, 6, 29)  # 12/31 and 180 days
    assert overpayment_due(NOV_1, NOV_10, date(2028, 1, 1)) == longest
    assert overpayment_due(NOV_1, NOV_10) == longest
    assert investigation_must_end(NOV_10) == date(2027, 5, 9)


@pytest.mark.parametrize(
    ("today", "following"),
    [
        (date(2026, 11, 1), date(2026, 12, 1)),  # the reminder, 30 days before
        (date(2026, 12, 1), date(2026, 12, 17)),  # the manager, 14 days before
        (date(2026, 12, 17), date(2026, 12, 31)),  # the day itself
        (date(2026, 12, 31), date(2027, 1, 1)),  # overdue: every day
        (date(2027, 2, 1), date(2027, 2, 2)),
    ],
)
def test_it_reminds_escalates_and_then_speaks_every_day(today: date, following: date) -> None:
    assert next_look(date(2026, 12, 31), today) == following
