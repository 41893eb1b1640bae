"""Deciding that the next payer is not billed: its part goes to whoever comes after."""

from django.db import transaction

from claims import news, states
from claims.choices import VersionState
from claims.cob.next_payer import next_coverage
from claims.models import Claim, ClaimVersion, DeclinedPayer
from claims.payer_choices import PassedOver
from claims.services.bill_next_payer import (
    MISSING_CROSSOVER,
    UNKNOWN_CROSSOVER,
    bill_next_payer,
)
from claims.services.later_ranks import void_waiting
from claims.services.lock_claim import lock_claim
from core import timeline
from core.actors import current_actor
from core.errors import ApplicationError, Conflict
from core.news import announce
from core.services.work import close_work_item
from patients.models import Coverage
from patients.payer_order import insured_of

_WAITING = states.UNSENT | states.REJECTED | {VersionState.CROSSED_OVER}


def decline_next_payer(
    *, claim: Claim, reason: str, because: str = PassedOver.NOT_COVERED
) -> DeclinedPayer:
    """Do not bill the next payer, with a reason. Its claim, if one waits, becomes void.

    `because` is what those after it are told: that it does not cover the service (AMT*A8), or
    nothing, where it was not in force.

    What it would have owed is the next coverage's, else the patient's (billing hears of it in this
    transaction). Raises ApplicationError at `reason` without one; Conflict where no payer is next,
    where it has the claim already, or for Medicaid, whose part the patient never owes (domain H.1).
    """
    words = reason.strip()[:200]
    if not words:
        raise ApplicationError("Say why it is not billed.", field="reason")
    with transaction.atomic():
        row = lock_claim(claim.pk)
        version, coverage = _what_waits(row)
        if insured_of(coverage).is_medicaid:
            raise Conflict("The patient may not be billed for Medicaid's part: bill Medicaid.")
        declined = DeclinedPayer.objects.create(
            practice=row.practice,
            claim=row,
            rank=coverage.place,
            payer=coverage.plan.payer,
            reason=words,
            because=because,
            declined_by=current_actor().user,
        )
        if version.coverage_id == coverage.pk:
            version = void_waiting(row, version, "took its claim back, unsent")
        timeline.record(
            row,
            kind="claim.next_declined",
            sentence=f"does not bill {coverage.plan.payer.name}: {words}",
        )
        for kind in (UNKNOWN_CROSSOVER, MISSING_CROSSOVER):
            close_work_item(subject=row, kind=kind, outcome="The next payer is not billed.")
        announce(
            news.NEXT_PAYER_DECLINED,
            subject=row,
            ids={"payer_id": coverage.plan.payer_id, "rank": coverage.place},
        )
        bill_next_payer(version.pk)
    return declined


def _what_waits(claim: Claim) -> tuple[ClaimVersion, Coverage]:
    """The newest version with the coverage that it is for, or that comes after it."""
    version = ClaimVersion.objects.select_related("payer", "coverage__plan__payer").get(
        pk=claim.version.pk
    )
    if version.rank > 1 and version.state in _WAITING:
        version.coverage.place = version.rank
        return version, version.coverage
    decided = {VersionState.ADJUDICATED, VersionState.CROSSED_OVER}
    coverage = (
        next_coverage(claim, version.rank, version.coverage_id)
        if version.state in decided
        else None
    )
    if coverage is None:
        raise Conflict(f"No payer waits to be billed: {version.payer.name} has the claim.")
    return version, coverage
