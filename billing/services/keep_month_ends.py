"""The sweep that keeps the open balances of each month's end, for balances of any day."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Min

from billing.ledger.month_ends import keep_month_end, month_end_before
from billing.models import Journal, MonthEnd
from core import clock
from core.models import Practice

# A posting that began on the month's last day is in the books well before this.
SETTLED_AFTER = timedelta(days=1)


def keep_month_ends() -> int:
    """Make the oldest missing mark of one practice; returns how many were made, 0 or 1."""
    newest = month_end_before((clock.now() - SETTLED_AFTER - timedelta(days=1)).date())
    waiting = Practice.objects.exclude(
        pk__in=MonthEnd.everywhere.filter(ended_on=newest).values("practice_id")
    )
    for practice in waiting.order_by("pk"):
        first = Journal.everywhere.filter(practice=practice).aggregate(first=Min("posted_on"))
        missing = _oldest_missing(practice, first["first"])
        if missing is not None:
            with transaction.atomic():
                keep_month_end(practice, missing)
            return 1
    return 0


def _oldest_missing(practice: Practice, first: date | None) -> date | None:
    """The first month's end since the books began that has no mark and has settled."""
    if first is None:
        return None
    last = month_end_before(clock.today(practice) - SETTLED_AFTER)
    known = set(MonthEnd.everywhere.filter(practice=practice).values_list("ended_on", flat=True))
    following = first
    while True:
        end = month_end_before(following.replace(day=1) + timedelta(days=32))
        if end > last:
            return None
        if end not in known:
            return end
        following = end + timedelta(days=1)
