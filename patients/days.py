"""Days of a practice as moments: days begin at its own midnight."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo


def day_start(day: date, practice: Any) -> datetime:
    """Midnight at the practice."""
    return datetime.combine(day, time(), ZoneInfo(practice.time_zone))
