"""What payers still owe of a claim by their contracts, kept beside it for lists and the page."""

from collections.abc import Mapping
from decimal import Decimal

from claims.models import Claim
from core.updating import update_each


def set_underpaid(amounts: Mapping[int, Decimal]) -> None:
    """Write the projection by claim id. Called by billing, in the transaction that changed it."""
    changed = []
    rows = Claim.objects.filter(pk__in=amounts).only("pk", "underpaid_amount")
    for claim in rows.order_by("pk").select_for_update(no_key=True):
        if claim.underpaid_amount != amounts[claim.pk]:
            claim.underpaid_amount = amounts[claim.pk]
            changed.append(claim)
    update_each(changed, ["underpaid_amount"])
