"""Answering an exception that moves no money, taking it, or putting it off (screens S21)."""

from datetime import timedelta

from django.db import transaction

from billing.exceptions import kind_of_issue
from core import clock, timeline
from core.actors import current_actor
from core.calendar import next_business_day
from core.choices import WorkState
from core.errors import ApplicationError, Conflict
from core.models import WorkItem
from core.services.work import assign_work_item, finish_work_item, snooze_work_item
from core.subjects import load

TAKE, WAIT = "a", "w"
_WAIT = timedelta(days=7)


def answer_exception(item: WorkItem, *, key: str) -> str:
    """Answer `item` by the key of one of its kind's answers; returns what was done, in words.

    `a` takes it, `w` puts it off for a week. Raises Conflict where it is answered meanwhile,
    ApplicationError for a key that the kind does not have.
    """
    with transaction.atomic():
        row = WorkItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        if row.state != WorkState.OPEN:
            raise Conflict("Somebody answered it meanwhile.")
        if key == TAKE:
            assign_work_item(row, owner=current_actor().user)
            return "It is yours"
        if key == WAIT:
            until = next_business_day(clock.today(row.practice) + _WAIT)
            snooze_work_item(row, until=until, reason="Waits for the payer.")
            return f"Put off until {until:%m/%d/%Y}"
        answer = next((one for one in kind_of_issue(row.kind).answers if one.key == key), None)
        if answer is None:
            raise ApplicationError("There is no such answer to it.")
        finish_work_item(row, outcome=answer.outcome)
        subject = load(row.subject_kind, row.subject_id)
        if subject is not None:
            timeline.record(
                subject,
                kind="exception.answered",
                sentence=f"answered “{row.title}”",
                details={"note": answer.outcome},
            )
        return answer.outcome
