"""When a partner's sendings are: pure reckoning in the partner's own time zone."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS_AHEAD = 8  # a week and the day after: one of the chosen days is always among them


def next_sending(
    after: datetime, *, days: Collection[int], times: Collection[time], time_zone: str
) -> datetime | None:
    """The first sending after `after` (aware), on the chosen weekdays (Monday is 0); None where no
    day or time is chosen. An hour that the clocks skip is taken an hour later, one that they
    repeat the first time.
    """
    zone = ZoneInfo(time_zone)
    first = after.astimezone(zone).date()
    for ahead in range(_DAYS_AHEAD):
        day = first + timedelta(days=ahead)
        if day.weekday() in days:
            moments = [_moment(day, at, zone) for at in times]
            later = sorted(moment for moment in moments if moment > after)
            if later:
                return later[0]
    return None


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """`at` on `day` as an instant that exists: through UTC and back."""
    return datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC")).astimezone(zone)


def sending_words(
    due_at: datetime, *, cut_off_at: time | None, time_zone: str, now: datetime
) -> str:
    """`next sending 16:30 EST; cut-off 17:00`, with the day where it is not today's there."""
    zone = ZoneInfo(time_zone)
    local = due_at.astimezone(zone)
    is_today = local.date() == now.astimezone(zone).date()
    day = "" if is_today else f"{local:%a %m/%d} "
    cut = f"; cut-off {cut_off_at:%H:%M}" if cut_off_at else ""
    return f"next sending {day}{local:%H:%M} {local.tzname()}{cut}"
