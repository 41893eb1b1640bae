"""An overpayment on timelines, and as the work item that reminds and escalates."""

from datetime import date

from billing.adjusting_choices import OverpaymentState
from billing.credits.due import ESCALATE_BEFORE, investigation_must_end
from billing.models import Overpayment
from billing.services.tell_both import tell_both
from core import clock
from core.choices import Role
from core.money import format_money
from core.services.work import close_work_item, move_work_item, open_work_item

RETURN_WORK = "overpayment.return"
_RUNNING = (OverpaymentState.IDENTIFIED, OverpaymentState.INVESTIGATING)


def tell_overpayment(row: Overpayment, kind: str, sentence: str, note: str) -> None:
    """One entry on its own timeline and one on the patient's."""
    tell_both(row, kind=kind, sentence=sentence, note=note)


def remind(row: Overpayment) -> None:
    """The work item as it stands today: who must act, by when, and how urgent it is.

    The biller's first; the manager's from two weeks before the day it is due.
    """
    if row.state not in _RUNNING:
        close_work_item(subject=row, kind=RETURN_WORK, outcome=row.get_state_display())
        return
    today = clock.today(row.practice)
    by = _act_by(row)
    left = (by - today).days
    role = Role.MANAGER if by - ESCALATE_BEFORE <= today else Role.BILLER
    item = open_work_item(
        subject=row,
        kind=RETURN_WORK,
        title=_title(row, left),
        reason=f"${format_money(row.amount)} of {row.payer.name}: {row.reason}",
        role=role,
        due_on=by,
        amount=row.amount,
        renews=True,
    )
    if item.due_on != by and by >= today:
        move_work_item(item, due_on=by, reason="The clock says so.")


def _act_by(row: Overpayment) -> date:
    if row.state == OverpaymentState.INVESTIGATING and row.investigation_started_on is not None:
        return investigation_must_end(row.investigation_started_on)
    return row.due_on


def _title(row: Overpayment, left: int) -> str:
    if row.state == OverpaymentState.INVESTIGATING:
        return f"End the investigation of overpayment {row.number}"
    if left < 0:
        return f"OVERDUE: return overpayment {row.number}"
    return f"Return overpayment {row.number}: {left} day{'' if left == 1 else 's'} left"
