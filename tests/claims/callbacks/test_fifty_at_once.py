"""Fifty copies of an event at one moment: the web server of ./run, PostgreSQL; one effect."""

import json
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier

import pytest

from claims.callbacks.signature import sign
from claims.models import Acknowledgement, Claim, InboundMessage
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from core import clock
from core.models import Document
from tests.claims.callbacks.sender import Sender, event
from tests.claims.documents import document, of_batch
from tests.factories.claims import World, batch_of, make_claim, nguyen
from tests.servers.web import web_server

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = 50


def post(sender: Sender, base: str, body: bytes) -> int:
    """One call as another program makes it, with the time of the wall."""
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json", "webhook-id": "evt_1", "webhook-timestamp": stamp,
        "webhook-signature": sign(sender.secret, "evt_1", stamp, body),
    }  # fmt: skip
    request = urllib.request.Request(base + sender.address, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def all_at_once(sender: Sender, base: str, bodies: list[bytes]) -> Counter[int]:
    """Post every body at the same moment; how often each status was answered."""
    start = Barrier(len(bodies))

    def work(body: bytes) -> int:
        start.wait(timeout=30)
        return post(sender, base, body)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return Counter(pool.map(work, bodies))


@pytest.fixture
def server(process_environment: dict[str, str], tmp_path: Path, world: World) -> Iterator[str]:
    """The web server of `./run`: two processes of four threads."""
    environment = process_environment | {"CLAIMLINE_VAR_DIR": str(tmp_path)}
    with web_server(environment, tmp_path) as url:
        yield url


@pytest.fixture
def claim(world: World) -> Claim:
    return make_claim(world, nguyen(world), "20610 /a", on=date(2026, 11, 3))


def test_fifty_copies_have_one_effect(
    world: World, claim: Claim, server: str, real_sender: Sender
) -> None:
    batch = batch_of(world, claim)
    send_due()
    file = of_batch(document("w32.277", SFM1019=claim), batch).encode()
    kept_before = Document.objects.count()
    body = json.dumps(event(file)).encode()

    assert all_at_once(real_sender, server, [body] * COPIES) == {202: 1, 200: COPIES - 1}
    message = InboundMessage.objects.get()
    assert message.repeat_count == COPIES - 1
    assert Document.objects.count() == kept_before + 1

    with clock.travel(datetime.now(UTC)):  # the server went by the wall
        while process_due():
            pass
    assert Acknowledgement.objects.count() == 1
    claim.current_version.refresh_from_db()
    assert claim.current_version.state == "payer_accepted"


def test_of_fifty_different_bodies_under_one_id_one_is_taken(
    world: World, server: str, real_sender: Sender
) -> None:
    bodies = [json.dumps({"type": "ping", "data": {"n": n}}).encode() for n in range(COPIES)]
    answers = all_at_once(real_sender, server, bodies)
    assert answers == {202: 1, 409: COPIES - 1}
    assert Counter(InboundMessage.objects.values_list("state", flat=True)) == {
        "received": 1, "quarantined": COPIES - 1,
    }  # fmt: skip
