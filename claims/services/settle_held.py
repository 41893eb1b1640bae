"""Deciding on a payment that came twice with other content, once the payer was asked (E.8)."""

from django.db import transaction

from claims.choices import RemittanceState
from claims.models import Remittance
from claims.services.import_remittance import REISSUED
from claims.services.match_remittance import match_remittance
from claims.states import REMITTANCE
from core import timeline
from core.errors import ApplicationError, Conflict
from core.services.work import close_work_item
from core.states import advance

LEAST_REASON = 5


def settle_held(remittance: Remittance, *, counts: bool, reason: str) -> None:
    """Let a held remittance count, which matches it, or set it aside for good.

    Raises ApplicationError without a reason, Conflict when it is not held any more.
    """
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say what the payer answered.", field="reason")
    with transaction.atomic():
        row = Remittance.objects.select_for_update(of=("self",)).get(pk=remittance.pk)
        if row.state != RemittanceState.HELD:
            raise Conflict("Somebody decided on it meanwhile.")
        words = "counts" if counts else "does not count"
        advance(
            row,
            RemittanceState.RECEIVED if counts else RemittanceState.DUPLICATE,
            table=REMITTANCE,
        )
        timeline.record(
            row,
            kind="remittance.settled",
            sentence=f"decided that it {words}: {reason}",
        )
        close_work_item(subject=row, kind=REISSUED, outcome=f"It {words}: {reason}")
        if counts:
            match_remittance(row)
