"""Sending events again because a person asks: one, or all that were given up."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from core import clock, timeline
from core.choices import WebhookState
from core.models import WebhookDelivery, WebhookEndpoint
from core.services.deliver_webhooks import GIVEN_UP_WORK
from core.services.work import close_work_item
from core.waking import wake
from core.webhooks.tell import SWEEP


def replay(endpoint: WebhookEndpoint, chosen: Collection[UUID] | None = None) -> int:
    """Send deliveries of this address again, at once and with every try still to come.

    `chosen` are their public ids; without it, all that were given up. The `webhook-id` stays, so
    that the other side knows what it has. Returns how many there are.
    """
    rows = WebhookDelivery.everywhere.filter(endpoint=endpoint)
    rows = (
        rows.filter(state=WebhookState.GIVEN_UP)
        if chosen is None
        else rows.filter(public_id__in=chosen)
    )
    with transaction.atomic():
        count = rows.update(
            state=WebhookState.WAITING,
            due_at=clock.now(),
            lease_until=None,
            attempts=0,
            settled_at=None,
        )
        if count:
            WebhookEndpoint.everywhere.filter(pk=endpoint.pk).update(paused_until=None)
            events = "event" if count == 1 else "events"
            timeline.record(
                endpoint, kind="webhook.replayed", sentence=f"sent {count} {events} again"
            )
            close_work_item(subject=endpoint, kind=GIVEN_UP_WORK, outcome="Sent again.")
            wake(SWEEP)
    return count
