"""Setting when ready claims leave for a partner by themselves."""

from collections.abc import Sequence
from datetime import time

from django.db import transaction

from claims.models import SendSchedule, TradingPartner
from claims.sending_times import next_sending, sending_words
from core import clock, timeline
from core.errors import ApplicationError

_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def save_schedule(
    *,
    partner: TradingPartner,
    is_on: bool,
    days: Sequence[int],
    times: Sequence[time],
    cut_off_at: time | None,
    time_zone: str,
) -> SendSchedule:
    """Keep the partner's sending times; the next one is counted from now.

    Raises ApplicationError at the field: no day or time for a schedule that is on, a sending after
    the cut-off, or a partner on paper, whose claims people print and mail.
    """
    if is_on and partner.is_paper:
        raise ApplicationError("Paper is printed and mailed by people.", field="is_on")
    if is_on and not days:
        raise ApplicationError("Choose at least one day.", field="days")
    if is_on and not times:
        raise ApplicationError("Write at least one time, like 16:30.", field="times")
    if cut_off_at and any(at > cut_off_at for at in times):
        raise ApplicationError(
            "One of the times is after the cut-off: it would count as the next day's.",
            field="times",
        )
    with transaction.atomic():
        row = SendSchedule.objects.select_for_update().filter(partner=partner).first()
        row = row or SendSchedule(practice_id=partner.practice_id, partner=partner)
        row.is_on, row.cut_off_at, row.time_zone = is_on, cut_off_at, time_zone
        row.days, row.times = sorted(set(days)), sorted(set(times))
        due = next_sending(clock.now(), days=row.days, times=row.times, time_zone=time_zone)
        row.due_at, row.lease_until, row.attempts = due or clock.now(), None, 0
        row.save()
        timeline.record(
            partner, kind="schedule.changed", sentence=f"set the sending times: {words_of(row)}"
        )
    return row


def words_of(row: SendSchedule) -> str:
    """`Mon Tue 12:00 16:30 (America/New_York)`, or that nothing leaves by itself."""
    if not row.is_on:
        return "nothing leaves by itself"
    days = " ".join(_DAY_NAMES[day] for day in row.days)
    return f"{days} {' '.join(f'{at:%H:%M}' for at in row.times)} ({row.time_zone})"


def next_words(partner: TradingPartner) -> str:
    """`next sending 16:30 EST; cut-off 17:00`; "" while nothing leaves by itself."""
    row = SendSchedule.objects.filter(partner=partner, is_on=True).first()
    if row is None:
        return ""
    return sending_words(
        row.due_at, cut_off_at=row.cut_off_at, time_zone=row.time_zone, now=clock.now()
    )
