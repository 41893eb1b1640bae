"""What a payer calls another payer's business is asked of the next one (CARC 22, 27, 109)."""

from collections.abc import Sequence

from django.db import transaction

from claims import states
from claims.denial_choices import DenialOutcome
from claims.models import Claim, ClaimVersion, Denial
from claims.services.bill_next_payer import bill_next_payer
from claims.services.later_ranks import void_waiting
from claims.services.lock_claim import lock_claim
from claims.services.resolve_denial import resolve_denial
from core.errors import ApplicationError


def reroute_denials(*, denials: Sequence[Denial], reason: str) -> ClaimVersion | None:
    """Settle open denials of one version as another payer's business; returns the next payer's
    claim for them. One that waits for other lines already is made anew with these; one that is out
    becomes work, for it must be corrected.

    None where nobody comes next or the next payer has its claim. Raises ApplicationError at
    `reason` without one.
    """
    words = " ".join(reason.split())[:200]
    if not words:
        raise ApplicationError("Say why it is another payer's.", field="reason")
    with transaction.atomic():
        version = denials[0].version
        claim = lock_claim(version.claim_id)
        for denial in denials:
            resolve_denial(
                denial=denial,
                outcome=f"another payer's business: {words}",
                settled_as=DenialOutcome.REROUTED,
            )
        _take_back_waiting(claim, version)
        return bill_next_payer(version.pk)


def _take_back_waiting(claim: Claim, version: ClaimVersion) -> None:
    later = claim.version
    if later.rank > version.rank and later.state in states.UNSENT | states.REJECTED:
        void_waiting(claim, later, "took its claim back: another line is asked of it, too")
