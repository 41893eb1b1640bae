"""Which days of the books are open (domain F.1): the one place that knows, asked by every posting.

A day that is closed stays closed. What happens later is posted on the first open day, and a
correction is a mirror there.
"""

import time
from datetime import date, timedelta

from django.db import connection
from django.db.models import Max

from billing.models import ClosedDay, ClosedMonth
from core import clock
from core.errors import Conflict
from core.models import Practice

_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtext('billing.day_close'), %s)"
_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('billing.day_close'), %s)"
_TRIES, _WAIT = 20, timedelta(milliseconds=100)


class ClosedPeriod(Conflict):
    """A journal of a day that is closed."""


def closed_through(practice: Practice) -> date | None:
    """The last day that is closed; it and all before it take no journal. None: none is."""
    day = ClosedDay.everywhere.filter(practice=practice).aggregate(last=Max("day"))["last"]
    month = ClosedMonth.everywhere.filter(practice=practice).aggregate(last=Max("ended_on"))["last"]
    return max((one for one in (day, month) if one is not None), default=None)


def posting_day(practice: Practice) -> date:
    """The day on which something that happens now is posted: today, or the first open day after
    it where today is closed already.
    """
    return open_day(practice, clock.today(practice))


def open_day(practice: Practice, wanted: date) -> date:
    """`wanted` where it is open, else the first open day after it.

    Within a transaction no day can be closed any more until it ends, so the answer stays true.
    """
    if connection.in_atomic_block:
        _run(_SHARED, practice)
    closed = closed_through(practice)
    return wanted if closed is None or wanted > closed else closed + timedelta(days=1)


def refuse_closed(practice: Practice, first: date) -> None:
    """Raise ClosedPeriod where `first` is a closed day."""
    closed = closed_through(practice)
    if closed is not None and first <= closed:
        raise ClosedPeriod(
            f"The books are closed through {closed:%m/%d/%Y}: nothing is posted on"
            f" {first:%m/%d/%Y}. Post it on {closed + timedelta(days=1):%m/%d/%Y} or later.",
            field="posted_on",
        )


def stop_postings(practice: Practice) -> None:
    """Wait until no posting of `practice` is under way, and let none begin until the transaction
    ends. Raises Conflict where one takes longer than a page may wait.

    It asks again and again instead of queueing: a queue of locks would let the close wait for a
    posting that waits for a posting that waits for the close.
    """
    for _ in range(_TRIES):
        if _run(_ALONE, practice):
            return
        time.sleep(_WAIT.total_seconds())
    raise Conflict("Something is being posted just now. Try again when it is done.")


def _run(statement: str, practice: Practice) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [practice.pk])
        found = cursor.fetchone()
    return bool(found and found[0])
