"""What names a claim that nobody knows yet is kept, and applied once the claim is sent (T32)."""

from datetime import date

import pytest

from claims.models import Claim, Remittance
from claims.services.process_message import process_due
from claims.services.revisit_waiting import revisit_waiting
from claims.services.send_transmission import send_due
from core.models import TimelineEntry, WorkItem
from tests.claims.documents import document, enveloped, receive
from tests.factories.claims import World, batch_of, joan, lily, make_claim, nguyen

pytestmark = pytest.mark.django_db


def send(world: World, *claims: Claim) -> None:
    """The claims leave in one batch of their own."""
    batch_of(world, *claims)
    send_due()


@pytest.fixture
def nguyens(world: World) -> Claim:
    return make_claim(world, nguyen(world), "20610 /a", on=date(2026, 11, 3))


def state_of(claim: Claim) -> str:
    claim.current_version.refresh_from_db()
    return str(claim.current_version.state)


def test_an_acknowledgement_before_its_claim_is_applied_when_the_claim_is_there(
    world: World, nguyens: Claim
) -> None:
    early = receive(world, document("w32.277", SFM1019=nguyens))
    assert early.state == "quarantined"
    assert nguyens.control_number in early.waits_for
    assert revisit_waiting() == 0

    send(world, nguyens)
    assert revisit_waiting() == 1
    process_due()
    early.refresh_from_db()
    assert (early.state, state_of(nguyens)) == ("applied", "payer_accepted")
    assert early.waits_for == ["SFM1002"]
    assert not WorkItem.objects.filter(kind="inbox.quarantined", state="open").exists()
    assert revisit_waiting() == 0


def test_of_a_file_applied_in_part_the_rest_is_applied_later_and_only_the_rest(
    world: World, nguyens: Claim
) -> None:
    lilys = make_claim(world, lily(world), "99213 /a", on=date(2026, 11, 3), diagnoses=("J020",))
    send(world, nguyens)
    message = receive(world, document("w32.277", SFM1002=lilys, SFM1019=nguyens))
    assert (message.state, message.waits_for) == ("applied", [lilys.control_number])
    assert WorkItem.objects.filter(kind="inbox.unknown_claim", state="open").exists()
    told = TimelineEntry.objects.filter(subject_id=nguyens.pk, kind="claim.accepted").count()

    send(world, lilys)
    assert revisit_waiting() == 1
    message.refresh_from_db()
    assert (message.waits_for, state_of(lilys)) == ([], "payer_rejected")
    assert told == TimelineEntry.objects.filter(
        subject_id=nguyens.pk, kind="claim.accepted"
    ).count()  # fmt: skip
    assert not WorkItem.objects.filter(kind="inbox.unknown_claim", state="open").exists()
    assert revisit_waiting() == 0


def test_a_remittance_before_its_claim_is_matched_when_the_claim_is_there(world: World) -> None:
    claim = make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=date(2026, 11, 2),
    )  # fmt: skip
    receive(world, enveloped(document("w10.835", SFM1001=claim)))
    assert Remittance.objects.get().state == "exceptions"
    assert revisit_waiting() == 0

    send(world, claim)
    assert revisit_waiting() == 1
    assert Remittance.objects.get().state == "matched"
    assert revisit_waiting() == 0


def test_a_claim_of_another_sender_is_not_waited_for_in_vain(world: World, nguyens: Claim) -> None:
    """It is known, and not theirs: the message stays set aside and is not tried again and again."""
    send(world, nguyens)
    other = type(world.partner).objects.create(
        practice=world.practice, name="Another", transport="folder", sender_id="SUMMIT01",
        receiver_id="OTHER01", usage="P", outbound_folder="folders/other",
    )  # fmt: skip
    world.partner = other
    message = receive(world, document("w32.277", SFM1019=nguyens))
    assert message.state == "quarantined"
    assert revisit_waiting() == 0
