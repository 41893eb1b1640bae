"""Ending a denial: somebody decided what becomes of the money."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Sum

from claims import states
from claims.choices import DenialState
from claims.denial_choices import CaseOutcome, CaseState, DenialStep
from claims.models import Denial, DenialCase
from claims.models.denial import WORK
from claims.services.settle_case import settle_case
from core import clock, timeline
from core.services.work import close_work_item
from core.states import advance

DENIED_WORK = WORK
# What was chosen to be done says what a settling without a payment came to.
_BY_STEP = {
    DenialStep.WRITE_OFF: CaseOutcome.WRITTEN_OFF,
    DenialStep.PATIENT: CaseOutcome.PATIENT,
}


def resolve_denial(
    *,
    denial: Denial,
    outcome: str,
    settled_as: str = "",
    waits_for: str = "",
    how: str = CaseOutcome.NONE,
) -> None:
    """Mark `denial` resolved; the last open one of its case ends the case and its work, too.

    `outcome` is said on the timeline. `settled_as` is one of `DenialOutcome` where that moves
    money: a line that was rerouted is the next payer's for the amount denied (`reroute_denials`
    bills it). With `waits_for` the case does not end: the payer is to decide anew, and its
    decision will say what came of it. `how` says what became of the money where the caller knows.
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
        if denial.case_id is not None:
            _follow(denial.case_id, outcome, waits_for, how)


def resolve_denials_of_lines(charge_line_ids: Collection[int], *, outcome: str, how: str) -> int:
    """Settle what is open on these charge lines, because their money was written off or moved to
    the patient. For billing, in the transaction that moves it. Returns how many there were.
    """
    rows = Denial.objects.filter(
        charge_line_id__in=charge_line_ids, state=DenialState.OPEN
    ).select_related("version__claim")
    for row in rows:
        resolve_denial(denial=row, outcome=outcome, how=how)
    return len(rows)


def _follow(case_id: int, outcome: str, waits_for: str, how: str) -> None:
    """The case, once none of its amounts is open any more."""
    left = Denial.objects.filter(case=case_id, state=DenialState.OPEN)
    amount = left.aggregate(total=Sum("amount"))["total"]
    if amount is not None:
        DenialCase.objects.filter(pk=case_id).update(amount=amount)
        return
    case = DenialCase.objects.select_related("claim", "practice", "payer").get(pk=case_id)
    if not case.is_open:
        return
    if not waits_for:
        chosen = _BY_STEP.get(DenialStep(case.next_step), CaseOutcome.OTHERWISE)
        settle_case(case, how or chosen, note=outcome)
        return
    advance(
        case, CaseState.WAITING, table=states.DENIAL_CASE, update={"waits_for": waits_for[:200]}
    )
    close_work_item(subject=case.claim, kind=case.work_kind, outcome=outcome)
