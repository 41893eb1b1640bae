"""The payer has spoken, and has not decided: its silence is over, and a new wait begins."""

from datetime import datetime

from claims.choices import ClockKind
from claims.clocks import LOOK_AGAIN
from claims.models import SubmissionAttempt
from core import clock
from core.services.work import close_work_item

SILENCE_WORK = ("claim.no_acknowledgement", "claim.no_answer")


def end_silence(
    attempt: SubmissionAttempt, *, outcome: str, not_before: datetime | None = None
) -> None:
    """Close the work that silence made of this sending, and await the decision anew, for two weeks
    or until `not_before`.

    The wait that runs is only ever lengthened: a claim that is out is never without a clock.
    `attempt` comes with its version's claim.
    """
    for kind in SILENCE_WORK:
        close_work_item(subject=attempt.version.claim, kind=kind, outcome=outcome)
    running = attempt.clock_due_at if attempt.clock_kind == ClockKind.REMITTANCE else None
    again_at = max(filter(None, [clock.now() + LOOK_AGAIN, running, not_before]))
    SubmissionAttempt.objects.filter(pk=attempt.pk).update(
        silence_reported_at=None, clock_kind=ClockKind.REMITTANCE, clock_due_at=again_at
    )
