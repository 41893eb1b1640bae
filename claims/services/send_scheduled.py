"""Ready claims leave at their partner's times: the sweep over schedules that are due."""

from datetime import datetime

from django.db import transaction

from claims.models import SendSchedule
from claims.selectors import sendable
from claims.sending_times import next_sending
from claims.services.message_results import counted
from claims.services.queue_batch import queue_batch
from core import clock, timeline
from core.actors import Actor, acting_as
from core.choices import Role
from core.errors import ApplicationError
from core.leases import claim_due
from core.services.work import close_work_item, open_work_item
from core.tenancy import practice_scope

STUCK = "schedule.failed"
AT_ONCE = 20
MOST_CLAIMS = 5000


def send_scheduled() -> int:
    """Send what is due; returns how many schedules were. After a time without workers a partner's
    missed sendings are one: what is ready goes now, and the next time is a time to come.
    """
    due = SendSchedule.everywhere.filter(is_on=True, partner__is_active=True).select_related(
        "partner__practice"
    )
    rows = claim_due(due, limit=AT_ONCE)
    for row in rows:
        with practice_scope(row.partner.practice), acting_as(Actor(source="schedule")):
            _run(row)
    return len(rows)


def _run(row: SendSchedule) -> None:
    """Make the batch and set the next time together: killed in between, neither has happened."""
    partner, now = row.partner, clock.now()
    try:
        with transaction.atomic():
            if not _is_ours(row):
                return
            ready = list(sendable(partner.pk).order_by("pk")[:MOST_CLAIMS])
            words = "nothing was ready"
            if ready:
                batch = queue_batch(partner=partner, versions=ready)
                words = f"{counted(batch.claim_count, 'claim')} in batch {batch.reference}"
            _next(row, now, words)
            close_work_item(subject=partner, kind=STUCK, outcome="The next sending went well.")
    except ApplicationError as error:
        with transaction.atomic():
            _next(row, now, f"failed: {error.message}"[:200])
            open_work_item(
                subject=partner,
                kind=STUCK,
                title=f"The sending to {partner.name} did not go out",
                reason=error.message[:300],
                role=Role.BILLER,
                due_on=clock.today(partner.practice),
            )


def _is_ours(row: SendSchedule) -> bool:
    """Whether the lease holds: else another worker has sent, or the times were changed."""
    held = SendSchedule.objects.select_for_update().filter(
        pk=row.pk, lease_token=row.lease_token, is_on=True, due_at=row.due_at
    )
    return held.exists()


def _next(row: SendSchedule, now: datetime, words: str) -> None:
    due = next_sending(now, days=row.days, times=row.times, time_zone=row.time_zone)
    SendSchedule.objects.filter(pk=row.pk).update(
        due_at=due or now, lease_until=None, attempts=0, last_ran_at=now, last_words=words
    )
    timeline.record(row.partner, kind="schedule.ran", sentence=f"sent on time: {words}")
