"""The sweep over overpayments: reminds, escalates to the manager, and says when one is overdue."""

from datetime import timedelta

from billing.adjusting_choices import OverpaymentState
from billing.credits.due import investigation_must_end, next_look, overpayment_due
from billing.models import Overpayment
from billing.services.identify_overpayment import RUNNING, end_investigation
from billing.services.tell_overpayment import remind
from core import clock
from core.actors import Actor, acting_as
from core.tenancy import practice_scope

MOST_AT_ONCE = 100


def watch_overpayments() -> int:
    """Look at those whose day has come; returns how many. An investigation that ran 180 days ends
    by itself: the rule suspends no longer.
    """
    # A practice's day is at most one ahead of the server's.
    horizon = clock.now().date() + timedelta(days=1)
    due = (
        Overpayment.everywhere.filter(state__in=RUNNING, next_look_on__lte=horizon)
        .select_related("practice", "patient__practice", "payer")
        .order_by("next_look_on", "pk")[:MOST_AT_ONCE]
    )
    looked = 0
    for row in due:
        today = clock.today(row.practice)
        if row.next_look_on > today:
            continue
        with practice_scope(row.practice), acting_as(Actor(source="sweep")):
            _look(row)
        looked += 1
    return looked


def _look(row: Overpayment) -> None:
    today = clock.today(row.practice)
    started = row.investigation_started_on
    if row.state == OverpaymentState.INVESTIGATING and started is not None:
        last = investigation_must_end(started)
        if last <= today:
            end_investigation(overpayment=row, on=last)
            return
        following = next_look(last, today)
    else:
        due_on = overpayment_due(row.identified_on, started, row.investigation_ended_on)
        following = next_look(due_on, today)
    Overpayment.everywhere.filter(pk=row.pk).update(next_look_on=following)
    remind(row)
