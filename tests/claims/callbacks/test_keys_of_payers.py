"""A payer that answers by itself about claims that went to it through a clearinghouse."""

from datetime import date

import pytest
from django.urls import reverse

from claims.choices import VersionState as V
from claims.models import (
    Claim,
    InboundMessage,
    PayerCredential,
    StatusInquiry,
    TradingPartner,
)
from claims.services.ask_status import ask_status
from claims.services.credentials import create_credential
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from core.choices import Role
from tests.cast import client_of
from tests.claims.answers import answer_277
from tests.claims.callbacks.sender import Sender
from tests.claims.documents import document, of_batch
from tests.factories.claims import World, batch_of, joan, lily, make_claim, make_partner, nguyen
from tests.factories.cob import remit

pytestmark = pytest.mark.django_db
NOVEMBER_3 = date(2026, 11, 3)


@pytest.fixture
def acme(world: World) -> Sender:
    """Acme's own key: it names the payer, and nothing is sent to Acme itself."""
    direct = make_partner(
        world.practice, "folder", name="Acme direct", kind="payer", receiver_id="PAYERID01"
    )
    return Sender(*create_credential(partner=direct, name="Acme direct", payer=world.acme))


@pytest.fixture
def sent(world: World) -> tuple[Claim, Claim]:
    """Two claims at Acme, and one at Medicare in the same file, through the clearinghouse."""
    first = make_claim(world, lily(world), "99213 /a", on=NOVEMBER_3, diagnoses=("J020",))
    second = make_claim(world, nguyen(world), "20610 /a", on=NOVEMBER_3)
    batch_of(world, first, second, make_claim(world, joan(world), "99213", on=NOVEMBER_3))
    send_due()
    return first, second


def ack_277(sent: tuple[Claim, Claim], *, rejects_all: bool = False) -> bytes:
    batch = sent[0].version.current_attempt.batch
    text = of_batch(document("w32.277", SFM1002=sent[0], SFM1019=sent[1]), batch)
    if rejects_all:
        text = text.replace("STC*A1:19:PR*20261123*WQ*315", "STC*A3:21:PR*20261123*U*315")
    return text.encode()


def taken(sender: Sender, body: bytes) -> InboundMessage:
    assert sender.post(body).status_code == 202
    process_due()
    return InboundMessage.objects.get()


def state(claim: Claim) -> str:
    return str(Claim.objects.get(pk=claim.pk).version.state)


def test_its_277ca_finds_the_claims_that_it_was_billed(
    acme: Sender, sent: tuple[Claim, Claim]
) -> None:
    for claim in sent:
        claim.refresh_from_db()
    assert taken(acme, ack_277(sent)).state == "applied"
    assert [state(claim) for claim in sent] == [V.PAYER_REJECTED, V.PAYER_ACCEPTED]


def test_what_it_rejects_as_a_whole_leaves_other_payers_claims_alone(
    acme: Sender, sent: tuple[Claim, Claim]
) -> None:
    for claim in sent:
        claim.refresh_from_db()
    assert taken(acme, ack_277(sent, rejects_all=True)).state == "applied"
    states = Claim.objects.order_by("pk").values_list("current_version__state", flat=True)
    assert list(states) == [V.PAYER_REJECTED, V.PAYER_REJECTED, V.SENT]


def test_its_835_is_taken_in(acme: Sender, sent: tuple[Claim, Claim]) -> None:
    text = remit(sent[1], "ACME HEALTH PLAN", ("120", "CO*45*30"))
    assert taken(acme, text.encode()).state == "applied"


def test_a_key_that_names_no_payer_is_told_what_is_missing(
    acme: Sender, sent: tuple[Claim, Claim]
) -> None:
    PayerCredential.objects.update(payer=None)
    message = taken(acme, remit(sent[1], "ACME HEALTH PLAN", ("120", "CO*45*30")).encode())
    assert message.state == "quarantined"
    assert (
        "Where the key is that payer's own, an admin names the payer on the key" in message.result
    )


def test_it_may_not_speak_of_another_payers_claims(world: World, acme: Sender) -> None:
    medicares = make_claim(world, joan(world), "99213", on=NOVEMBER_3)
    batch_of(world, medicares)
    send_due()
    message = taken(acme, remit(medicares, "ACME HEALTH PLAN", ("120", "CO*45*15")).encode())
    assert message.state == "quarantined"
    assert state(medicares) == V.SENT


def test_the_page_of_the_key_says_for_whom_it_answers(world: World, acme: Sender) -> None:
    manager = client_of(world.practice, Role.MANAGER)
    page = manager.get(reverse("claims:callback-key", args=[acme.credential.public_id]))
    assert "Claims billed to Acme Health Plan, by any route" in page.content.decode()
    assert "Acme Health Plan" in manager.get(reverse("claims:callback-keys")).content.decode()


# --- answers to questions ------------------------------------------------------------------------


def asked_of(claim: Claim) -> StatusInquiry:
    """A 276 through the clearinghouse, that nobody has answered yet."""
    TradingPartner.objects.filter(receiver_id="OPENCH01").update(
        transport="https", endpoint_url="https://clearinghouse.example"
    )
    claim.refresh_from_db()
    return ask_status(version=claim.version)


def told_277(inquiry: StatusInquiry, claim: Claim) -> bytes:
    text = answer_277(inquiry.reference, "STC*P1:20*20261120**150~",
                      claim_number=claim.control_number)  # fmt: skip
    return text.replace(b"MEDICARE PART B", b"ACME HEALTH PLAN").replace(b"MCRPB", b"12345")


def test_its_277_answers_a_question_that_went_through_the_clearinghouse(
    acme: Sender, sent: tuple[Claim, Claim]
) -> None:
    inquiry = asked_of(sent[1])
    message = taken(acme, told_277(inquiry, sent[1]))
    assert (message.state, message.result[:9]) == ("applied", "277 from ")
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.category_code) == ("answered", "P1")
    assert state(sent[1]) == V.PENDED


def test_its_277_answers_no_question_about_another_payers_claim(
    world: World, acme: Sender, sent: tuple[Claim, Claim]
) -> None:
    medicares = Claim.objects.latest("pk")
    inquiry = asked_of(medicares)
    message = taken(acme, told_277(inquiry, medicares))
    assert message.state == "quarantined"
    assert "it answers no question of ours" in message.result
    inquiry.refresh_from_db()
    assert inquiry.state == "queued"


def test_a_277_with_another_trace_answers_nothing(acme: Sender, sent: tuple[Claim, Claim]) -> None:
    inquiry = asked_of(sent[1])
    body = told_277(inquiry, sent[1]).replace(inquiry.reference.encode(), b"S000000999")
    assert taken(acme, body).state == "quarantined"
    inquiry.refresh_from_db()
    assert inquiry.state == "queued"
