"""Events reach the practice's own systems: signed, in order, again and again, and not for ever."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.choices import EndpointState, WebhookState
from core.errors import ApplicationError, Conflict
from core.models import (
    Practice,
    TimelineEntry,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
    WorkItem,
)
from core.services import deliver_webhooks
from core.services.deliver_webhooks import MOST_TRIES, deliver_due_events
from core.services.replay_webhooks import replay
from core.services.webhook_endpoints import (
    live_secrets,
    make_endpoint,
    renew_secret,
    send_test_event,
    switch_endpoint,
)
from core.standard_webhooks import signature, signed_bytes
from core.webhooks import post
from core.webhooks.events import TEST_EVENT
from core.webhooks.tell import tell
from tests.core.webhooks.conftest import HAPPENED
from tests.servers.sink import Reply, Sink

pytestmark = pytest.mark.django_db
Happens = Callable[..., int]


def numbers(door: Sink) -> list[int]:
    return [json.loads(call.body)["data"]["number"] for call in door.received]


def sweep() -> int:
    """Deliver until nothing is due now."""
    total = 0
    while count := deliver_due_events():
        total += count
    return total


def test_an_event_comes_signed_with_its_id_and_names_nobody(
    endpoint: WebhookEndpoint, door: Sink, happens: Happens
) -> None:
    assert happens(7) == 1
    assert sweep() == 1
    [call] = door.received
    event = WebhookEvent.objects.get()
    content = json.loads(call.body)
    assert content == {
        "id": event.name, "type": "test.happened", "data": {"number": 7},
        "occurred_at": event.happened_at.isoformat(timespec="milliseconds"),
    }  # fmt: skip
    assert call.headers["webhook-id"] == event.name
    message = signed_bytes(event.name, call.headers["webhook-timestamp"], call.body)
    assert call.headers["webhook-signature"] == signature(live_secrets(endpoint)[0], message)
    assert WebhookDelivery.objects.get().state == WebhookState.DELIVERED
    assert WebhookAttempt.objects.get().status == 204


def test_what_nobody_wants_is_not_written(endpoint: WebhookEndpoint, happens: Happens) -> None:
    assert happens(1, kind=TEST_EVENT) == 0
    switch_endpoint(endpoint, on=False)
    assert happens(1) == 0
    assert WebhookEvent.objects.count() == 0


def test_another_practice_is_not_told(
    endpoint: WebhookEndpoint, lakeside: Practice, happens: Happens, door: Sink
) -> None:
    make_endpoint(
        practice=lakeside, name="Theirs", url=f"{door.url}&theirs", events=[HAPPENED.name]
    )
    happens(1)
    assert WebhookDelivery.everywhere.get().endpoint == endpoint


def test_data_with_other_keys_than_declared_is_refused(
    endpoint: WebhookEndpoint, in_summit: Practice
) -> None:
    with pytest.raises(ValueError, match="other keys"):
        tell(HAPPENED, in_summit.pk, [1], lambda _: {"name": "Joan"})


def test_events_keep_their_order(endpoint: WebhookEndpoint, door: Sink, happens: Happens) -> None:
    happens(*range(12))
    sweep()
    assert numbers(door) == list(range(12))


@pytest.mark.parametrize(
    ("reply", "status", "words"),
    [
        (Reply(500), 500, "Answered 500."),
        (Reply(404), 404, "Answered 404."),
        (Reply(302, {"Location": "http://127.0.0.1:1/"}), 302, "redirects are not followed"),
        (Reply(resets=True), 0, "The line broke before there was an answer."),
        (Reply(waits=1), 0, "No answer within"),
    ],
    ids=["500", "404", "redirect", "reset", "slow"],
)
def test_what_is_not_taken_is_tried_again_under_the_same_id(  # noqa: PLR0917  (fixtures)
    endpoint: WebhookEndpoint, door: Sink, happens: Happens, monkeypatch: pytest.MonkeyPatch,
    reply: Reply, status: int, words: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(post, "ANSWER_SECONDS", 0.2)
    door.replies = [reply]
    happens(1)
    now = clock.now()
    with clock.travel(now):
        assert sweep() == 1
    delivery, tried = WebhookDelivery.objects.get(), WebhookAttempt.objects.get()
    assert (delivery.state, tried.status) == (WebhookState.WAITING, status)
    assert words in tried.problem
    assert now < delivery.due_at <= now + timedelta(seconds=10)
    with clock.travel(delivery.due_at):
        assert sweep() == 1
    delivery.refresh_from_db()
    assert delivery.state == WebhookState.DELIVERED
    first, second = door.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_an_address_where_nobody_listens_is_tried_again(
    endpoint: WebhookEndpoint, door: Sink, happens: Happens
) -> None:
    door.shutdown()
    door.server_close()
    happens(1)
    sweep()
    assert WebhookAttempt.objects.get().problem == "Not reached: nobody listens there."


def test_retry_after_is_heeded(endpoint: WebhookEndpoint, door: Sink, happens: Happens) -> None:
    door.replies = [Reply(503, {"Retry-After": "900"})]
    happens(1)
    now = clock.now()
    with clock.travel(now):
        sweep()
    assert WebhookDelivery.objects.get().due_at == now + timedelta(seconds=900)


def test_three_failures_leave_the_address_alone_and_then_the_oldest_goes_first(
    endpoint: WebhookEndpoint, door: Sink, happens: Happens
) -> None:
    door.replies = [Reply(500)] * 3
    happens(1, 2, 3, 4)
    now = clock.now()
    with clock.travel(now):
        for _ in range(5):
            deliver_due_events()
    assert numbers(door) == [1, 2, 3]
    endpoint.refresh_from_db()
    assert endpoint.paused_until is not None
    with clock.travel(now + timedelta(minutes=2)):
        sweep()
    assert numbers(door) == [1, 2, 3, 1, 2, 3, 4]
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since) == (0, None)


def test_one_worker_at_a_time_sends_to_an_address(
    endpoint: WebhookEndpoint, door: Sink, happens: Happens
) -> None:
    happens(1)
    WebhookEndpoint.objects.update(busy_until=clock.now() + timedelta(minutes=1))
    assert deliver_due_events() == 0
    with clock.travel(clock.now() + timedelta(minutes=3)):  # that worker died
        assert deliver_due_events() == 1


def test_an_address_that_takes_nothing_for_days_is_stopped_and_somebody_told(
    endpoint: WebhookEndpoint, door: Sink, happens: Happens
) -> None:
    door.chooses = lambda body: Reply(500)
    happens(1)
    at = clock.now()
    start = at
    for _ in range(MOST_TRIES):
        with clock.travel(at):
            deliver_due_events()
        delivery = WebhookDelivery.objects.get()
        endpoint.refresh_from_db()
        at = max(delivery.due_at, endpoint.paused_until or delivery.due_at)
    assert delivery.state == WebhookState.GIVEN_UP
    assert len(door.received) == MOST_TRIES
    assert delivery.settled_at is not None
    assert timedelta(days=1.5) < delivery.settled_at - start < timedelta(days=4)
    assert endpoint.state == EndpointState.FAILED
    work = WorkItem.objects.get(kind=deliver_webhooks.FAILED_WORK)
    assert work.role == "practice_admin"
    assert happens(2) == 0  # it is told nothing while it is stopped
    door.chooses = None
    switch_endpoint(endpoint, on=True)
    assert replay(endpoint) == 1
    with clock.travel(at):
        sweep()
    delivery.refresh_from_db()
    work.refresh_from_db()
    assert (delivery.state, work.state) == (WebhookState.DELIVERED, "done")


def test_one_event_that_they_cannot_bear_does_not_hold_the_others(
    endpoint: WebhookEndpoint, door: Sink, happens: Happens
) -> None:
    door.chooses = lambda body: Reply(500 if json.loads(body)["data"]["number"] == 1 else 204)
    happens(1, 2)
    at = clock.now()
    for count in range(MOST_TRIES):
        with clock.travel(at):
            sweep()
            happens(10 + count)
            sweep()
        at = WebhookDelivery.objects.get(event__body__contains='"number": 1}').due_at
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.ON
    assert WorkItem.objects.get().kind == deliver_webhooks.GIVEN_UP_WORK
    assert WebhookDelivery.objects.filter(state=WebhookState.DELIVERED).count() == MOST_TRIES + 1


def test_gone_ends_it_at_once(endpoint: WebhookEndpoint, door: Sink, happens: Happens) -> None:
    door.replies = [Reply(410)]
    happens(1, 2)
    sweep()
    endpoint.refresh_from_db()
    assert (endpoint.state, len(door.received)) == (EndpointState.FAILED, 1)


def test_with_a_new_secret_events_are_signed_with_both_for_a_week(
    endpoint: WebhookEndpoint, door: Sink, happens: Happens
) -> None:
    [old] = live_secrets(endpoint)
    now = clock.now()
    with clock.travel(now):
        new = renew_secret(endpoint)
        with pytest.raises(Conflict):
            renew_secret(endpoint)
        happens(1)
        sweep()
    with clock.travel(now + timedelta(days=8)):
        happens(2)
        sweep()
    signed = [call.headers["webhook-signature"].split(" ") for call in door.received]
    expected = [
        [
            signature(secret, signed_bytes(call.headers["webhook-id"],
                                           call.headers["webhook-timestamp"], call.body))
            for secret in secrets
        ]
        for call, secrets in zip(door.received, ([new, old], [new]), strict=True)
    ]  # fmt: skip
    assert signed == expected
    assert base64.b64decode(new.removeprefix("whsec_"))


def test_a_test_event_goes_to_just_this_address(endpoint: WebhookEndpoint, door: Sink) -> None:
    send_test_event(endpoint)
    sweep()
    assert json.loads(door.received[0].body)["type"] == "webhook.test"
    switch_endpoint(endpoint, on=False)
    with pytest.raises(ApplicationError):
        send_test_event(endpoint)


def test_an_event_is_sent_again_when_asked_for(
    endpoint: WebhookEndpoint, door: Sink, happens: Happens
) -> None:
    happens(1)
    sweep()
    delivery = WebhookDelivery.objects.get()
    assert replay(endpoint, [delivery.public_id]) == 1
    sweep()
    first, second = door.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert TimelineEntry.objects.filter(kind="webhook.replayed").count() == 1
