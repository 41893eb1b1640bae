"""Keeping a claim back, and letting it go again."""

from django.db import transaction

from claims import states
from claims.models import Claim
from claims.services.recheck_claim import recheck_claims
from claims.services.watch_holds import HELD_NEAR_LIMIT
from core import timeline
from core.errors import ApplicationError, Conflict
from core.services.work import close_work_item


def hold_claim(*, claim: Claim, reason: str) -> None:
    """Keep an unsent claim out of batches until it is let go.

    Raises ApplicationError without a reason, Conflict for a claim that is out already.
    """
    if not reason.strip():
        raise ApplicationError("Say why it waits.", field="reason")
    with transaction.atomic():
        row = (
            Claim.objects.select_for_update(of=("self",))
            .select_related("current_version")
            .get(pk=claim.pk)
        )
        if row.version.state not in states.UNSENT | states.REJECTED:
            raise Conflict("This claim is out already.")
        row.hold_reason = reason.strip()[:200]
        row.save(update_fields=["hold_reason"])
        timeline.record(row, kind="claim.held", sentence=f"put it on hold: {row.hold_reason}")


def let_go(*, claim: Claim) -> None:
    """End a hold and check the claim again: its filing limit may have passed meanwhile. One that
    is not held stays as it is.
    """
    with transaction.atomic():
        row = Claim.objects.select_for_update().get(pk=claim.pk)
        if row.hold_reason:
            row.hold_reason = ""
            row.save(update_fields=["hold_reason"])
            timeline.record(row, kind="claim.let_go", sentence="ended the hold")
            close_work_item(subject=row, kind=HELD_NEAR_LIMIT, outcome="The hold has ended.")
            recheck_claims([row])
