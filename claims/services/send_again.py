"""Sending a claim once more that never arrived: ready again, it goes with the next batch."""

from django.db import transaction

from claims.choices import ClockKind, VersionState
from claims.models import Claim, ClaimVersion, SubmissionAttempt
from claims.sending_again import why_not_sent_again
from claims.services.apply_277 import STATUS_WORK
from claims.services.ask_status import CANNOT_ASK
from claims.services.end_silence import SILENCE_WORK
from claims.services.lock_claim import lock_claim
from claims.services.move_versions import Move, move_versions
from claims.services.recheck_claim import recheck_claim
from claims.services.settle_inquiry import NO_STATUS
from core.errors import ApplicationError, Conflict
from core.services.work import FOLLOW_UP, close_work_item

_ENDED = (*SILENCE_WORK, STATUS_WORK, NO_STATUS, CANNOT_ASK, FOLLOW_UP)
_MOST_LETTERS = 200


def send_again(*, claim: Claim, reason: str) -> ClaimVersion:
    """Give the sending up as lost: the claim is pictured and checked anew, and the next batch takes
    it. The work that its silence made has ended. Should the lost one arrive all the same, the claim
    is kept back (services/keep_back.py).

    Returns the version to send. Raises ApplicationError at `reason` without one, Conflict where
    somebody may have the claim.
    """
    reason = " ".join(reason.split())[:_MOST_LETTERS]
    if not reason:
        raise ApplicationError("Say how you know that it is lost.", field="reason")
    with transaction.atomic():
        row = lock_claim(claim.pk)
        # Attempts before versions, as everywhere.
        attempts = SubmissionAttempt.objects.filter(version=row.current_version_id)
        list(attempts.order_by("pk").select_for_update().values_list("pk"))
        versions = ClaimVersion.objects.select_related("payer", "current_attempt")
        version = versions.select_for_update(of=("self",)).get(pk=row.version.pk)
        why = why_not_sent_again(row, version)
        if why:
            raise Conflict(why)
        attempts.update(clock_kind=ClockKind.NONE, clock_due_at=None, silence_reported_at=None)
        words = f"gave the sending up as lost, to send it again: {reason}"
        move_versions([Move(version.pk, VersionState.READY, "claim.sent_again", words)])
        for kind in _ENDED:
            close_work_item(subject=row, kind=kind, outcome="It is sent again.")
        row.current_version = version
        return recheck_claim(row)
