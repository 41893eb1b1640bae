"""Ready claims leave at their partner's or payer's times: the sweep over what is due."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from claims.choices import TransportKind
from claims.models import ClaimVersion, SendSchedule, SubmissionBatch
from claims.selectors import sendable
from claims.sending_times import next_sending
from claims.services.message_results import counted
from claims.services.queue_batch import Made, make_batch
from claims.services.settle_transmission import REFUSED
from core import clock, timeline
from core.actors import Actor, acting_as
from core.choices import Role, WorkState
from core.errors import ApplicationError
from core.leases import claim_due
from core.models import WorkItem
from core.services.work import close_work_item, open_work_item
from core.subjects import kind_of
from core.tenancy import practice_scope

STUCK = "schedule.failed"
AT_ONCE = 20
MOST_CLAIMS = 5000


def send_scheduled() -> int:
    """Send what is due; returns how many schedules were. After a time without workers a partner's
    missed sendings are one: what is ready goes now, and the next time is a time to come.
    """
    rows = claim_due(SendSchedule.everywhere.filter(_may_run(), is_on=True), limit=AT_ONCE)
    for row in rows:
        with practice_scope(row.practice), acting_as(Actor(source="schedule")):
            _run(row)
    return len(rows)


def _may_run() -> Q:
    """A partner in use; or a payer whose route is one, and not paper, which people mail."""
    by_payer = Q(payer__filing_settings__partner__is_active=True)
    on_paper = Q(payer__filing_settings__partner__transport=TransportKind.PAPER)
    return Q(partner__is_active=True) | (by_payer & ~on_paper)


def _run(row: SendSchedule) -> None:
    """Make the batch and set the next time together: killed in between, neither has happened."""
    partner, owner, now = row.road, row.owner, clock.now()
    try:
        with transaction.atomic():
            if not _is_ours(row):
                return
            ready, held_back = _ready(row)
            made = make_batch(partner=partner, versions=ready[:MOST_CLAIMS]) if ready else None
            words = _words(made, held_back, is_more=len(ready) > MOST_CLAIMS)
            _next(row, now, words, again=len(ready) > MOST_CLAIMS)
            close_work_item(subject=owner, kind=STUCK, outcome="The next sending went well.")
    except ApplicationError as error:
        with transaction.atomic():
            _next(row, now, f"failed: {error.message}"[:200])
            open_work_item(
                subject=owner,
                kind=STUCK,
                title=f"The sending to {owner.name} did not go out",
                reason=error.message[:300],
                role=Role.BILLER,
                due_on=clock.today(partner.practice),
            )


def _ready(row: SendSchedule) -> tuple[list[ClaimVersion], int]:
    """What may go, at most one more than a batch holds, and how many are left out: what the partner
    has refused, while nobody has looked, would be refused again at every sending. What has a
    payer with times of its own goes then and not with the partner's others.
    """
    refused = WorkItem.objects.filter(
        kind=REFUSED, state=WorkState.OPEN, subject_kind=kind_of(SubmissionBatch())
    )
    batches = list(refused.values_list("subject_id", flat=True))
    rows = sendable(row.road.pk).order_by("pk")
    apart = Q(payer=row.payer) if row.payer else Q(payer__send_schedule__isnull=True)
    rows = rows.filter(apart)
    held_back = rows.filter(current_attempt__batch__in=batches)
    may_go = rows.exclude(pk__in=held_back.values("pk")) if batches else rows
    return list(may_go[: MOST_CLAIMS + 1]), held_back.count() if batches else 0


def _words(made: Made | None, held_back: int, *, is_more: bool) -> str:
    parts = ["nothing was ready"]
    if made is not None:
        parts = [f"{counted(count, 'claim')} stayed: {why}" for why, count in made.reasons]
    if made is not None and made.batch is not None:
        batch = made.batch
        parts.insert(0, f"{counted(batch.claim_count, 'claim')} in batch {batch.reference}")
    if is_more:
        parts.append("more follow at once")
    if held_back:
        parts.append(f"{counted(held_back, 'claim')} of a refused batch: look at that first")
    return "; ".join(parts)[:200]


def _is_ours(row: SendSchedule) -> bool:
    """Whether the lease holds: else another worker has sent, or the times were changed."""
    held = SendSchedule.objects.select_for_update().filter(
        pk=row.pk, lease_token=row.lease_token, is_on=True, due_at=row.due_at
    )
    return held.exists()


def _next(row: SendSchedule, now: datetime, words: str, *, again: bool = False) -> None:
    """Set the next time; `again`: at once, for more is ready than one batch holds."""
    due = (
        now if again else next_sending(now, days=row.days, times=row.times, time_zone=row.time_zone)
    )
    SendSchedule.objects.filter(pk=row.pk).update(
        due_at=due or now, lease_until=None, attempts=0, last_ran_at=now, last_words=words
    )
    timeline.record(row.owner, kind="schedule.ran", sentence=f"sent on time: {words}")
