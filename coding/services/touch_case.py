"""What every change of a case shares: it must be open, and it becomes the coder's own."""

from django.db.models import F

from coding.choices import CaseState
from coding.models import CodingCase
from coding.states import CASE, OPEN
from core.actors import current_actor
from core.errors import Conflict
from core.services.work import close_work_item
from core.states import advance

_CHANGED = ["state", "state_changed_at", "version", "coder", "hold_reason", "hold_until"]


def lock_for_change(case: CodingCase) -> CodingCase:
    """Lock the case for this transaction, take it up, and count the change.

    Raises Conflict when its codes can no longer be changed.
    """
    locked = CodingCase.everywhere.select_for_update(of=("self",)).get(pk=case.pk)
    if locked.state not in OPEN:
        raise Conflict(
            f"This encounter is {locked.get_state_display().lower()}: its codes are closed. "
            "Return it to coding first."
        )
    if locked.state != CaseState.IN_PROGRESS:
        if locked.state == CaseState.ON_HOLD:
            close_work_item(subject=locked, kind="coding_hold", outcome="taken up again")
        advance(
            locked,
            CaseState.IN_PROGRESS,
            table=CASE,
            update={"hold_reason": "", "hold_until": None},
        )
    user = current_actor().user
    CodingCase.everywhere.filter(pk=case.pk).update(
        version=F("version") + 1, coder=user or locked.coder
    )
    # Only what can have changed: the encounter and the patient stay loaded.
    case.refresh_from_db(fields=_CHANGED)
    return case
