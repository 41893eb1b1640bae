"""A flood of refused calls is told once a minute, with its number (reliability 2.2)."""

from django.db import transaction

from claims.callbacks.rate import REFUSALS_A_MINUTE
from claims.models import AddressMinute
from core import audit, clock
from core.actors import API, Actor, acting_as

FLOOD = "callback.flood"
AT_ONCE = 100


def tell_of_floods() -> int:
    """The sweep: one audit row for each address and minute in which too much was refused."""
    with transaction.atomic(), acting_as(Actor(API, "Unknown caller", source="callback")):
        rows = list(
            AddressMinute.objects.filter(
                count__gt=REFUSALS_A_MINUTE,
                minute__lt=int(clock.now().timestamp()) // 60,
                told_at__isnull=True,
            )
            .order_by("pk")
            .select_for_update(skip_locked=True)[:AT_ONCE]
        )
        for row in rows:
            unread = row.count - REFUSALS_A_MINUTE
            audit.record(
                FLOOD,
                after={"address": row.address, "calls": row.count, "unread": unread},
                note=f"{row.count} calls refused in one minute, {unread} of them unread",
            )
        AddressMinute.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=clock.now())
    return len(rows)
