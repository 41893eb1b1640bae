"""A claim that was put right to go again, and has arrived all the same: it is not to go twice."""

from collections.abc import Collection
from datetime import date

from claims import states
from claims.choices import AttemptState
from claims.models import Claim, SubmissionAttempt
from claims.services.hold_claim import hold_claim
from core import timeline
from core.actors import Actor, acting_as
from core.choices import Role
from core.services.work import close_work_item, open_work_item

_ARRIVED = sorted(set(states.EVIDENCE_RANK) - states.REJECTED - {AttemptState.SENT})
TAKEN_WORK = "claim.taken_after_all"
ARRIVED = "It has arrived after all: sent again, it would be there twice. Ask the payer first"


def keep_back(attempt: SubmissionAttempt, today: date) -> None:
    """Put the claim of an accepted attempt on hold, so that no schedule and no batch takes what
    waits to be sent to the same payer; and make it work. A hold that somebody set stays as it is.
    """
    claim = attempt.version.claim
    if not _waits(attempt):
        return
    if not claim.hold_reason:
        with acting_as(Actor(source="holds")):
            hold_claim(claim=claim, reason=ARRIVED)
    open_work_item(
        subject=claim,
        kind=TAKEN_WORK,
        title="It was put right to go again, and has arrived all the same",
        reason="It is on hold. Ask the payer: if they have it, leave it and await the answer;"
        " if not, end the hold and send it.",
        role=Role.BILLER,
        due_on=today,
        amount=attempt.version.charge_amount,
    )


def _waits(attempt: SubmissionAttempt) -> bool:
    """Whether the claim waits here to be sent to the payer of `attempt`. Of most claims the version
    of the attempt is the current one, and nothing is asked for.
    """
    version = attempt.version
    is_current = version.claim.current_version_id == version.pk
    waiting = version if is_current else version.claim.version
    return waiting.state in states.UNSENT and waiting.rank == version.rank


def let_go_of_rejected(attempt: SubmissionAttempt) -> None:
    """What had arrived after all is rejected now: what was kept back for it may go. Unless another
    sending of it has arrived as well.
    """
    claim = attempt.version.claim
    if not _waits(attempt):
        return
    others = SubmissionAttempt.everywhere.filter(
        version__claim=claim, version__rank=attempt.version.rank, state__in=_ARRIVED
    )
    if others.exclude(pk=attempt.pk).exists():
        return
    end_what_arrived([claim], because="it is rejected")
    close_work_item(subject=claim, kind=TAKEN_WORK, outcome="It is rejected.")


def end_what_arrived(claims: Collection[Claim], because: str = "the answer is here") -> None:
    """What was kept back for want of an answer waits no more."""
    held = Claim.objects.filter(pk__in=[claim.pk for claim in claims], hold_reason=ARRIVED)
    for claim in held.select_for_update(no_key=True):
        claim.hold_reason = ""
        claim.save(update_fields=["hold_reason"])
        timeline.record(claim, kind="claim.let_go", sentence=f"ended the hold: {because}")
