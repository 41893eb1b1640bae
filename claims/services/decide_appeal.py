"""What a payer decided on an appeal: won, won in part, or on to the next level (domain G.2)."""

from datetime import date, timedelta

from django.db import transaction

from claims import states
from claims.choices import DenialState
from claims.denial_choices import AppealOutcome, AppealState, CaseOutcome, CaseState
from claims.denials.deadlines import limits_of, next_level
from claims.models import Appeal, Denial, DenialCase
from claims.services.learn_chances import learn_chances
from claims.services.open_denials import NO_LEVEL, open_case_work, refresh_case
from core import clock, timeline
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.money import ZERO
from core.services.work import close_work_item, open_work_item
from core.states import advance

PAYMENT_DAYS = 30  # after a decision in our favor the money is to come with an 835


def decide_appeal(
    *, appeal: Appeal, outcome: AppealOutcome, decided_on: date, reference: str = "", note: str = ""
) -> DenialCase:
    """Keep the decision. Overturned: the payment is awaited, and the 835 settles it. Upheld or only
    in part: what is still refused goes to the next level, where the payer has one that it reaches.

    Raises ApplicationError at `decided_on` for a day to come or before the appeal went, Conflict
    for an appeal that is not out.
    """
    with transaction.atomic():
        case = (
            DenialCase.objects.select_for_update(of=("self",))
            .select_related("claim", "practice", "payer", "version")
            .get(pk=appeal.case_id)
        )
        appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
        _check(appeal, case, decided_on)
        advance(
            appeal,
            AppealState.DECIDED,
            table=states.APPEAL,
            update={
                "outcome": outcome,
                "decided_on": decided_on,
                "reference": reference.strip()[:60],
                "decision_note": note.strip()[:300],
            },
        )
        timeline.record(
            case.claim,
            kind="denial.appeal_answered",
            sentence=f"kept the decision on the appeal ({appeal.level_name}) of {case.code}:"
            f" {AppealOutcome(outcome).label.lower()}",
            details={"reference": reference, "note": note},
        )
        close_work_item(subject=case.claim, kind=case.work_kind, outcome="The payer decided it.")
        if outcome == AppealOutcome.OVERTURNED:
            return _await_payment(case, outcome, decided_on)
        return _go_on(case, appeal, outcome, decided_on)


def _check(appeal: Appeal, case: DenialCase, decided_on: date) -> None:
    if appeal.state != AppealState.SENT:
        raise Conflict("This appeal is not out: there is nothing to decide.")
    if decided_on > clock.today(case.practice):
        raise ApplicationError("That day is still to come.", field="decided_on")
    if appeal.sent_on and decided_on < appeal.sent_on:
        raise ApplicationError(
            f"The appeal went out on {appeal.sent_on:%m/%d/%Y}.", field="decided_on"
        )


def _await_payment(case: DenialCase, outcome: str, decided_on: date) -> DenialCase:
    advance(
        case,
        CaseState.WAITING,
        table=states.DENIAL_CASE,
        update={"outcome": outcome, "waits_for": "the payment that was decided"},
    )
    learn_chances(case.payer_id, case.category)
    open_work_item(
        subject=case.claim,
        kind=case.work_kind,
        title=f"{case.code} overturned: the payment is to come",
        reason="Its 835 settles this by itself; ask if it does not come.",
        role=Role.BILLER,
        due_on=max(decided_on + timedelta(days=PAYMENT_DAYS), clock.today(case.practice)),
        amount=case.amount,
    )
    return case


def _go_on(case: DenialCase, appeal: Appeal, outcome: str, decided_on: date) -> DenialCase:
    """The next level, or the end of what can be appealed. What was won in part is in the 835."""
    levels = limits_of([case.payer], decided_on.year)[case.payer_id].levels
    left = sum(
        Denial.objects.filter(case=case, state=DenialState.OPEN).values_list("amount", flat=True),
        ZERO,
    )
    following = next_level(levels, appeal.level, left or case.amount)
    columns = {"chosen_step": "", "chosen_reason": "", "decided_on": decided_on}
    if following is not None:
        advance(
            case,
            CaseState.NOT_STARTED,
            table=states.DENIAL_CASE,
            update={**columns, "level": following.number},
        )
        case = refresh_case(case)
        open_case_work(case, f"{appeal.level_name} was {AppealOutcome(outcome).label.lower()}."
                       f" Next: {following.name}, by {_by(case)}.")  # fmt: skip
        return case
    known = CaseOutcome.PARTLY if outcome == AppealOutcome.PARTLY else CaseOutcome.UPHELD
    advance(
        case,
        CaseState.NOT_WORKABLE,
        table=states.DENIAL_CASE,
        update={**columns, "outcome": known, "waits_for": "", "level": NO_LEVEL},
    )
    learn_chances(case.payer_id, case.category)
    case = refresh_case(case)
    open_case_work(case, "No level of appeal is left: write it off, or move it where it belongs.")
    return case


def _by(case: DenialCase) -> str:
    return f"{case.deadline_on:%m/%d/%Y}" if case.deadline_on else "no known day"
