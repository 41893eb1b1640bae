"""The business calendar: weekdays that are not federal holidays."""

from datetime import date, timedelta
from functools import cache

import holidays


def is_business_day(day: date) -> bool:
    """Monday to Friday and no federal holiday (observed days count as holidays)."""
    return day.weekday() < 5 and day not in _federal_holidays(day.year)


def next_business_day(day: date) -> date:
    """`day` itself when it is one, else the first business day after it."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def previous_business_day(day: date) -> date:
    """`day` itself when it is one, else the last business day before it."""
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day


def add_business_days(day: date, count: int) -> date:
    """The business day `count` business days after `day`; `count` may be zero, not negative."""
    if count < 0:
        raise ValueError("business days are counted forwards")
    day = next_business_day(day)
    for _ in range(count):
        day = next_business_day(day + timedelta(days=1))
    return day


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    # A New Year's Day on a Saturday is observed in the year before: ask for both years.
    return frozenset(holidays.country_holidays("US", years=[year, year + 1]))
