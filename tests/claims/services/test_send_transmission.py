"""Sending survives everything: refusals, busy lines, workers that die between call and record."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from claims.connections import connections, standing_of
from claims.models import Claim, HttpsRoad, SubmissionAttempt, SubmissionBatch, Transmission
from claims.selectors import sendable
from claims.services import send_transmission as service
from claims.services.answer_doubt import answer_doubt
from claims.services.send_transmission import send_due
from claims.services.settle_transmission import mark_sent
from claims.transport.base import (
    Accepted,
    CannotTell,
    Found,
    NotFound,
    Outcome,
    Parcel,
    Rejected,
    Resolution,
    Throttled,
    Unknown,
)
from core import clock
from core.errors import ApplicationError
from core.models import WorkItem
from core.services.documents import read_document
from tests.factories.claims import World, batch_of, joan, make_claim, nguyen

pytestmark = pytest.mark.django_db


class OtherSide:
    """A clearinghouse as a test wants it; it remembers every file and key it got."""

    def __init__(
        self, *answers: Outcome | BaseException, on_resolve: Resolution | None = None
    ) -> None:
        self.answers = list(answers)
        self.on_resolve = on_resolve
        self.got: list[Parcel] = []
        self.asked = 0

    def submit(self, parcel: Parcel) -> Outcome:
        answer = self.answers.pop(0)
        if not isinstance(answer, Rejected | Throttled):
            self.got.append(parcel)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def resolve(self, parcel: Parcel) -> Resolution:
        self.asked += 1
        if self.on_resolve is not None:
            return self.on_resolve
        keys = {known.idempotency_key for known in self.got}
        return Found("R1") if parcel.idempotency_key in keys else NotFound()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Callable[[OtherSide], OtherSide]:
    def connect(side: OtherSide) -> OtherSide:
        monkeypatch.setattr(service, "transport_for", lambda _partner: side)
        return side

    return connect


@pytest.fixture
def batch(world: World) -> SubmissionBatch:
    first = make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    second = make_claim(world, nguyen(world), "99213", on=date(2026, 11, 2))
    return batch_of(world, first, second)


def states_of(batch: SubmissionBatch) -> tuple[str, set[str], set[str]]:
    versions = {claim.current_version.state for claim in Claim.objects.all()}
    attempts = {attempt.state for attempt in SubmissionAttempt.objects.filter(batch=batch)}
    return Transmission.objects.get(batch=batch).state, attempts, versions


def later(**delta: int) -> object:
    return clock.travel(clock.now() + timedelta(**delta))


def test_a_taken_file_moves_transmission_attempts_and_claims_together(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    wire(OtherSide(Accepted("RCPT-1")))
    assert send_due() == 1
    assert states_of(batch) == ("sent", {"sent"}, {"sent"})
    assert Transmission.objects.get().remote_reference == "RCPT-1"
    assert send_due() == 0


def test_a_refused_file_leaves_its_claims_ready_and_makes_work(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    wire(OtherSide(Rejected("HTTP 400")))
    send_due()
    assert states_of(batch) == ("refused", {"refused"}, {"ready"})
    assert WorkItem.objects.get(kind="batch.refused").reason == "HTTP 400"


def test_a_refused_file_that_had_arrived_all_the_same_is_out(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    wire(OtherSide(Rejected("HTTP 400")))
    send_due()
    mark_sent(Transmission.objects.get(batch=batch), evidence="the 999 says so")
    assert states_of(batch) == ("sent", {"sent"}, {"sent"})
    assert list(sendable(batch.partner_id)) == []


def test_a_busy_line_is_tried_again_when_it_said_and_with_the_same_bytes(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    side = wire(OtherSide(Throttled(90), Accepted("R")))
    send_due()
    assert states_of(batch)[:2] == ("throttled", {"throttled"})
    assert send_due() == 0
    with later(seconds=91):
        assert send_due() == 1
    assert [parcel.content for parcel in side.got] == [read_document(batch.document)]
    assert states_of(batch)[0] == "sent"


def test_a_lost_answer_is_resolved_and_never_sent_twice(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    side = wire(OtherSide(Unknown("ReadTimeout")))
    send_due()
    assert states_of(batch)[:2] == ("in_doubt", {"in_doubt"})
    with later(minutes=5):
        send_due()
    assert (len(side.got), side.asked) == (1, 1)
    assert states_of(batch) == ("sent", {"sent"}, {"sent"})


def test_a_worker_killed_after_the_other_side_took_the_file_sends_it_only_once(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    side = wire(OtherSide(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        send_due()
    assert states_of(batch)[0] == "sending"
    assert send_due() == 0  # the lease still runs: perhaps the worker is only slow

    with later(minutes=5):
        assert send_due() == 1
    assert len(side.got) == 1
    assert states_of(batch) == ("sent", {"sent"}, {"sent"})


def test_a_worker_killed_before_the_file_left_sends_it_again_with_the_same_key(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    side = wire(OtherSide(Unknown("ConnectTimeout"), Accepted("R")))
    side.on_resolve = NotFound()
    send_due()
    with later(minutes=5):
        send_due()
        assert send_due() == 0  # nothing goes a second time within 90 seconds
    with later(minutes=7):
        send_due()
    assert {parcel.idempotency_key for parcel in side.got} == {
        Transmission.objects.get().idempotency_key
    }
    assert states_of(batch)[0] == "sent"


def test_a_side_that_keeps_no_keys_is_not_believed_when_it_knows_nothing(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    batch.partner.transport, batch.partner.idempotency = "https", "none"
    batch.partner.endpoint_url = "https://payer.example/edi"
    batch.partner.save()
    side = wire(OtherSide(Unknown("ReadTimeout"), Accepted("R"), on_resolve=NotFound()))
    send_due()
    with later(minutes=5):
        send_due()
    assert len(side.got) == 1
    assert WorkItem.objects.filter(kind="batch.in_doubt", state="open").exists()


def knows_keys(batch: SubmissionBatch, **road: object) -> None:
    """An HTTPS side that knows a file that comes twice by its key."""
    batch.partner.transport, batch.partner.idempotency = "https", "key"
    batch.partner.endpoint_url = "https://payer.example/edi"
    batch.partner.save()
    HttpsRoad.objects.create(practice=batch.practice, partner=batch.partner, **road)


def test_a_side_that_cannot_be_asked_and_knows_keys_gets_the_same_file_again(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    knows_keys(batch, status_path="", key_hours=24)
    side = wire(OtherSide(Unknown("ReadTimeout"), Accepted("R")))
    send_due()
    with later(minutes=5):
        send_due()
        assert states_of(batch)[:2] == ("queued", {"queued"})
        assert send_due() == 0  # nothing goes a second time within 90 seconds
    with later(minutes=7):
        send_due()
    assert states_of(batch)[0] == "sent"
    assert side.asked == 0
    assert len(side.got) == 2
    assert len({(one.content, one.idempotency_key) for one in side.got}) == 1
    assert Transmission.objects.get().sending_count == 2


def test_a_key_that_may_be_forgotten_is_not_used_again_by_itself(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    knows_keys(batch, status_path="", key_hours=24)
    side = wire(OtherSide(Unknown("ReadTimeout"), on_resolve=CannotTell("no path")))
    send_due()
    with later(hours=25):
        send_due()
    assert len(side.got) == 1
    assert states_of(batch)[0] == "in_doubt"
    assert WorkItem.objects.filter(kind="batch.in_doubt", state="open").exists()


def test_a_doubt_on_a_road_that_leads_nowhere_by_now_is_a_persons(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire(OtherSide(Unknown("ReadTimeout")))
    send_due()

    def nowhere(_partner: object) -> None:
        raise ApplicationError("The folder is not below the one for exchange.")

    monkeypatch.setattr(service, "transport_for", nowhere)
    with later(minutes=5):
        assert send_due() == 1
        assert send_due() == 0
    item = WorkItem.objects.get(kind="batch.in_doubt")
    assert "The folder is not below the one for exchange" in item.reason
    assert states_of(batch)[0] == "in_doubt"


def test_a_file_that_is_put_off_for_hours_is_told_until_it_is_taken(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    wire(OtherSide(Throttled(60), Throttled(60), Accepted("R")))
    send_due()
    assert not WorkItem.objects.exists()
    with later(hours=5):
        send_due()
        item = WorkItem.objects.get(kind="batch.put_off")
        assert item.role == "manager"
        standing = standing_of(connections().get())
        assert standing.words.startswith("They have told us to wait with 1 file for hours.")
    with later(hours=6):
        send_due()
    item.refresh_from_db()
    assert item.state == "done"


def test_a_refused_batch_is_done_with_once_all_its_claims_went_in_others(
    world: World, batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    wire(OtherSide(Rejected("HTTP 400")))
    send_due()
    item = WorkItem.objects.get(kind="batch.refused")
    first, second = Claim.objects.order_by("pk")
    batch_of(world, first)
    item.refresh_from_db()
    assert item.state == "open"
    batch_of(world, second)
    item.refresh_from_db()
    assert (item.state, item.outcome) == ("done", "Its claims went in another batch.")


def test_where_nobody_can_tell_a_person_is_asked(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    side = wire(OtherSide(Unknown("x"), Accepted("R"), on_resolve=CannotTell("emptied")))
    send_due()
    with later(minutes=5):
        send_due()
    assert WorkItem.objects.filter(kind="batch.in_doubt", state="open").exists()
    assert len(side.got) == 1

    answer_doubt(batch=SubmissionBatch.objects.get(), arrived=False)
    with later(minutes=6):
        send_due()
    assert len(side.got) == 2
    assert states_of(batch)[0] == "sent"
    assert not WorkItem.objects.filter(kind="batch.in_doubt", state="open").exists()


def test_a_person_may_say_that_it_arrived(
    batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    side = wire(OtherSide(Unknown("x")))
    send_due()
    answer_doubt(batch=SubmissionBatch.objects.get(), arrived=True)
    assert states_of(batch)[0] == "sent"
    assert len(side.got) == 1


def test_a_file_that_says_test_never_leaves_on_a_real_route(
    world: World, batch: SubmissionBatch, wire: Callable[[OtherSide], OtherSide]
) -> None:
    side = wire(OtherSide())
    world.partner.usage = "T"
    world.partner.save()
    send_due()
    assert (side.got, states_of(batch)[0]) == ([], "refused")


def test_a_folder_gets_the_whole_file_under_its_final_name(
    world: World, batch: SubmissionBatch, tmp_path: Path
) -> None:
    send_due()
    files = list((tmp_path / world.partner.outbound_folder).iterdir())
    assert [file.name for file in files] == ["SUMMIT01-000000001.837"]
    assert files[0].read_bytes() == read_document(batch.document)
