"""The one order in which postings lock rows: guarantors, then claims, each by id.

Two postings that touch one account wait for each other instead of reading the same open amount.
"""

from collections.abc import Collection

from claims.models import Claim
from core.among import among
from patients.models import Guarantor


def lock_accounts(*, guarantor_ids: Collection[int], claim_ids: Collection[int] = ()) -> None:
    """Lock these accounts until the end of the transaction."""
    guarantors = Guarantor.everywhere.filter(among("pk", set(guarantor_ids))).order_by("pk")
    list(guarantors.select_for_update(no_key=True).values_list("pk", flat=True))
    claims = Claim.everywhere.filter(among("pk", set(claim_ids))).order_by("pk")
    list(claims.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
