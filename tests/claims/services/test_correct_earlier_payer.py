"""A payer's denial is corrected although a later payer was billed since (domain B.7, C.1)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from claims.choices import VersionState as V
from claims.models import Claim
from claims.services.correct_claim import correct_claim
from claims.services.drop_correction import drop_correction
from core.choices import Role, WorkState
from core.errors import ApplicationError
from core.models import WorkItem
from tests.cast import client_of
from tests.claims.documents import document, enveloped, recount
from tests.claims.services.test_next_payer import reversal
from tests.factories.claims import World
from tests.factories.cob import joans, remit, sent, told

pytestmark = pytest.mark.django_db
D = Decimal
WHY = "The authorization was missing."


def denied_in_part(claim: Claim) -> str:
    """W-10 with its third line denied for want of an authorization."""
    text = document("w10.835", SFM1001=claim)
    text = text.replace("161.5", "155.23").replace("*41.2*MB", "*39.6*MB")
    text = text.replace("SVC*HC:J3301:JZ*40*6.27", "SVC*HC:J3301:JZ*40*0")
    text = text.replace("CAS*CO*45*32**253*.13~\n", "CAS*CO*197*40~\n")
    return text.replace("CAS*PR*2*1.6~\n", "")


@pytest.fixture
def claim(world: World) -> Claim:
    """Medicare denied one line; the supplement's claim for the two others is ready."""
    found = joans(world)
    told(world, enveloped(recount(denied_in_part(found))), found)
    return found


def test_the_denied_line_is_corrected_and_the_waiting_claim_taken_back(claim: Claim) -> None:
    assert (claim.version.rank, claim.version.state) == (2, V.READY)
    new = correct_claim(claim=claim, reason=WHY)
    claim.refresh_from_db()
    assert (claim.version, new.rank, new.frequency_code) == (new, 1, "7")
    assert new.lines.count() == 3
    assert states(claim) == {1: V.REPLACED, 2: V.VOIDED, 3: V.READY}
    assert not claim.versions.get(number=1).denials.filter(state="open").exists()


def test_it_is_chosen_on_the_page_whose_decision_is_corrected(claim: Claim, world: World) -> None:
    biller = client_of(world.practice, Role.BILLER)
    page = biller.get(reverse("claims:detail", args=[claim.public_id])).content.decode()
    assert "Medicare Part B, primary" in page
    assert "The claim that waits for Acme Supplement is taken back" in page
    url = reverse("claims:correct", args=[claim.public_id])
    gone = biller.post(url, {"version": "9", "reason": WHY})
    assert gone.status_code == 422
    assert "This version does not stand any more" in gone.content.decode()
    assert biller.post(url, {"version": "1", "reason": WHY}).status_code == 303
    claim.refresh_from_db()
    assert claim.version.corrects == claim.versions.get(number=1)


def test_while_the_later_payer_has_it_the_correction_is_the_one_to_watch(
    claim: Claim, world: World
) -> None:
    sent(world, claim)
    correct_claim(claim=claim, reason=WHY)
    assert states(claim) == {1: V.REPLACED, 2: V.SENT, 3: V.READY}
    claim.refresh_from_db()
    with pytest.raises(ApplicationError, match="made already"):
        correct_claim(claim=claim, reason=WHY, number=3)
    drop_correction(claim=claim)
    claim.refresh_from_db()
    assert claim.version.number == 2, "the supplement has it still"


def test_what_the_correction_brought_is_asked_of_the_later_payer_by_its_own_correction(
    claim: Claim, world: World
) -> None:
    first = denied_in_part(claim)
    sent(world, claim)
    told(
        world,
        remit(
            claim, "ACME SUPPLEMENT", ("26", "OA*23*174"), ("13.6", "OA*23*136.4"),
            status="2", trace="T5",
        ),
        claim,
    )  # fmt: skip
    correct_claim(claim=claim, reason=WHY)
    sent(world, claim)
    told(world, reversal(first).replace("-161.5~", "-155.23~"), claim)
    again = document("w10.835", SFM1001=claim).replace("EFT0010", "EFT0012")
    again = again.replace("000000210", "000000212").replace("*11*1~", "*11*7~")
    told(world, enveloped(again), claim)

    assert claim.version.number == 2, "the supplement was told the old amounts"
    assert WorkItem.objects.filter(kind="claim.secondary_stale", state=WorkState.OPEN).exists()
    new = correct_claim(claim=claim, reason="Medicare decided on the third line.")
    assert (new.rank, new.frequency_code, new.lines.count()) == (2, "7", 3)
    assert new.snapshot["other_payers"][0]["decision"]["paid_amount"] == "161.50"


def states(claim: Claim) -> dict[int, str]:
    return dict(claim.versions.values_list("number", "state"))
