"""Locking one claim in everybody's order: guarantor, then claim (billing/posting/locks.py)."""

from claims.models import Claim
from patients.models import Guarantor


def lock_claim(claim_id: int) -> Claim:
    """The claim with patient and practice, locked to the end of the transaction, its patient's
    guarantor before it: a posting that touches the same account waits instead of meeting us midway.
    """
    guarantors = Guarantor.objects.filter(patients__claims=claim_id)
    list(guarantors.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    rows = Claim.objects.select_related("patient", "practice")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=claim_id)
