"""Deciding on a payment that came twice with other content, once the payer was asked (E.8)."""

from django.db import transaction

from claims.choices import RemittanceState, Settlement
from claims.models import Remittance
from claims.reissue import earlier_payments
from claims.services.import_remittance import REISSUED
from claims.services.match_remittance import match_remittance
from claims.services.set_aside import set_aside_remittance
from claims.states import REMITTANCE
from core import timeline
from core.errors import ApplicationError, Conflict
from core.services.work import close_work_item
from core.states import advance

LEAST_REASON = 5
_WORDS = {
    Settlement.REPLACES: "replaces the one that came first",
    Settlement.ANOTHER: "is another payment and counts as well",
    Settlement.ASIDE: "does not count",
}


def settle_held(remittance: Remittance, *, decision: str, reason: str) -> None:
    """Let a held remittance replace the first one or count beside it, which matches it; or set it
    aside for good.

    Raises ApplicationError without a reason; Conflict when it is not held any more, and where the
    one that it would replace is posted: its posting has to be undone first.
    """
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say what the payer answered.", field="reason")
    choice = Settlement(decision)
    with transaction.atomic():
        row = Remittance.objects.select_for_update(of=("self",)).get(pk=remittance.pk)
        if row.state != RemittanceState.HELD:
            raise Conflict("Somebody decided on it meanwhile.")
        if choice == Settlement.REPLACES:
            _set_first_aside(row, reason)
        to = RemittanceState.SET_ASIDE if choice == Settlement.ASIDE else RemittanceState.RECEIVED
        advance(row, to, table=REMITTANCE)
        words = _WORDS[choice]
        timeline.record(
            row,
            kind="remittance.settled",
            sentence=f"decided that it {words}",
            details={"note": reason},
        )
        close_work_item(subject=row, kind=REISSUED, outcome=f"It {words}: {reason}")
        if to == RemittanceState.RECEIVED:
            match_remittance(row)


def _set_first_aside(row: Remittance, reason: str) -> None:
    for first in earlier_payments(row).select_for_update(of=("self",)):
        if first.state == RemittanceState.POSTED:
            raise Conflict(
                "The one that came first is posted. Undo its posting, then let this one replace"
                " it.",
                field="decision",
            )
        set_aside_remittance(first, reason=reason, replaced_by=row)
