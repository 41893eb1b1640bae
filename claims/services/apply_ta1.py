"""TA1: what they say about the envelope of one of our files (domain D.1)."""

from claims.choices import AckKind, AttemptState
from claims.edi.records import InterchangeAnswer
from claims.edi.words import TA1_NOTES
from claims.models import Acknowledgement, InboundMessage, SubmissionBatch
from claims.services.acknowledge import (
    CAME_TWICE,
    evidence_for_batch,
    ours_arrived,
    record_batch,
)
from claims.services.apply_evidence import apply_evidence
from claims.services.message_results import Applied
from core import clock
from core.choices import Role
from core.services.work import open_work_item

REJECTED, WITH_ERRORS = "R", "E"
DUPLICATE = "025"


def apply_ta1(message: InboundMessage, answer: InterchangeAnswer) -> Applied:
    """`R` rejects every claim of the interchange; `E` makes work; `A` only says that it arrived.

    "Duplicate" about a file that we sent more than once means that they have it already: the first
    copy is being worked on, and nothing is rejected.
    """
    number = answer.interchange_control_number
    batch = SubmissionBatch.objects.filter(
        partner=message.partner, interchange_control_number=number, is_test=False
    ).first()
    note = TA1_NOTES.get(answer.note_code, f"note {answer.note_code}")
    words = f"TA1 {answer.verdict} for interchange {number}"
    if batch is None:
        return Applied(f"{words}, which is not ours", took_effect=False)
    ours_arrived(batch)
    Acknowledgement.objects.create(
        practice_id=message.practice_id,
        message=message,
        kind=AckKind.TA1,
        sender_kind=batch.partner.kind,
        sender_name=batch.partner.name,
        batch=batch,
        verdict=answer.verdict,
        details={"note_code": answer.note_code, "note": note},
    )
    if answer.verdict == REJECTED and _came_twice(batch, answer):
        _tell_of_copy(batch)
    elif answer.verdict == REJECTED:
        evidence = evidence_for_batch(
            batch, AttemptState.FILE_REJECTED, f"rejected the whole file: {note}", "TA1"
        )
        apply_evidence(message.practice, evidence, message.document)
    elif answer.verdict == WITH_ERRORS:
        open_work_item(
            subject=batch,
            kind="batch.accepted_with_errors",
            title=f"Batch {batch.reference} was accepted with errors",
            reason=note,
            role=Role.BILLER,
        )
    record_batch(batch, f"answered the envelope: {answer.verdict}, {note}", message)
    return Applied(words)


def _came_twice(batch: SubmissionBatch, answer: InterchangeAnswer) -> bool:
    """Whether a copy of ours is what they complain about: the file left here more than once."""
    return answer.note_code == DUPLICATE and batch.transmission.sending_count > 1


def _tell_of_copy(batch: SubmissionBatch) -> None:
    open_work_item(
        subject=batch,
        kind=CAME_TWICE,
        title=f"Batch {batch.reference} reached {batch.partner.name} twice",
        reason="They refused the second copy and work on the first. Nothing is to be sent again:"
        " see that the 999 of the first comes.",
        role=Role.BILLER,
        due_on=clock.today(batch.practice),
        amount=batch.charge_amount,
    )
