"""Taking one claim out of a file that has not left: the others go as they would have."""

from collections.abc import Sequence
from uuid import uuid4

from django.db.models import Q

from claims import states
from claims.choices import TransmissionState, VersionState
from claims.edi.write_837p import BatchFile, FileHeader, check_file, write_837p
from claims.models import SubmissionAttempt, SubmissionBatch, Transmission
from claims.services.move_versions import Move, move_versions
from claims.services.queue_batch import CLAIMS_PER_SET
from core import clock, timeline
from core.errors import ApplicationError
from core.services.documents import link_document, store_document
from core.states import advance


def take_out(attempt: SubmissionAttempt, *, because: str) -> bool:
    """Make the claim of `attempt` ready again, and write its file anew without it, under the same
    numbers; a file of which nothing is left is given up. `because` is told on both timelines.

    False, changing nothing, once the file was handed to the line, or may be: a worker has it. The
    caller has a transaction, and the locks of attempt and version.
    """
    batch = attempt.batch
    transmission = _not_begun(batch)
    if transmission is None:
        return False
    others = list(
        SubmissionAttempt.everywhere.filter(batch=batch)
        .exclude(pk=attempt.pk)
        .select_related("version__claim")
        .order_by("pk")
    )
    file = _written(batch, others) if others else None
    if others and file is None:
        return False
    _forget(attempt)
    if file is None:
        _give_up(transmission, because)
    else:
        _replace(batch, transmission, others, file)
    number = attempt.version.claim.control_number
    timeline.record(
        batch, kind="batch.reduced", sentence=f"took claim {number} out before it left: {because}"
    )
    sentence = f"took the claim out of batch {batch.reference}: {because}"
    move_versions([Move(attempt.version_id, VersionState.READY, "claim.unbatched", sentence)])
    return True


def _forget(attempt: SubmissionAttempt) -> None:
    """It is no sending: no word about the file is about this claim. The version is where it was."""
    version = attempt.version
    before = SubmissionAttempt.everywhere.filter(version=version).exclude(pk=attempt.pk)
    version.current_attempt = before.order_by("number").last()
    version.save(update_fields=["current_attempt"])
    SubmissionAttempt.everywhere.filter(pk=attempt.pk).delete()


def _not_begun(batch: SubmissionBatch) -> Transmission | None:
    """The batch's transmission, locked, while its file was handed to nobody. One that a worker is
    looking at this moment is passed over: it is going out.
    """
    never = Q(state=TransmissionState.QUEUED, sending_count=0)
    # They asked us to wait at the first try, and took nothing.
    put_off = Q(state=TransmissionState.THROTTLED, sending_count__lte=1)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=clock.now())
    rows = Transmission.everywhere.filter(never | put_off, free, batch=batch)
    return rows.select_for_update(skip_locked=True, of=("self",)).first()


def _written(batch: SubmissionBatch, attempts: Sequence[SubmissionAttempt]) -> BatchFile | None:
    """The same file without the claim; None where it cannot be written so."""
    partner = batch.partner
    header = FileHeader(
        sender_id=partner.sender_id,
        receiver_id=partner.receiver_id,
        receiver_name=partner.name,
        usage=partner.usage,
        interchange_control_number=int(batch.interchange_control_number),
        group_control_number=int(batch.group_control_number),
        reference=batch.reference,
        written_at=clock.local(batch.built_at, batch.practice),
    )
    snapshots = [attempt.version.snapshot for attempt in attempts]
    try:
        file = write_837p(snapshots, header, CLAIMS_PER_SET)
    except ApplicationError:
        return None
    return None if check_file(file.content) else file


def _replace(
    batch: SubmissionBatch,
    transmission: Transmission,
    attempts: Sequence[SubmissionAttempt],
    file: BatchFile,
) -> None:
    """The new bytes take the place of the old, which stay among the documents of the batch."""
    document = store_document(
        practice=batch.practice,
        kind="x12.837p",
        content=file.content,
        content_type="application/edi-x12",
        label=f"837P {batch.interchange_control_number}",
    )
    link_document(document, batch)
    batch.document = document
    batch.set_count = len(file.sets)
    batch.claim_count = len(attempts)
    batch.charge_amount = sum(attempt.version.charge_amount for attempt in attempts)
    batch.save(update_fields=["document", "set_count", "claim_count", "charge_amount"])
    set_of = {number: name for name, numbers in file.sets.items() for number in numbers}
    for attempt in attempts:
        attempt.set_control_number = set_of[attempt.version.claim.control_number]
    SubmissionAttempt.everywhere.bulk_update(attempts, ["set_control_number"])
    # Other bytes under the old key would be taken for the old ones.
    transmission.idempotency_key = uuid4().hex
    transmission.save(update_fields=["idempotency_key"])


def _give_up(transmission: Transmission, because: str) -> None:
    """Nothing is left to send."""
    batch = transmission.batch
    advance(transmission, TransmissionState.SENDING, table=states.TRANSMISSION)
    advance(
        transmission,
        TransmissionState.REFUSED,
        table=states.TRANSMISSION,
        update={"lease_until": None, "last_error": f"not sent: {because}"[:300]},
    )
    batch.claim_count, batch.charge_amount = 0, 0
    batch.save(update_fields=["claim_count", "charge_amount"])
