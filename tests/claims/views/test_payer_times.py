"""A payer with sending times of its own: its claims go then, and with nobody else's."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import ClaimVersion, PayerFilingSettings, SendSchedule, SubmissionBatch
from claims.services.send_scheduled import send_scheduled
from core import clock
from core.choices import Role
from core.models import Practice, WorkItem
from tests.cast import client_of
from tests.claims.views.test_payers import NOVEMBER_3, set_times, text
from tests.factories.claims import World, joan, make_claim, nguyen, on_paper

pytestmark = pytest.mark.django_db
NOON_IN_NEW_YORK = datetime(2026, 11, 23, 17, 1, tzinfo=UTC)
THREE_IN_CHICAGO = datetime(2026, 11, 23, 21, 1, tzinfo=UTC)
OWN = {
    "mode": "own", "days": [0, 1, 2, 3, 4], "times": "15:00", "cut_off_at": "15:30",
    "time_zone": "America/Chicago",
}  # fmt: skip


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def ready(world: World) -> dict[str, ClaimVersion]:
    """A claim ready for each of two payers of one route."""
    return {
        "acme": make_claim(world, nguyen(world), "99213 /ab", on=NOVEMBER_3).version,
        "medicare": make_claim(world, joan(world), "99213 /ab", on=NOVEMBER_3).version,
    }


def set_own(biller: Client, world: World, **values: object) -> object:
    url = reverse("claims:payer-schedule", args=[world.acme.public_id])
    return biller.post(url, OWN | values, follow=True)


def sent(*, at: datetime) -> list[set[str]]:
    """Run the sweep until nothing is due, and answer by batch the payers of its claims."""
    before = set(SubmissionBatch.objects.values_list("pk", flat=True))
    with clock.travel(at):
        while send_scheduled():
            pass
    made = SubmissionBatch.objects.exclude(pk__in=before).order_by("pk")
    return [set(one.attempts.values_list("version__payer__name", flat=True)) for one in made]


def test_its_claims_leave_at_its_times_and_the_others_at_the_partners(
    world: World, biller: Client, ready: dict[str, ClaimVersion]
) -> None:
    set_times(biller, world, times="12:00", cut_off_at="")
    page = text(set_own(biller, world))
    assert "next sending 15:00 CST; cut-off 15:30, at times of its own" in page
    assert sent(at=NOON_IN_NEW_YORK) == [{"Medicare Part B"}]
    assert sent(at=THREE_IN_CHICAGO) == [{"Acme Health Plan"}]
    entries = text(biller.get(reverse("claims:payer", args=[world.acme.public_id]),
                              {"tab": "timeline"}))  # fmt: skip
    assert "sent on time: 1 claim in batch" in entries


def test_both_are_said_on_the_page_of_batches(world: World, biller: Client) -> None:
    set_times(biller, world, times="12:00", cut_off_at="")
    set_own(biller, world)
    page = text(biller.get(reverse("claims:batches")))
    assert "Open Clearinghouse, without Acme Health Plan" in page
    assert "12:00 EST" in page
    assert "15:00 CST; cut-off 15:30" in page


def test_a_payer_sent_by_hand_is_left_out_and_goes_with_the_next_batch_that_is_built(
    world: World, biller: Client, ready: dict[str, ClaimVersion]
) -> None:
    set_times(biller, world, times="12:00", cut_off_at="")
    set_own(biller, world, mode="hand", times="")
    assert sent(at=NOON_IN_NEW_YORK) == [{"Medicare Part B"}]
    biller.post(reverse("claims:batch-build"), {"act": "send"})
    assert SubmissionBatch.objects.latest("pk").claim_count == 1


def test_following_the_partner_again_its_claims_go_with_the_others(
    world: World, biller: Client, ready: dict[str, ClaimVersion]
) -> None:
    set_times(biller, world, times="12:00", cut_off_at="")
    set_own(biller, world)
    set_own(biller, world, mode="partner")
    assert not SendSchedule.objects.filter(payer=world.acme).exists()
    assert sent(at=NOON_IN_NEW_YORK) == [{"Medicare Part B", "Acme Health Plan"}]


def test_on_another_route_it_keeps_its_times_and_on_paper_it_waits_for_people(
    world: World, biller: Client, ready: dict[str, ClaimVersion]
) -> None:
    set_own(biller, world)
    on_paper(world, world.acme)
    assert sent(at=THREE_IN_CHICAGO) == []
    page = text(biller.get(reverse("claims:batches")))
    assert "on paper: by hand" in page
    PayerFilingSettings.objects.filter(payer=world.acme).update(partner=world.partner)
    assert sent(at=THREE_IN_CHICAGO) == [{"Acme Health Plan"}]


def test_a_sending_that_fails_is_work_on_the_payer(
    world: World,
    biller: Client,
    ready: dict[str, ClaimVersion],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_own(biller, world)
    monkeypatch.setattr("claims.services.queue_batch.check_file", lambda _: ["HI01 is odd"])
    assert sent(at=THREE_IN_CHICAGO) == []
    item = WorkItem.objects.get(kind="schedule.failed", state="open")
    assert item.title == "The sending to Acme Health Plan did not go out"
    monkeypatch.undo()
    tomorrow = datetime(2026, 11, 24, 21, 1, tzinfo=UTC)
    assert sent(at=tomorrow) == [{"Acme Health Plan"}]
    item.refresh_from_db()
    assert item.state == "done"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"times": ""}, "Write at least one time"),
        ({"days": []}, "Choose at least one day"),
        ({"times": "16:00"}, "One of the times is after the cut-off"),
        ({"mode": ""}, "is missing"),
    ],
)
def test_times_that_make_no_sense_are_refused_at_their_field(
    world: World, biller: Client, values: dict[str, object], words: str
) -> None:
    answer = set_own(biller, world, **values)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not SendSchedule.objects.exists()


def test_a_payer_on_paper_or_without_a_route_has_no_times(world: World, biller: Client) -> None:
    on_paper(world, world.acme)
    assert "Paper is printed and mailed by people" in text(set_own(biller, world))
    PayerFilingSettings.objects.filter(payer=world.acme).delete()
    assert "Choose its route first" in text(set_own(biller, world))


def test_another_practice_sees_neither_form_nor_times(
    world: World, biller: Client, lakeside: Practice
) -> None:
    set_own(biller, world)
    stranger = client_of(lakeside, Role.BILLER)
    url = reverse("claims:payer-schedule", args=[world.acme.public_id])
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, OWN).status_code == 404
    assert "Acme" not in text(stranger.get(reverse("claims:batches")))
