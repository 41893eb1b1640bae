"""Open balances kept at the end of each month, so that those of any day are quickly folded.

A mark is a copy of the ledger and never an authority: it is made from the entries, thrown away by
an entry posted on or before its day, and compared with the ledger by `verify`.
"""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from billing.models import MonthEnd, MonthEndItem
from core.models import Practice

# Open items as of a day, from the newest mark before it and what came since. `placed_on` is the
# day on which money last came to the key.
OPEN_AS_OF = """
    SELECT account_id, patient_id, guarantor_id, charge_line_id, payer_id, rank,
           sum(amount) AS amount, max(placed_on) AS placed_on
      FROM (SELECT account_id, patient_id, guarantor_id, charge_line_id, payer_id, rank, amount,
                   placed_on
              FROM billing_monthenditem WHERE month_end_id = %(mark)s
             UNION ALL
            SELECT account_id, patient_id, guarantor_id, charge_line_id, payer_id, rank, amount,
                   CASE WHEN amount > 0 THEN posted_on END
              FROM billing_ledger_entry
             WHERE practice_id = %(practice)s AND account_id IN (1100, 1200, 1250)
               AND posted_on > %(marked_on)s AND posted_on <= %(as_of)s) moved
     GROUP BY account_id, patient_id, guarantor_id, charge_line_id, payer_id, rank
    HAVING sum(amount) <> 0
"""
_BEGINNING = date(1900, 1, 1)
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('billing.month_ends'), %s)"


def open_as_of_values(practice: Practice, as_of: date) -> dict[str, Any]:
    """The values of OPEN_AS_OF: the newest mark up to `as_of`, if there is one."""
    mark = (
        MonthEnd.everywhere.filter(practice=practice, ended_on__lte=as_of)
        .order_by("-ended_on")
        .first()
    )
    return {
        "practice": practice.pk,
        "as_of": as_of,
        "mark": mark.pk if mark else None,
        "marked_on": mark.ended_on if mark else _BEGINNING,
    }


def keep_month_end(practice: Practice, ended_on: date) -> MonthEnd:
    """Make the mark of `ended_on`, once. It builds on the one before. The caller has a transaction
    and the day has passed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [practice.pk])
        known = MonthEnd.everywhere.filter(practice=practice, ended_on=ended_on).first()
        if known is not None:
            return known
        values = open_as_of_values(practice, ended_on)
        mark = MonthEnd.everywhere.create(practice=practice, ended_on=ended_on)
        cursor.execute(
            f"""
            INSERT INTO billing_monthenditem (month_end_id, account_id, patient_id, guarantor_id,
                   charge_line_id, payer_id, rank, amount, placed_on)
            SELECT %(made)s, account_id, patient_id, guarantor_id, charge_line_id, payer_id, rank,
                   amount, placed_on
              FROM ({OPEN_AS_OF}) open_items
            """,  # noqa: S608 - our own text
            values | {"made": mark.pk},
        )
    return mark


def forget_from(practice: Practice, day: date) -> None:
    """Throw away the marks that an entry posted on `day` makes wrong."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [practice.pk])
    marks = MonthEnd.everywhere.filter(practice=practice, ended_on__gte=day)
    MonthEndItem.objects.filter(month_end__in=marks).delete()
    marks.delete()


def month_end_before(day: date) -> date:
    """The last day of the month before the one of `day`."""
    return day.replace(day=1) - timedelta(days=1)
