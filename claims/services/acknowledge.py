"""What the three kinds of acknowledgement have in common."""

from claims.choices import TransmissionState
from claims.models import InboundMessage, SubmissionAttempt, SubmissionBatch
from claims.services.apply_evidence import Evidence
from claims.services.settle_transmission import mark_sent
from core import timeline

CAME_TWICE = "batch.came_twice"


def ours_arrived(batch: SubmissionBatch) -> None:
    """They answer the file, so they have it: this ends any doubt about the sending.

    It also covers an answer that overtakes the record of the sending itself.
    """
    transmission = batch.transmission
    if transmission.state != TransmissionState.SENT:
        mark_sent(transmission, evidence="the other side answered it")


def evidence_for_batch(
    batch: SubmissionBatch,
    state: str,
    sentence: str,
    note: str,
    *,
    set_number: str = "",
    title: str = "",
) -> list[Evidence]:
    """The same evidence for every claim of a file, or of one of its sets."""
    attempts = SubmissionAttempt.objects.filter(batch=batch)
    if set_number:
        attempts = attempts.filter(set_control_number=set_number)
    return [
        Evidence(pk, state, sentence, note=note, title=title)
        for pk in attempts.order_by("pk").values_list("pk", flat=True)
    ]


def record_batch(batch: SubmissionBatch, sentence: str, message: InboundMessage) -> None:
    """Tell it on the batch's own timeline, with the raw message."""
    timeline.record(batch, kind="batch.acknowledged", sentence=sentence, document=message.document)
