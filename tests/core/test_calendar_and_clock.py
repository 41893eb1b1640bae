"""Days are counted on the practice's wall clock and the federal calendar."""

from datetime import UTC, date, datetime

import pytest

from core import calendar, clock
from core.models import Practice


@pytest.mark.parametrize(
    ("day", "open_for_business"),
    [
        (date(2026, 11, 25), True),
        (date(2026, 11, 26), False),  # Thanksgiving
        (date(2026, 11, 28), False),  # Saturday
        (date(2026, 7, 3), False),  # Independence Day observed
        (date(2021, 12, 31), False),  # New Year's Day 2022 observed
        (date(2026, 1, 19), False),  # third Monday of January
    ],
)
def test_knows_weekends_and_federal_holidays(day: date, open_for_business: bool) -> None:
    assert calendar.is_business_day(day) is open_for_business


def test_the_last_business_day_before_a_sunday_is_friday() -> None:
    assert calendar.previous_business_day(date(2027, 1, 31)) == date(2027, 1, 29)
    assert calendar.previous_business_day(date(2026, 11, 26)) == date(2026, 11, 25)
    assert calendar.previous_business_day(date(2026, 11, 25)) == date(2026, 11, 25)


def test_two_business_days_after_the_eve_of_thanksgiving_is_monday() -> None:
    assert calendar.add_business_days(date(2026, 11, 25), 2) == date(2026, 11, 30)


def test_no_business_days_from_a_sunday_is_the_monday() -> None:
    assert calendar.add_business_days(date(2026, 11, 22), 0) == date(2026, 11, 23)


def test_business_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError):
        calendar.add_business_days(date(2026, 11, 25), -1)


def test_today_is_the_practices_day_and_not_the_servers() -> None:
    denver = Practice(name="Summit", time_zone="America/Denver")
    with clock.travel(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)):
        assert clock.today(denver) == date(2026, 11, 23)
        assert clock.now() == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_travel_ends_with_its_block_and_needs_a_zone() -> None:
    with clock.travel(datetime(2020, 1, 1, tzinfo=UTC)):
        pass
    assert clock.now().year > 2020
    with pytest.raises(ValueError), clock.travel(datetime(2020, 1, 1)):
        pass
