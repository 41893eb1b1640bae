"""A denial case comes to its end: what became of the money, and what that teaches."""

from decimal import Decimal

from django.db import transaction

from claims import states
from claims.choices import DenialState
from claims.denial_choices import AppealOutcome, AppealState, CaseOutcome, CaseState
from claims.denials.history import FOUGHT
from claims.events import DENIAL_SETTLED, tell_denials
from claims.models import Appeal, Denial, DenialCase
from claims.services.learn_chances import learn_chances
from core import clock, timeline
from core.money import ZERO, format_money
from core.services.work import close_work_item
from core.states import advance


def settle_case(
    case: DenialCase, outcome: str, *, note: str = "", recovered: Decimal = ZERO
) -> bool:
    """End the case with `outcome`; an appeal that is out ends with it. Returns whether it was open.

    Outcomes that were fought for count for the chance of the open cases like it.
    """
    with transaction.atomic():
        moved = advance(
            case,
            CaseState.SETTLED,
            table=states.DENIAL_CASE,
            update={
                "outcome": outcome,
                "outcome_note": note[:300],
                "recovered_amount": recovered,
                "settled_at": clock.now(),
                "waits_for": "",
            },
        )
        if not moved:
            return False
        _end_appeal(case, outcome, note)
        close_work_item(subject=case.claim, kind=case.work_kind, outcome=note or "Settled.")
        money = f": ${format_money(recovered)} came" if recovered else ""
        timeline.record(
            case.claim,
            kind="denial.closed",
            sentence=f"settled the denial {case.code}, {CaseOutcome(outcome).label.lower()}{money}",
            details={"note": note} if note else {},
        )
        if outcome in FOUGHT:
            learn_chances(case.payer_id, case.category)
        tell_denials(DENIAL_SETTLED, [case])
    return True


def settle_open_rows(case: DenialCase, outcome: str) -> None:
    """Whatever of the case is still open is resolved with it."""
    for row in Denial.objects.filter(case=case, state=DenialState.OPEN):
        advance(
            row,
            DenialState.RESOLVED,
            table=states.DENIAL,
            update={"resolved_at": clock.now(), "outcome": outcome},
        )


def _end_appeal(case: DenialCase, outcome: str, note: str) -> None:
    """What the money has answered needs no letter any more; a draft goes."""
    Appeal.objects.filter(case=case, state=AppealState.DRAFT).delete()
    for appeal in Appeal.objects.filter(case=case, state=AppealState.SENT):
        known = outcome if outcome in AppealOutcome.values else AppealOutcome.UPHELD
        advance(
            appeal,
            AppealState.DECIDED,
            table=states.APPEAL,
            update={
                "outcome": known,
                "decided_on": clock.today(case.practice),
                "decision_note": note[:300],
            },
        )
