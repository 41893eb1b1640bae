"""The row is the job: due rows are claimed under a lease, never lost and never taken twice.

A row whose lease has run out belongs to whoever asks next (reliability 3.4).
"""

from collections.abc import Sequence
from datetime import timedelta
from random import SystemRandom
from typing import TypeVar
from uuid import uuid4

from django.db import models, transaction
from django.db.models import Q

from core import clock


class LeasedRow(models.Model):
    """Columns of a row that is its own job."""

    due_at = models.DateTimeField(default=clock.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


_Row = TypeVar("_Row", bound=LeasedRow)
_random = SystemRandom()
_LEASE_COLUMNS = ["lease_until", "lease_token", "attempts"]


def claim_due(
    queryset: "models.QuerySet[_Row]", *, limit: int, lease: timedelta = timedelta(minutes=2)
) -> list[_Row]:
    """Take up to `limit` due rows of `queryset`, oldest first, and lease them to the caller.

    Rows that another worker holds are passed over. The claim is committed at once, unless the
    caller is in a transaction already.
    """
    instant = clock.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=instant)
    with transaction.atomic():
        rows = list(
            queryset.filter(free, due_at__lte=instant)
            .order_by("due_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))[:limit]
        )
        for row in rows:
            row.lease_until = instant + lease
            row.lease_token = uuid4()
            row.attempts += 1
        if rows:
            type(rows[0])._base_manager.bulk_update(rows, _LEASE_COLUMNS)
    return rows


def backoff(attempts: int, *, first: int = 5, most: int = 3600) -> timedelta:
    """How long to wait after `attempts` failures: doubling from `first` seconds up to `most`."""
    return timedelta(seconds=min(most, first * 2 ** min(attempts, 12)))


def wait_from(table: Sequence[int], failures: int) -> timedelta:
    """The wait after `failures` in a row: the table's entry for it, half to whole of it.

    The last entry holds for all that follow. By chance a little earlier or later, so that many
    who failed at one moment do not all come back at one moment.
    """
    seconds = table[min(max(failures, 1), len(table)) - 1]
    return timedelta(seconds=_random.uniform(seconds / 2, seconds))
