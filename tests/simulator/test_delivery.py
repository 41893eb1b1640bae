"""Callbacks: signed, retried under the same id, given up when refused; files written whole."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest

import x12
from simulator.signing import secret_bytes
from tests.simulator.files import Visit, claims_file
from tests.simulator.receiver import SECRET, Event, Receiver, receiving
from tests.simulator.world import World


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def called(tmp_path: Path, receiver: Receiver) -> Iterator[World]:
    """A simulator that answers by callback alone, and has taken one claim."""
    callback = {"sender_id": "SUMMIT01", "url": receiver.url, "secret": SECRET}
    world = World(tmp_path, callbacks=[callback], folders=[])
    world.service.take_in(claims_file([Visit("C1")]), caller="shared", key="k1", sender_id="")
    yield world
    world.service.store.close()


def signature_holds(event: Event) -> bool:
    """The arithmetic of Standard Webhooks, done here once more and on its own."""
    message = f"{event.event_id}.{event.headers['webhook-timestamp']}.".encode() + event.body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
    return event.headers["webhook-signature"] == f"v1,{digest}"


def test_each_answer_is_one_signed_event(called: World, receiver: Receiver) -> None:
    assert called.pass_time(minutes=1) == (4, None)
    assert len({event.event_id for event in receiver.events}) == 4
    assert all(signature_holds(event) for event in receiver.events)
    assert [event.records[0].set_code for event in receiver.events] == ["999", "277", "277", "835"]
    assert {str(f) for event in receiver.events for f in x12.check_bytes(event.payload)} == set()
    assert not list(called.folder.glob("out/*"))


def test_a_503_is_tried_again_with_the_same_id_and_a_new_timestamp(
    called: World, receiver: Receiver
) -> None:
    # The two 277CA come between the first answer of 503 and the second.
    receiver.answers = [(503, {}), (202, {}), (202, {}), (503, {})]
    called.pass_time(seconds=3)
    assert len(receiver.events) == 1
    called.pass_time(seconds=30)
    first = receiver.events[0]
    tries = [event for event in receiver.events if event.event_id == first.event_id]
    assert [
        int(e.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) for e in tries
    ] == [0, 5, 15]
    assert len({event.body for event in tries}) == 1
    assert len({event.headers["webhook-signature"] for event in tries}) == 3
    assert all(signature_holds(event) for event in tries)


def test_a_429_waits_as_long_as_it_is_asked_to(called: World, receiver: Receiver) -> None:
    receiver.answers = [(429, {"Retry-After": "120"})]
    called.pass_time(seconds=100)
    first = receiver.events[0]
    assert len([e for e in receiver.events if e.event_id == first.event_id]) == 1
    called.pass_time(seconds=60)
    assert len([e for e in receiver.events if e.event_id == first.event_id]) == 2


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413])
def test_a_refusal_is_final_until_somebody_asks_again(
    called: World, receiver: Receiver, status: int
) -> None:
    receiver.answers = [(status, {})]
    assert called.pass_time(hours=5) == (3, None)
    refused = receiver.events[0].event_id
    assert [event.event_id for event in receiver.events].count(refused) == 1
    assert called.service.redeliver() == 1
    assert called.pass_time(seconds=1) == (1, None)
    assert receiver.events[-1].event_id == refused


def test_nobody_at_home_is_tried_again(called: World, receiver: Receiver) -> None:
    away = receiver.url.replace(":", ":", 1)
    callback = {"sender_id": "SUMMIT01", "url": "http://127.0.0.1:9/x", "secret": SECRET}
    called.configure(callbacks=[callback])
    called.service.reload()
    called.pass_time(seconds=5)
    assert receiver.events == []
    called.configure(callbacks=[callback | {"url": away}])
    called.service.reload()
    called.pass_time(minutes=5)
    assert len(receiver.events) == 4


def test_raw_x12_is_sent_where_the_receiver_wants_it(called: World, receiver: Receiver) -> None:
    callback = {
        "sender_id": "SUMMIT01", "url": receiver.url, "secret": SECRET,
        "content_type": "application/edi-x12",
    }  # fmt: skip
    called.configure(callbacks=[callback])
    called.service.reload()
    called.pass_time(minutes=1)
    assert {event.headers["content-type"] for event in receiver.events} == {"application/edi-x12"}
    assert all(
        event.body.startswith(b"ISA*") and signature_holds(event) for event in receiver.events
    )


def test_a_redirect_is_not_followed(called: World, receiver: Receiver) -> None:
    with receiving() as elsewhere:
        receiver.answers = [(302, {"Location": elsewhere.url})]
        called.pass_time(minutes=1)
        assert elsewhere.events == []
    assert len(receiver.events) == 5


def test_files_leave_no_half_written_ones_and_half_written_ones_are_left_alone(
    world: World,
) -> None:
    (world.inbound / "late.edi.part").write_bytes(claims_file([Visit("C1")]))
    (world.inbound / ".hidden").write_bytes(b"x")
    world.pass_time(minutes=1)
    assert world.files() == []
    assert (world.inbound / "late.edi.part").exists()
    (world.inbound / "late.edi.part").rename(world.inbound / "late.edi")
    world.pass_time(minutes=1)
    world.pass_time(minutes=1)
    assert not (world.inbound / "late.edi").exists()
    assert len(world.files("999")) == 1
    assert list(world.outbound.glob("*.part")) == []


def test_a_file_of_another_sender_is_set_aside(world: World) -> None:
    world.answer_to(claims_file([Visit("C1")], sender_id="LAKESIDE1"))
    assert world.files() == []
    (kept,) = world.inbound.iterdir()
    assert kept.name.startswith(".refused-")


def test_a_secret_is_a_key_of_24_to_64_bytes() -> None:
    assert len(secret_bytes(SECRET)) == 27
    for wrong in ("", "whsec_!!", "whsec_YQ==", SECRET.removeprefix("whsec_")):
        with pytest.raises(ValueError):
            secret_bytes(wrong)
