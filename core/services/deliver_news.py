"""Delivering news to due receivers: each delivery in a transaction of its own, retried."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction

from core import clock
from core.actors import Actor, acting_as
from core.choices import DeliveryState
from core.leases import backoff, claim_due
from core.models.news import NewsDelivery
from core.news import receiver_of
from core.services.work import open_work_item
from core.tenancy import practice_scope

log = structlog.get_logger(__name__)
MOST_TRIES = 8
_BATCH = 20


def deliver_due_news() -> int:
    """The sweep: hand due news to its receivers; returns how many deliveries were tried."""
    waiting = NewsDelivery.objects.filter(state=DeliveryState.WAITING).select_related(
        "news__practice"
    )
    deliveries = claim_due(waiting, limit=_BATCH, lease=timedelta(minutes=5))
    for delivery in deliveries:
        _deliver(delivery)
    return len(deliveries)


def _deliver(delivery: NewsDelivery) -> None:
    item = delivery.news
    receiver = receiver_of(item.topic, delivery.receiver)
    if receiver is None:
        _put_off(delivery, "this version has no such receiver")
        return
    try:
        with practice_scope(item.practice), acting_as(Actor(source="news")), transaction.atomic():
            receiver(item)
            NewsDelivery.objects.filter(pk=delivery.pk).update(
                state=DeliveryState.DELIVERED, delivered_at=clock.now(), lease_until=None
            )
    except Exception as error:
        if getattr(settings, "CLAIMLINE_RAISE_IN_SWEEPS", False):
            raise
        log.exception("news_delivery_failed", delivery=delivery.pk, receiver=delivery.receiver)
        _put_off(delivery, type(error).__name__)


def _put_off(delivery: NewsDelivery, error: str) -> None:
    """Try again later; after the last try a person is asked."""
    given_up = delivery.attempts >= MOST_TRIES
    NewsDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.FAILED if given_up else DeliveryState.WAITING,
        due_at=clock.now() + backoff(delivery.attempts),
        lease_until=None,
        last_error=error[:300],
    )
    if given_up:
        with practice_scope(delivery.news.practice):
            open_work_item(
                subject=delivery.news,
                kind="news_failed",
                title="A follow-on step failed",
                reason=f"{delivery.receiver.rsplit('.', 1)[-1]}: {error}",
                role="system_admin",
            )
