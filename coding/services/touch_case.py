"""What every change of a case shares: it must be open, becomes the coder's own, can be undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.db.models import F

from coding.case_picture import picture_of
from coding.choices import CaseState
from coding.models import CaseChange, CodingCase
from coding.states import CASE, OPEN
from core.actors import current_actor
from core.errors import Conflict
from core.services.work import close_work_item
from core.states import advance

_CHANGED = ["state", "state_changed_at", "version", "coder", "hold_reason", "hold_until"]

# The case whose codes change by several services in one act.
_acting_on: ContextVar[int | None] = ContextVar("case_act", default=None)


@contextmanager
def one_act(case: CodingCase) -> Iterator[None]:
    """Within the block, changes of the case by any service are one, undone together.

    A transaction of its own. Raises Conflict as `lock_for_change` does.
    """
    with transaction.atomic():
        lock_for_change(case)
        token = _acting_on.set(case.pk)
        try:
            yield
        finally:
            _acting_on.reset(token)


def lock_for_change(case: CodingCase) -> CodingCase:
    """Lock the case for this transaction, keep what it was, take it up, and count the change.

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
    if _acting_on.get() != case.pk:
        CaseChange.everywhere.create(
            practice_id=locked.practice_id,
            case=locked,
            version=locked.version,
            before=picture_of(locked),
            user=user,
        )
    CodingCase.everywhere.filter(pk=case.pk).update(
        version=F("version") + 1, coder=user or locked.coder
    )
    # Only what can have changed: the encounter and the patient stay loaded.
    case.refresh_from_db(fields=_CHANGED)
    return case
