"""Each claim's part in a batch: a numbered attempt, and the end of the work that asked for it."""

from collections.abc import Mapping, Sequence

from django.db.models import Exists, F, Max, OuterRef

from claims import states
from claims.choices import AttemptState, TransmissionState, VersionState
from claims.models import ClaimVersion, SubmissionAttempt, SubmissionBatch
from claims.services.freeze_expected import freeze_expected
from claims.services.move_versions import Move, move_versions
from claims.services.settle_transmission import REFUSED
from core.services.work import close_work_item

_WORK_ENDED_BY_SENDING = (
    "claim.rejected",
    "claim.taken_after_all",
    "claim.no_acknowledgement",
    "claim.no_answer",
)


def open_attempts(
    batch: SubmissionBatch, versions: Sequence[ClaimVersion], set_of: Mapping[str, str]
) -> None:
    """Put `versions` into `batch`. `set_of` says by claim number in which set of the file each is;
    paper has no sets. Every road leaves by here: what the payer should allow is frozen with it.
    """
    earlier = dict(
        SubmissionAttempt.objects.filter(version__in=versions)
        .values_list("version_id")
        .annotate(Max("number"))
        .order_by()
    )
    attempts = SubmissionAttempt.objects.bulk_create(
        SubmissionAttempt(
            practice_id=batch.practice_id,
            version=version,
            number=earlier.get(version.pk, 0) + 1,
            batch=batch,
            set_control_number=set_of.get(version.claim.control_number, ""),
            state=AttemptState.QUEUED,
        )
        for version in versions
    )
    for version, attempt in zip(versions, attempts, strict=True):
        version.current_attempt = attempt
        if attempt.number > 1 or version.number > 1:
            for kind in _WORK_ENDED_BY_SENDING:
                close_work_item(subject=version.claim, kind=kind, outcome="Sent again.")
    ClaimVersion.objects.bulk_update(versions, ["current_attempt"])
    freeze_expected(versions)
    if earlier:
        _end_refusals(versions)
    sentence = f"put the claim in batch {batch.reference}"
    move_versions(
        [Move(version.pk, VersionState.BATCHED, "claim.batched", sentence) for version in versions]
    )


def _end_refusals(versions: Sequence[ClaimVersion]) -> None:
    """A refused batch is nobody's work any more once each of its claims went in another one."""
    left_in_it = SubmissionAttempt.objects.filter(
        batch=OuterRef("pk"), version__current_attempt=F("pk")
    ).exclude(version__state__in=states.OVER)
    done_with = SubmissionBatch.objects.filter(
        ~Exists(left_in_it),
        pk__in=SubmissionAttempt.objects.filter(version__in=versions).values("batch"),
        transmission__state=TransmissionState.REFUSED,
    )
    for batch in done_with:
        close_work_item(subject=batch, kind=REFUSED, outcome="Its claims went in another batch.")
