"""Setting when ready claims leave by themselves: for a partner, or apart for one payer of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import transaction

from claims.models import PayerFilingSettings, SendSchedule, TradingPartner
from claims.sending_times import next_sending, sending_words
from core import clock, timeline
from core.errors import ApplicationError
from patients.models import Payer

PAPER = "Paper is printed and mailed by people."
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
        raise ApplicationError(PAPER, field="is_on")
    return _keep({"partner": partner}, _Times(is_on, days, times, cut_off_at, time_zone))


def save_payer_schedule(
    *,
    payer: Payer,
    is_on: bool,
    days: Sequence[int],
    times: Sequence[time],
    cut_off_at: time | None,
    time_zone: str,
) -> SendSchedule:
    """Keep times of this payer's own: its claims leave then, and no more with its partner's others;
    off, they wait for people. Raises ApplicationError as `save_schedule`, and for a payer without
    a route.
    """
    filing = PayerFilingSettings.objects.select_related("partner").filter(payer=payer).first()
    if filing is None:
        raise ApplicationError("Choose its route first.", field="mode")
    if is_on and filing.partner.is_paper:
        raise ApplicationError(PAPER, field="mode")
    return _keep({"payer": payer}, _Times(is_on, days, times, cut_off_at, time_zone))


def follow_partner(*, payer: Payer) -> None:
    """Give up the payer's own times: its claims leave at its partner's again."""
    with transaction.atomic():
        gone, _ = SendSchedule.objects.filter(payer=payer).delete()
        if gone:
            timeline.record(
                payer, kind="schedule.changed", sentence="sends at the partner's times again"
            )


@dataclass(frozen=True, slots=True)
class _Times:
    is_on: bool
    days: Sequence[int]
    times: Sequence[time]
    cut_off_at: time | None
    time_zone: str

    def check(self) -> None:
        """Raise ApplicationError at the field that makes no sense."""
        if self.is_on and not self.days:
            raise ApplicationError("Choose at least one day.", field="days")
        if self.is_on and not self.times:
            raise ApplicationError("Write at least one time, like 16:30.", field="times")
        cut_off = self.cut_off_at
        if cut_off and any(at > cut_off for at in self.times):
            raise ApplicationError(
                "One of the times is after the cut-off: it would count as the next day's.",
                field="times",
            )


def _keep(owner: dict[str, Any], asked: _Times) -> SendSchedule:
    asked.check()
    with transaction.atomic():
        row = SendSchedule.objects.select_for_update().filter(**owner).first()
        if row is None:
            (found,) = owner.values()
            row = SendSchedule(practice_id=found.practice_id, **owner)
        row.is_on, row.cut_off_at, row.time_zone = asked.is_on, asked.cut_off_at, asked.time_zone
        row.days, row.times = sorted(set(asked.days)), sorted(set(asked.times))
        due = next_sending(clock.now(), days=row.days, times=row.times, time_zone=row.time_zone)
        row.due_at, row.lease_until, row.attempts = due or clock.now(), None, 0
        row.save()
        timeline.record(
            row.owner, kind="schedule.changed", sentence=f"set the sending times: {words_of(row)}"
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
    return row_words(row) if row else ""


def row_words(row: SendSchedule) -> str:
    """When a schedule that is on sends next."""
    return sending_words(
        row.due_at, cut_off_at=row.cut_off_at, time_zone=row.time_zone, now=clock.now()
    )
