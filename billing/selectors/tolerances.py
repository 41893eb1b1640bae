"""Which tolerance holds for a payer, and the ones that held before."""

from django.db.models import Q

from billing.models import VarianceTolerance
from billing.underpayments.tolerance import USUAL, Tolerance


def row_for(payer_id: int | None) -> VarianceTolerance | None:
    """The newest setting of the payer, else the newest of the practice; None: the usual one."""
    rows = VarianceTolerance.objects.filter(Q(payer=payer_id) | Q(payer__isnull=True))
    newest: dict[bool, VarianceTolerance] = {}
    for row in rows.order_by("pk"):
        newest[row.payer_id is not None] = row
    return newest.get(True) or newest.get(False)


def tolerance_for(payer_id: int | None) -> Tolerance:
    """The tolerance that holds for a payer now."""
    row = row_for(payer_id)
    if row is None:
        return USUAL
    return Tolerance(row.percent, row.least_amount, row.claim_amount, row.stop_amount)
