"""A person's answer to the question whether a file arrived."""

from django.db import transaction

from claims.choices import TransmissionState
from claims.models import SubmissionBatch
from claims.services.queue_batch import OUTBOX
from claims.services.settle_transmission import IN_DOUBT, mark_sent, mark_waiting
from core import clock, timeline
from core.errors import Conflict
from core.services.work import close_work_item
from core.waking import wake


def answer_doubt(*, batch: SubmissionBatch, arrived: bool) -> None:
    """Settle a file in doubt: it arrived, or it is sent again with the same key and bytes.

    Raises Conflict when the doubt was settled meanwhile.
    """
    with transaction.atomic():
        transmission = batch.transmission
        transmission.refresh_from_db(from_queryset=type(transmission).objects.select_for_update())
        if transmission.state != TransmissionState.IN_DOUBT:
            raise Conflict("This batch is not in doubt any more.")
        if arrived:
            mark_sent(transmission, evidence="confirmed by the other side")
            return
        timeline.record(
            batch, kind="batch.resend", sentence="found out that it had not arrived: send it again"
        )
        mark_waiting(
            transmission,
            to=TransmissionState.QUEUED,
            reason="a person said it had not arrived",
            due_at=clock.now(),
        )
        close_work_item(subject=batch, kind=IN_DOUBT, outcome="It had not arrived: sent again.")
        wake(OUTBOX)
