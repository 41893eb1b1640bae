"""Setting an encounter aside, taking it up again, and sending it back to coding."""

from datetime import date

from django.db import transaction

from coding.choices import CaseState, LineState
from coding.models import ChargeLine, CodingCase
from coding.services.void_charges import RETURNED, return_released_case
from coding.states import CASE
from core import clock, timeline
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.services.work import close_work_item, open_work_item
from core.states import advance


@transaction.atomic
def hold_case(*, case: CodingCase, reason: str, until: date | None = None) -> None:
    """Put a case on hold with a reason; a work item remembers the day, which is to come."""
    if not reason.strip():
        raise ApplicationError("Say what it waits for.", field="reason")
    if until is not None and until <= clock.today(case.practice):
        raise ApplicationError("Choose a day to come.", field="until")
    advance(
        case,
        CaseState.ON_HOLD,
        table=CASE,
        update={"hold_reason": reason.strip()[:300], "hold_until": until},
    )
    open_work_item(
        subject=case, kind="coding_hold", title="Encounter on hold", reason=reason, due_on=until,
        role=Role.CODER,
    )  # fmt: skip
    timeline.record(case, kind="case.held", sentence=f"put it on hold: {reason.strip()}")


@transaction.atomic
def resume_case(*, case: CodingCase) -> None:
    """Take a held case up again."""
    advance(case, CaseState.READY, table=CASE, update={"hold_reason": "", "hold_until": None})
    close_work_item(subject=case, kind="coding_hold", outcome="taken up again")
    timeline.record(case, kind="case.resumed", sentence="took it off hold")


@transaction.atomic
def reopen_case(*, case: CodingCase) -> None:
    """Take finishing back as if it had not been pressed. Raises IllegalTransition once released."""
    if case.state != CaseState.FINISHED:
        raise Conflict("Only a finished encounter that is not released can be reopened.")
    advance(case, CaseState.RETURNED, table=CASE, update={"finished_at": None})
    advance(case, CaseState.IN_PROGRESS, table=CASE)
    timeline.record(case, kind="case.reopened", sentence="took finishing back")


@transaction.atomic
def return_case(*, case: CodingCase, reason: str) -> None:
    """Send a finished case back to coding; charges that are released are taken back first.

    Raises ApplicationError without a reason, and where a claim or money has gone too far.
    """
    if not reason.strip():
        raise ApplicationError("Say what is wrong.", field="reason")
    # Looked up under its lock: it may have been released since the page was opened.
    locked = CodingCase.everywhere.select_for_update(of=("self",)).get(pk=case.pk)
    if locked.state == CaseState.RELEASED:
        return_released_case(case=case, reason=reason)
        return
    advance(case, CaseState.RETURNED, table=CASE)
    open_work_item(
        subject=case, kind=RETURNED, title="Returned to coding", reason=reason,
        owner=case.coder, role=Role.CODER,
    )  # fmt: skip
    timeline.record(case, kind="case.returned", sentence=f"returned it to coding: {reason.strip()}")


@transaction.atomic
def mark_not_billable(*, case: CodingCase, reason: str) -> None:
    """Close an encounter that nobody will bill, with the reason. Raises ApplicationError while
    a charge of it is released.
    """
    if not reason.strip():
        raise ApplicationError("Say why it is not billed.", field="reason")
    if ChargeLine.everywhere.filter(case=case, state=LineState.RELEASED).exists():
        raise ApplicationError("Some of its charges are on a claim: return that claim first.")
    advance(case, CaseState.NOT_BILLABLE, table=CASE)
    for kind in ("coding_hold", RETURNED):
        close_work_item(subject=case, kind=kind, outcome=f"not billable: {reason.strip()}")
    timeline.record(case, kind="case.not_billable", sentence=f"not billable: {reason.strip()}")
