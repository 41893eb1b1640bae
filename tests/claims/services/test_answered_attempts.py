"""A 277CA that does not name our file: which sending of the claim it speaks of, never guessed."""

import pytest

from claims.choices import VersionState as V
from claims.models import Claim, InboundMessage, SubmissionAttempt
from claims.services.process_message import process_due
from claims.services.revisit_waiting import revisit_waiting
from tests.claims.documents import document, receive, recount
from tests.factories.claims import World
from tests.factories.cob import answered, joans, sent

pytestmark = pytest.mark.django_db
PAYER = "NM1*PR*2*ACME HEALTH PLAN*****PI*12345"


@pytest.fixture
def twice_billed(world: World) -> Claim:
    """Medicare has decided; the same claim number went to the supplement over the same line."""
    claim = joans(world)
    answered(world, "w10.835", claim)
    return sent(world, claim)


def said(world: World, claim: Claim, source: str) -> InboundMessage:
    """An acceptance of that one claim, under a batch number of their own."""
    head, _, rest = document("w32.277").partition("HL*4*3*PT~\n")
    rest = rest[rest.index("HL*5*") :].replace("SFM1019", claim.control_number)
    text = (head + rest).replace("B000000102", "CH-BATCH-77").replace(PAYER, source)
    return receive(world, recount(text))


def test_a_payer_speaks_of_what_it_was_billed(world: World, twice_billed: Claim) -> None:
    message = said(world, twice_billed, "NM1*PR*2*ACME SUPPLEMENT*****PI*54321")
    assert message.state == "applied"
    assert Claim.objects.get().version.state == V.PAYER_ACCEPTED


def test_the_first_payers_late_word_stays_with_its_own_sending(
    world: World, twice_billed: Claim
) -> None:
    said(world, twice_billed, "NM1*PR*2*MEDICARE PART B*****PI*MCRPB")
    assert Claim.objects.get().version.state == V.SENT
    first, second = SubmissionAttempt.objects.order_by("pk")
    assert (first.state, second.state) == ("adjudicated", "sent")


def test_a_clearinghouse_that_does_not_say_for_whom_is_set_aside(
    world: World, twice_billed: Claim
) -> None:
    message = said(world, twice_billed, "NM1*AY*2*OPEN CLEARINGHOUSE*****46*OPENCH01")
    assert message.state == "quarantined"
    assert message.result.endswith(
        "it went to more than one payer, and which of them speaks is not said"
    )
    assert Claim.objects.get().version.state == V.SENT


def test_what_is_not_sent_yet_is_not_answered_before_it_is(world: World) -> None:
    claim = joans(world, covered=False)
    SubmissionAttempt.objects.filter(version__claim=claim).update(sent_at=None)
    message = said(world, claim, "NM1*AY*2*OPEN CLEARINGHOUSE*****46*OPENCH01")
    assert (message.state, message.waits_for) == ("quarantined", [claim.control_number])

    SubmissionAttempt.objects.filter(version__claim=claim).update(sent_at=message.received_at)
    assert revisit_waiting() == 1
    process_due()
    message.refresh_from_db()
    assert message.state == "applied"
