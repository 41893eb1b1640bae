"""A claim that was put right to go again, and has arrived all the same: it is not to go twice."""

from collections.abc import Collection
from datetime import date

from claims import states
from claims.models import Claim, SubmissionAttempt
from claims.services.hold_claim import hold_claim
from core import timeline
from core.actors import Actor, acting_as
from core.choices import Role
from core.services.work import open_work_item

TAKEN_WORK = "claim.taken_after_all"
ARRIVED = "It has arrived after all: sent again, it would be there twice. Ask the payer first"


def keep_back(attempt: SubmissionAttempt, today: date) -> None:
    """Put the claim of an accepted attempt on hold, so that no schedule and no batch takes what
    waits to be sent to the same payer; and make it work. A hold that somebody set stays as it is.
    """
    claim = attempt.version.claim
    waiting = claim.version
    if waiting.state not in states.UNSENT or waiting.rank != attempt.version.rank:
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


def end_what_arrived(claims: Collection[Claim]) -> None:
    """The answer is here: what was kept back for it waits no more."""
    held = Claim.objects.filter(pk__in=[claim.pk for claim in claims], hold_reason=ARRIVED)
    for claim in held.select_for_update(no_key=True):
        claim.hold_reason = ""
        claim.save(update_fields=["hold_reason"])
        timeline.record(claim, kind="claim.let_go", sentence="ended the hold: the answer is here")
