"""Changing what difference is let pass, at one payer or at all without their own."""

from decimal import Decimal

from django.db import transaction

from billing.models import VarianceTolerance
from billing.selectors.tolerances import tolerance_for
from billing.underpayments.tolerance import Tolerance
from core import timeline
from core.actors import current_actor
from core.errors import ApplicationError
from core.models import Practice
from patients.models import Payer

_HUNDRED = Decimal(100)


def save_tolerance(
    *, practice: Practice, payer: Payer | None, tolerance: Tolerance
) -> VarianceTolerance | None:
    """Let `tolerance` hold from the next posting on; None where it is what holds already.

    What was compared before keeps the tolerance it was compared by. Raises ApplicationError at the
    field for a percentage that is none and for negative dollars.
    """
    if not 0 <= tolerance.percent <= _HUNDRED:
        raise ApplicationError("Enter a percentage from 0 to 100.", field="percent")
    for name in ("least_amount", "claim_amount", "stop_amount"):
        if (getattr(tolerance, name) or 0) < 0:
            raise ApplicationError("Enter an amount of 0 or more.", field=name)
    with transaction.atomic():
        before = tolerance_for(payer.pk if payer else None)
        if before == tolerance:
            return None
        row = VarianceTolerance.objects.create(
            practice=practice, payer=payer, percent=tolerance.percent,
            least_amount=tolerance.least_amount, claim_amount=tolerance.claim_amount,
            stop_amount=tolerance.stop_amount, made_by_name=current_actor().name,
        )  # fmt: skip
        timeline.record(
            payer or row, kind="payer.changed" if payer else "tolerance.changed",
            sentence="changed what difference from the contract is let pass",
            before=_picture(before), after=_picture(tolerance),
        )  # fmt: skip
    return row


def _picture(tolerance: Tolerance) -> dict[str, str]:
    return {
        "percent": str(tolerance.percent), "line": str(tolerance.least_amount),
        "claim": str(tolerance.claim_amount), "stop": str(tolerance.stop_amount or ""),
    }  # fmt: skip
