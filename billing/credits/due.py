"""The clock on an overpayment (42 CFR 401.305; domain H.4, W-49). Pure."""

from datetime import date, timedelta

RETURN_DAYS = timedelta(days=60)
LONGEST_SUSPENSION = timedelta(days=180)
LOOK_BACK_YEARS = 6
# Days before the due date on which the clock speaks: a reminder, then the manager.
REMIND_BEFORE, ESCALATE_BEFORE = timedelta(days=30), timedelta(days=14)


def overpayment_due(
    identified_on: date,
    investigation_started_on: date | None = None,
    investigation_ended_on: date | None = None,
) -> date:
    """The last day on which it is returned in time.

    60 days after it was identified, and a day more for each day of the investigation, 180 at
    most. While the investigation runs: the latest day it can come to.
    """
    due = identified_on + RETURN_DAYS
    if investigation_started_on is None:
        return due
    if investigation_ended_on is None:
        return due + LONGEST_SUSPENSION
    return due + min(investigation_ended_on - investigation_started_on, LONGEST_SUSPENSION)


def investigation_must_end(started_on: date) -> date:
    """The day on which the suspension ends by itself."""
    return started_on + LONGEST_SUSPENSION


def next_look(due_on: date, today: date) -> date:
    """The next day on which the clock has something to say; after the due date, each day."""
    for before in (REMIND_BEFORE, ESCALATE_BEFORE, timedelta(0)):
        if due_on - before > today:
            return due_on - before
    return max(due_on, today) + timedelta(days=1)
