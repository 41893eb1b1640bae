"""Events with every part real: the API, a Celery worker, and a system that is in trouble."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from core import clock
from core.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from core.services.webhook_endpoints import live_secrets, make_endpoint
from core.standard_webhooks import signature, signed_bytes
from core.tenancy import practice_scope
from tests.billing.road import charged_visit, new_patient
from tests.factories.api import Caller, caller
from tests.scenarios.stack import Stack, wait_for
from tests.servers.sink import Reply, Sink, sink

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def door() -> Iterator[Sink]:
    with sink() as server:
        yield server


@pytest.fixture
def endpoint(stack: Stack, door: Sink) -> WebhookEndpoint:
    return make_endpoint(
        practice=stack.practice, name="Ledger", url=door.url, events=["payment.taken"]
    )[0]


def pay(portal: Caller, mrn: str, amount: str) -> str:
    answer = portal.post(
        "payments",
        {"patient_mrn": mrn, "amount": amount, "method": "card",
         "received_on": date(2026, 1, 7).isoformat()},
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def delivered(count: int) -> Any:
    return WebhookDelivery.everywhere.filter(state="delivered").count() >= count


def test_events_reach_a_system_in_trouble_once_it_is_well(
    stack: Stack, door: Sink, endpoint: WebhookEndpoint
) -> None:
    portal = caller(stack.practice, "payments:write")
    with practice_scope(stack.practice):
        patient = new_patient(stack.practice)
        charged_visit(patient, ["60"], on=date(2026, 1, 5))
    stack.start_worker()
    first = pay(portal, patient.mrn, "10.00")
    wait_for("the event comes", lambda: delivered(1))
    [call] = door.received
    assert json.loads(call.body)["data"]["payment_id"] == first
    message = signed_bytes(call.headers["webhook-id"], call.headers["webhook-timestamp"], call.body)
    assert call.headers["webhook-signature"] == signature(live_secrets(endpoint)[0], message)

    door.replies = [Reply(500), Reply(resets=True)]
    second, third = pay(portal, patient.mrn, "11.00"), pay(portal, patient.mrn, "12.00")
    wait_for("both come once it is well", lambda: delivered(3))
    told = {json.loads(call.body)["data"]["payment_id"] for call in door.received}
    assert told == {first, second, third}
    assert len(door.received) == 5
    problems = set(WebhookAttempt.objects.exclude(problem="").values_list("problem", flat=True))
    assert problems == {"Answered 500.", "The line broke before there was an answer."}


def test_an_event_of_a_killed_worker_is_sent_again_under_its_id(
    stack: Stack, door: Sink, endpoint: WebhookEndpoint
) -> None:
    portal = caller(stack.practice, "payments:write")
    with practice_scope(stack.practice):
        mrn = new_patient(stack.practice).mrn
    door.replies = [Reply(waits=5)]
    worker = stack.start_worker()
    pay(portal, mrn, "10.00")
    wait_for("the worker calls", lambda: bool(door.received))
    stack.kill(worker)
    assert WebhookAttempt.objects.count() == 0
    past = clock.now() - timedelta(seconds=1)  # the lease runs out
    WebhookDelivery.everywhere.update(lease_until=past)
    WebhookEndpoint.everywhere.update(busy_until=past)
    stack.start_worker()
    wait_for("another worker sends it", lambda: delivered(1))
    ids = {call.headers["webhook-id"] for call in door.received}
    assert (len(ids), len(door.received)) == (1, 2)
