"""Two workers at once: nothing is sent, stored or numbered twice; no broker is needed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from kombu.exceptions import OperationalError

from claims.models import (
    Claim,
    ClaimVersion,
    ControlNumber,
    InboundMessage,
    Remittance,
    SubmissionAttempt,
    Transmission,
)
from claims.services import send_transmission as service
from claims.services.allocate_number import INTERCHANGE, allocate_number
from claims.services.credentials import create_credential
from claims.services.process_message import process_message
from claims.services.receive_message import Arrival, receive_event, receive_message
from claims.services.return_claim import return_claim
from claims.services.send_transmission import send_due
from claims.transport.base import Accepted, Outcome, Parcel
from coding.models import ChargeLine
from core import clock, sweeping
from core.actors import acting_as, current_actor
from core.errors import ApplicationError
from core.tenancy import practice_scope
from tests.claims.conftest import NOVEMBER_23
from tests.claims.documents import document, enveloped
from tests.factories.claims import World, batch_of, joan, make_claim

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


def at_once(world: World, act: Callable[[int], Any], workers: int = WORKERS) -> list[Any]:
    """Run `act` in several workers that start together, each with a connection of its own."""
    barrier = Barrier(workers)

    def work(number: int) -> Any:
        try:
            with clock.travel(NOVEMBER_23), practice_scope(world.practice):
                barrier.wait(timeout=20)
                return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, range(workers)))


class Counter:
    """A road that counts what went over it."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def submit(self, parcel: Parcel) -> Outcome:
        self.keys.append(parcel.idempotency_key)
        return Accepted("R")


@pytest.fixture
def claim(world: World) -> Claim:
    return make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=date(2026, 11, 2),
    )  # fmt: skip


def test_one_due_file_is_sent_by_one_worker(
    world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    road = Counter()
    monkeypatch.setattr(service, "transport_for", lambda _partner: road)
    batch_of(world, claim)
    assert sum(at_once(world, lambda _: send_due())) == 1
    assert len(road.keys) == 1
    assert Transmission.objects.get().state == "sent"


def test_control_numbers_are_given_out_once(world: World) -> None:
    numbers = at_once(world, lambda _: [allocate_number(world.partner, INTERCHANGE) for _ in "abc"])
    assert sorted(n for part in numbers for n in part) == list(range(1, 3 * WORKERS + 1))
    assert ControlNumber.objects.get().last_number == 3 * WORKERS


def test_one_event_delivered_at_the_same_moment_is_kept_once(world: World) -> None:
    credential, _ = create_credential(partner=world.partner, name="Events")

    def deliver(_: int) -> Arrival:
        return receive_event(
            practice=world.practice, partner=world.partner, source="callback",
            content=b"the same", content_type="application/edi-x12", credential=credential,
            event_id="evt_1",
        ).arrival  # fmt: skip

    arrivals = at_once(world, deliver)
    assert sorted(arrivals) == [Arrival.NEW] + [Arrival.REPEATED] * (WORKERS - 1)
    assert InboundMessage.objects.count() == 1


def test_one_payment_in_two_files_at_the_same_moment_counts_once(
    world: World, claim: Claim
) -> None:
    batch_of(world, claim)
    send_due()
    claim.refresh_from_db()
    text = enveloped(document("w10.835", SFM1001=claim))
    for number in range(WORKERS):
        receive_message(
            practice=world.practice, partner=world.partner, source="folder",
            content=text.replace("000000210", f"00000090{number}").encode(),
            content_type="application/edi-x12",
        )  # fmt: skip
    messages = list(InboundMessage.objects.select_related("practice", "partner", "document"))
    at_once(world, lambda number: process_message(messages[number]))
    states = sorted(Remittance.objects.values_list("state", flat=True))
    assert states == ["duplicate"] * (WORKERS - 1) + ["matched"]


def test_without_a_broker_the_sweeper_brings_everything_through(
    world: World, claim: Claim, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def broker_is_away(*args: Any, **_: Any) -> None:
        calls.append(args)
        raise OperationalError

    settings.CLAIMLINE_WAKE_WORKERS = True
    monkeypatch.setattr(current_app, "send_task", broker_is_away)
    batch_of(world, claim)
    assert calls
    sweeping.run_all(seconds=20)
    claim.refresh_from_db()
    assert claim.version.state == "sent"


def test_a_claim_is_batched_or_returned_to_the_coder_at_the_same_moment_never_both(
    world: World, claim: Claim
) -> None:
    biller = current_actor()

    def act(number: int) -> str:
        try:
            with acting_as(biller):
                if number % 2:
                    batch_of(world, Claim.objects.get(pk=claim.pk))
                    return "batched"
                return_claim(claim=claim, reason="The note tells of the left knee.")
                return "voided"
        except ApplicationError:
            return ""

    [won] = filter(None, at_once(world, act))
    version = ClaimVersion.objects.get()
    assert version.state == won
    assert SubmissionAttempt.objects.count() == (won == "batched")
    released = ChargeLine.objects.filter(state="released").count()
    assert released == (3 if won == "batched" else 0)
