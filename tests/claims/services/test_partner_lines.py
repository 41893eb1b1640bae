"""The circuit, the waits and the throttle of a line, with a clock that the test moves."""

from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest

from claims.models import PartnerLine, Transmission
from claims.services import send_transmission as service
from claims.services.partner_lines import (
    FAILURES_TO_OPEN,
    REST_SECONDS,
    TRIAL,
    ask_leave,
    note_failure,
    note_success,
)
from claims.services.send_transmission import send_due
from claims.transport.base import Accepted, NotDelivered, Outcome, Parcel, Resolution
from core import clock
from core.leases import wait_from
from core.models import WorkItem
from tests.factories.claims import World, batch_of, joan, make_claim, make_partner, nguyen

pytestmark = pytest.mark.django_db


def later(seconds: float) -> AbstractContextManager[object]:
    return clock.travel(clock.now() + timedelta(seconds=seconds))


def line(world: World) -> PartnerLine:
    return PartnerLine.objects.get(partner=world.partner)


def fail(world: World, times: int) -> None:
    for _ in range(times):
        note_failure(world.partner, "no answer in time")


def test_waits_come_from_the_table_with_half_of_each_left_to_chance() -> None:
    for failures, whole in ((0, 10), (1, 10), (2, 60), (3, 300), (99, 300)):
        waits = [wait_from((10, 60, 300), failures).total_seconds() for _ in range(200)]
        assert whole / 2 <= min(waits) < max(waits) <= whole
        assert len(set(waits)) > 100


def test_a_few_failures_leave_the_circuit_closed(world: World) -> None:
    fail(world, FAILURES_TO_OPEN - 1)
    assert ask_leave(world.partner) is None
    note_success(world.partner)
    assert line(world).failures == 0


def test_after_several_failures_in_a_row_nothing_is_called_for_a_while(world: World) -> None:
    fail(world, FAILURES_TO_OPEN)
    wait = ask_leave(world.partner)
    assert wait is not None
    rest = (wait.until - clock.now()).total_seconds()
    assert REST_SECONDS[0] / 2 <= rest <= REST_SECONDS[0]


def test_one_trial_later_closes_it_and_until_then_there_is_only_one(world: World) -> None:
    fail(world, FAILURES_TO_OPEN)
    with later(REST_SECONDS[0] + 1):
        assert ask_leave(world.partner) is None, "the trial"
        assert ask_leave(world.partner) is not None, "a second one at the same time"
        note_success(world.partner)
        assert ask_leave(world.partner) is None
        assert line(world).open_until is None


def test_a_trial_whose_worker_died_is_followed_by_another(world: World) -> None:
    fail(world, FAILURES_TO_OPEN)
    with later(REST_SECONDS[0] + 1):
        ask_leave(world.partner)
    with later(REST_SECONDS[0] + 2 + TRIAL.total_seconds()):
        assert ask_leave(world.partner) is None


def test_a_failed_trial_rests_longer_and_then_somebody_is_told(world: World) -> None:
    fail(world, FAILURES_TO_OPEN)
    assert not WorkItem.objects.exists(), "a short outage is nobody's work"
    with later(REST_SECONDS[0] + 1):
        ask_leave(world.partner)
        fail(world, 1)
        open_until = line(world).open_until
        assert open_until is not None
        rest = (open_until - clock.now()).total_seconds()
        assert REST_SECONDS[1] / 2 <= rest <= REST_SECONDS[1]
        assert WorkItem.objects.get(state="open").kind == "partner.down"
    with later(REST_SECONDS[0] + REST_SECONDS[1] + 2):
        ask_leave(world.partner)
        note_success(world.partner)
    assert not WorkItem.objects.filter(state="open").exists()


def test_each_partner_has_its_own_circuit(world: World) -> None:
    other = make_partner(world.practice, "folder", sender_id="SUMMIT09", name="Other")
    fail(world, FAILURES_TO_OPEN)
    assert ask_leave(other) is None


def test_no_more_calls_a_minute_than_the_partner_allows(world: World) -> None:
    world.partner.calls_per_minute = 2
    world.partner.save()
    assert [ask_leave(world.partner) for _ in range(2)] == [None, None]
    wait = ask_leave(world.partner)
    assert wait is not None
    assert wait.until == clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    with later(61):
        assert ask_leave(world.partner) is None


class Down:
    """A side that answers nobody until it is up again."""

    def __init__(self) -> None:
        self.is_up = False
        self.calls = 0

    def submit(self, parcel: Parcel) -> Outcome:
        self.calls += 1
        return Accepted("R") if self.is_up else NotDelivered("nobody listens at that address")

    def resolve(self, parcel: Parcel) -> Resolution:
        raise AssertionError("a file that did not arrive is in no doubt")


def test_claims_for_a_partner_that_is_down_wait_and_then_all_go(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = Down()
    monkeypatch.setattr(service, "transport_for", lambda _partner: side)
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    batch_of(world, make_claim(world, nguyen(world), "99213", on=date(2026, 11, 2)))
    start = clock.now()
    for minute in range(30):
        with clock.travel(start + timedelta(minutes=minute)):
            while send_due():
                pass
    assert FAILURES_TO_OPEN < side.calls < 15, "a line that is down is hardly called"
    assert set(Transmission.objects.values_list("state", flat=True)) == {"queued"}
    side.is_up = True
    for hours in (2, 2.1):
        with clock.travel(start + timedelta(hours=hours)):
            while send_due():
                pass
    assert set(Transmission.objects.values_list("state", flat=True)) == {"sent"}


def test_a_file_that_has_to_wait_for_the_throttle_counts_no_try(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.partner.calls_per_minute = 1
    world.partner.save()
    ask_leave(world.partner)
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    send_due()
    waiting = Transmission.objects.get()
    assert (waiting.state, waiting.attempts) == ("queued", 0)
    assert waiting.last_error == "no more than 1 call a minute"
    with later(61):
        send_due()
    assert Transmission.objects.get().state == "sent"
