"""A 999 or 277CA that went wrong on its way: kept, said, and the claim waits on by its clock.

The far side is the payer simulator; its answers are posted to our door as a clearinghouse posts.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from claims.models import Claim, InboundMessage, SubmissionAttempt
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from claims.services.watch_clocks import report_silence
from core import clock, sweeping
from core.models import WorkItem
from core.services.documents import read_document
from tests.claims.callbacks.sender import Sender
from tests.factories.claims import World, batch_of, joan, make_claim
from tests.factories.cob import post_by_itself
from tests.simulator.world import World as FarSide

pytestmark = pytest.mark.django_db
DAYS_TO_PAY, A_RUN = 3, 2  # days until it may be paid, and at most until the next payment run
TWO_OF_THEM = 2  # 277CAs: the clearinghouse's and the payer's
SPOILED = [
    # scenario, where the claim stays, the words at what was set aside
    ("truncated_999", "payer_accepted", ["ends before the IEA"]),
    ("unbalanced_999", "payer_accepted", ["SE01"]),
    ("wrong_number_999", "payer_accepted", ["SE02"]),
    ("stranger_999", "payer_accepted", ["which is not ours"]),
    ("truncated_277ca", "file_accepted", ["ends before the IEA"] * TWO_OF_THEM),
    ("unbalanced_277ca", "file_accepted", ["SE01"] * TWO_OF_THEM),
    ("wrong_number_277ca", "file_accepted", ["IEA02"] * TWO_OF_THEM),
    ("stranger_277ca", "file_accepted", ["none of its claims is ours"] * TWO_OF_THEM),
]


class Road:
    """Our side and the far one, with the test as the line between them."""

    def __init__(self, world: World, sender: Sender, folder: Path) -> None:
        folder.mkdir()
        self.world, self.sender, self.posted = world, sender, 0
        self.far = FarSide(
            folder,
            payers=[{"payer_id": "MCRPB", "name": "MEDICARE PART B", "tax_id": "841111111"}],
            delays_seconds={"835": DAYS_TO_PAY * 86_400},
        )

    def send(self, claim: Claim, scenario: str) -> None:
        """Our file to them, and their acknowledgements to our door."""
        self.far.configure(scenarios={claim.control_number: scenario})
        self.far.service.reload()
        batch = batch_of(self.world, claim)
        send_due()
        self.far.answer_to(read_document(batch.document))
        self.deliver()

    def deliver(self) -> None:
        """Post what they wrote since, and let the inbox read it."""
        for content in self.far.files()[self.posted :]:
            answer = self.sender.post(content, event_id=f"evt_{self.posted}")
            assert answer.status_code == 202, answer.content
            self.posted += 1
        process_due()


@pytest.fixture
def road(world: World, sender: Sender, tmp_path: Path) -> Iterator[Road]:
    found = Road(world, sender, tmp_path / "far")
    yield found
    found.far.service.store.close()


@pytest.fixture
def claim(world: World) -> Claim:
    return make_claim(world, joan(world), "99213", on=date(2026, 11, 2))


@pytest.mark.parametrize(("scenario", "state", "words"), SPOILED)
def test_it_is_kept_and_set_aside_with_words_and_the_claim_waits_on(
    road: Road, claim: Claim, scenario: str, state: str, words: list[str]
) -> None:
    road.send(claim, scenario)

    messages = InboundMessage.objects.order_by("id")
    assert [read_document(one.document) for one in messages] == road.far.files()
    aside = messages.filter(state="quarantined")
    assert [word in one.result for one, word in zip(aside, words, strict=True)] == [True] * len(
        words
    ), [one.result for one in aside]
    assert WorkItem.objects.filter(kind="inbox.quarantined", state="open").count() == len(words)
    assert claim.versions.get().state == state

    attempt = SubmissionAttempt.objects.get()
    assert attempt.clock_due_at is not None
    with clock.travel(attempt.clock_due_at + timedelta(minutes=1)):
        assert report_silence() == 1, "what was spoiled is missed like what never came"


@pytest.mark.parametrize("scenario", [one for one, _, _ in SPOILED])
def test_the_payment_finds_the_claim_whatever_became_of_the_acknowledgements(
    road: Road, claim: Claim, scenario: str
) -> None:
    post_by_itself()
    road.send(claim, scenario)
    road.far.pass_time(days=DAYS_TO_PAY + A_RUN)
    with clock.travel(clock.now() + timedelta(days=DAYS_TO_PAY + A_RUN)):
        road.deliver()
        sweeping.run_one("news")
    assert claim.versions.get().state in {"adjudicated", "closed"}


def test_the_neighbour_of_a_claim_whose_277ca_is_spoiled_has_its_own(
    road: Road, claim: Claim, world: World
) -> None:
    neighbour = make_claim(world, claim.patient, "99214", on=date(2026, 11, 3))
    road.far.configure(scenarios={claim.control_number: "truncated_277ca"})
    road.far.service.reload()
    batch = batch_of(world, claim, neighbour)
    send_due()
    road.far.answer_to(read_document(batch.document))
    road.deliver()
    assert claim.versions.get().state == "file_accepted"
    assert neighbour.versions.get().state == "payer_accepted"
