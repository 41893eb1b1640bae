"""Ending a denial: somebody decided what becomes of the money."""

from django.db import transaction

from claims import states
from claims.choices import DenialState
from claims.models import Denial
from core import clock, timeline
from core.services.work import close_work_item
from core.states import advance

DENIED_WORK = "claim.denied"


def resolve_denial(*, denial: Denial, outcome: str, settled_as: str = "") -> None:
    """Mark `denial` resolved; the last open one of a claim ends the claim's work item too.

    `outcome` is said on the timeline. `settled_as` is one of `DenialOutcome` where that moves
    money: a line that was rerouted is the next payer's for the amount denied (`reroute_denials`
    bills it).
    """
    with transaction.atomic():
        moved = advance(
            denial,
            DenialState.RESOLVED,
            table=states.DENIAL,
            update={"resolved_at": clock.now(), "settled_as": settled_as},
        )
        if not moved:
            return
        claim = denial.version.claim
        timeline.record(
            claim,
            kind="denial.closed",
            sentence=f"settled the denial {denial.group_code}-{denial.reason_code}: {outcome}",
        )
        if not Denial.objects.filter(version__claim=claim, state=DenialState.OPEN).exists():
            close_work_item(subject=claim, kind=DENIED_WORK, outcome=outcome)
