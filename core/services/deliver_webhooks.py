"""Sending due events: one address at a time by one worker, its oldest event first.

The call is made outside any transaction, what came of it recorded in one. A worker that dies
between the two leaves a lease that runs out: the event is sent again under the same `webhook-id`,
by which the other side knows it.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from core import clock, timeline
from core.actors import Actor, acting_as
from core.choices import EndpointState, Role, WebhookState
from core.leases import claim_due, wait_from
from core.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from core.services.webhook_endpoints import FAILED_WORK, live_secrets
from core.services.work import open_work_item
from core.standard_webhooks import signature, signed_bytes
from core.tenancy import practice_scope
from core.webhooks.post import Reply, post_event

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=2)  # longer than one call may take
AT_ONCE = 10
# Seconds to the next try, by tries so far: three days in all (Standard Webhooks).
TRY_AGAIN: tuple[int, ...] = (10, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_TRIES = len(TRY_AGAIN) + 1
# An address that fails so often in a row is left alone for a while, whatever the event.
PAUSE_AFTER = 3
PAUSES: tuple[int, ...] = (60, 120, 300, 900, 1800, 3600)
GIVEN_UP_WORK = "webhook.given_up"
LONGEST_WAIT = 86_400
GONE = 410


def deliver_due_events() -> int:
    """The sweep: send what is due to one address. Returns how many tries were made."""
    for key in _due_endpoints():
        endpoint = _taken_up(key)
        if endpoint is None:
            continue
        try:
            with practice_scope(endpoint.practice), acting_as(Actor(source="webhooks")):
                return _send_some(endpoint)
        finally:
            WebhookEndpoint.everywhere.filter(pk=key).update(busy_until=None)
    return 0


def _due_endpoints() -> list[int]:
    """Addresses with something due; who has waited longest since the last good answer first."""
    now = clock.now()
    waiting = WebhookDelivery.everywhere.filter(
        Q(lease_until=None) | Q(lease_until__lt=now),
        endpoint=OuterRef("pk"), state=WebhookState.WAITING, due_at__lte=now,
    )  # fmt: skip
    rows = WebhookEndpoint.everywhere.filter(
        Exists(waiting), _free(now), Q(paused_until=None) | Q(paused_until__lte=now),
        state=EndpointState.ON, practice__is_active=True,
    )  # fmt: skip
    longest = rows.order_by(F("delivered_at").asc(nulls_first=True), "pk")
    return list(longest.values_list("pk", flat=True)[:AT_ONCE])


def _free(now: datetime) -> Q:
    return Q(busy_until=None) | Q(busy_until__lt=now)


def _taken_up(key: int) -> WebhookEndpoint | None:
    """The address, where this worker is the one that sends to it now."""
    now = clock.now()
    rows = WebhookEndpoint.everywhere.filter(_free(now), pk=key, state=EndpointState.ON)
    if not rows.update(busy_until=now + LEASE):
        return None
    return WebhookEndpoint.everywhere.select_related("practice").get(pk=key)


def _send_some(endpoint: WebhookEndpoint) -> int:
    """Send the oldest due events until one fails."""
    for count in range(1, AT_ONCE + 1):
        found = _oldest_due(endpoint)
        if not found:
            return count - 1
        WebhookEndpoint.everywhere.filter(pk=endpoint.pk).update(busy_until=clock.now() + LEASE)
        reply = _send(endpoint, found[0])
        if not _settle(endpoint, found[0], reply):
            return count
    return AT_ONCE


def _oldest_due(endpoint: WebhookEndpoint) -> list[WebhookDelivery]:
    """The oldest event that is due, claimed: what was put off does not fall behind newer ones."""
    waiting = WebhookDelivery.everywhere.filter(endpoint=endpoint, state=WebhookState.WAITING)
    first = waiting.filter(due_at__lte=clock.now()).order_by("pk").values_list("pk", flat=True)[:1]
    return claim_due(
        waiting.filter(pk__in=list(first)).select_related("event"), limit=1, lease=LEASE
    )


def _send(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> Reply:
    event, body = delivery.event, delivery.event.body.encode()
    stamp = str(int(clock.now().timestamp()))
    message = signed_bytes(event.name, stamp, body)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Claimline-Webhooks/1",
        "webhook-id": event.name,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signature(one, message) for one in live_secrets(endpoint)),
    }
    return post_event(endpoint.url, body, headers)


def _settle(endpoint: WebhookEndpoint, delivery: WebhookDelivery, reply: Reply) -> bool:
    """Record what came of a try. Returns whether the event was taken."""
    is_good = 200 <= reply.status < 300
    problem = "" if is_good else reply.problem or _refusal(reply.status)
    with transaction.atomic():
        WebhookAttempt.objects.create(
            delivery=delivery,
            milliseconds=reply.milliseconds,
            status=reply.status,
            problem=problem[:200],
            answer=reply.answer,
        )
        if is_good:
            _taken(endpoint, delivery)
        else:
            _not_taken(endpoint, delivery, reply, problem)
    log.debug("webhook", row=delivery.pk, status=reply.status)
    return is_good


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return f"Answered {status}: redirects are not followed, give the address itself."
    return f"Answered {status}."


def _taken(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> None:
    now = clock.now()
    WebhookDelivery.everywhere.filter(pk=delivery.pk).update(
        state=WebhookState.DELIVERED, settled_at=now, lease_until=None, last_error=""
    )
    WebhookEndpoint.everywhere.filter(pk=endpoint.pk).update(
        delivered_at=now, failures=0, failing_since=None, paused_until=None, last_problem=""
    )
    endpoint.failures, endpoint.failing_since, endpoint.delivered_at = 0, None, now


def _not_taken(
    endpoint: WebhookEndpoint, delivery: WebhookDelivery, reply: Reply, problem: str
) -> None:
    """Put the event off, and leave the address alone for a while; after days a person is asked."""
    now = clock.now()
    is_last = delivery.attempts >= MOST_TRIES
    wait = max(wait_from(TRY_AGAIN, delivery.attempts), _asked_for(reply))
    WebhookDelivery.everywhere.filter(pk=delivery.pk).update(
        state=WebhookState.GIVEN_UP if is_last else WebhookState.WAITING,
        settled_at=now if is_last else None,
        due_at=now + wait,
        lease_until=None,
        last_error=problem[:300],
    )
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    pause = wait_from(PAUSES, endpoint.failures - PAUSE_AFTER + 1)
    WebhookEndpoint.everywhere.filter(pk=endpoint.pk).update(
        failures=endpoint.failures,
        failing_since=endpoint.failing_since,
        paused_until=now + pause if endpoint.failures >= PAUSE_AFTER else None,
        last_problem=problem[:200],
    )
    if reply.status == GONE or (is_last and _nothing_taken_since(endpoint, delivery)):
        _stop(endpoint, problem)
    elif is_last:
        _ask_about(endpoint, problem)


def _nothing_taken_since(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> bool:
    """Whether the address took no event at all since this one happened."""
    last = endpoint.delivered_at
    return last is None or last < delivery.event.happened_at


def _asked_for(reply: Reply) -> timedelta:
    """What Retry-After asks for, in seconds, a day at most."""
    text = reply.retry_after.strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    return timedelta(seconds=min(int(text), LONGEST_WAIT) if is_number else 0)


def _stop(endpoint: WebhookEndpoint, problem: str) -> None:
    WebhookEndpoint.everywhere.filter(pk=endpoint.pk).update(state=EndpointState.FAILED)
    timeline.record(
        endpoint, kind="webhook.stopped", sentence="stopped sending: no event is taken there",
        details={"note": problem},
    )  # fmt: skip
    _open_work(
        endpoint,
        FAILED_WORK,
        f"Events no longer reach {endpoint.name}",
        f"{problem} What waits is kept; what happens meanwhile is not told. Ask whoever runs that"
        " system, then switch it on.",
    )


def _ask_about(endpoint: WebhookEndpoint, problem: str) -> None:
    """One event is not taken while others are: something in it their program cannot bear."""
    _open_work(
        endpoint,
        GIVEN_UP_WORK,
        f"{endpoint.name} does not take an event",
        f"{problem} Other events are taken. Ask whoever runs that system, then send it again.",
    )


def _open_work(endpoint: WebhookEndpoint, kind: str, title: str, reason: str) -> None:
    open_work_item(
        subject=endpoint,
        kind=kind,
        title=title,
        reason=reason,
        role=Role.PRACTICE_ADMIN,
        due_on=clock.today(endpoint.practice),
        renews=True,
    )
