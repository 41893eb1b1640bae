"""The claim page asks where the claim is and shows what the payer said."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from claims.choices import TransportKind
from claims.models import Claim, TradingPartner
from claims.services.send_inquiry import ask_due
from claims.services.watch_clocks import report_silence
from claims.transport.base import Replied, Unknown
from core import clock
from core.choices import Role
from core.models import Practice
from tests.cast import client_of
from tests.claims.answers import answer_277, inquiry_of
from tests.claims.line import Line, accepted
from tests.factories.claims import World, joan, make_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def claim(world: World) -> Claim:
    return accepted(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))


def page_of(client: Client, claim: Claim) -> str:
    answer = client.get(reverse("claims:detail", args=[claim.public_id]))
    return " ".join(answer.content.decode().split())


def test_the_button_asks_and_the_page_tells_the_answer(
    line: Line,
    claim: Claim,
    biller: Client,
) -> None:
    assert "Ask where it is" in page_of(biller, claim)
    url = reverse("claims:ask-status", args=[claim.public_id])
    assert biller.post(url).status_code == 303
    assert "Waiting to be asked" in page_of(biller, claim)
    line.reply = Replied(
        answer_277(
            inquiry_of().reference, "STC*F1:65*20261119**135*126*20261118*ACH*20261118*EFT0013~"
        )
    )
    ask_due()
    page = page_of(biller, claim)
    assert "F1 paid it, payment made (65)" in page
    assert "paid $126.00 by" in page
    assert "nothing is posted before the remittance" in page
    assert "said where the claim is: F1 paid it" in page


def test_no_answer_yet_says_when_it_is_asked_again(
    line: Line,
    claim: Claim,
    biller: Client,
) -> None:
    biller.post(reverse("claims:ask-status", args=[claim.public_id]))
    line.reply = Unknown("no answer within 20 seconds")
    ask_due()
    assert "No answer within 20 seconds; asked again" in page_of(biller, claim)


def test_a_second_question_within_the_hour_is_refused_in_words(
    line: Line,
    claim: Claim,
    biller: Client,
) -> None:
    url = reverse("claims:ask-status", args=[claim.public_id])
    biller.post(url)
    line.reply = Replied(answer_277(inquiry_of().reference, "STC*P1:20*20261119**135~"))
    ask_due()
    answer = biller.post(url, follow=True).content.decode()
    assert "The payer was asked within the last hour" in answer


def test_a_folder_line_offers_no_question(line: Line, claim: Claim, biller: Client) -> None:
    TradingPartner.objects.update(transport=TransportKind.FOLDER)
    assert "Ask where it is" not in page_of(biller, claim)


def test_coders_and_strangers_do_not_ask(
    line: Line,
    claim: Claim,
    world: World,
    lakeside: Practice,
) -> None:
    url = reverse("claims:ask-status", args=[claim.public_id])
    assert client_of(world.practice, Role.CODER).post(url).status_code == 403
    assert client_of(lakeside, Role.BILLER).post(url).status_code == 404


def test_what_the_payer_asks_for_is_the_next_step(line: Line, claim: Claim, biller: Client) -> None:
    biller.post(reverse("claims:ask-status", args=[claim.public_id]))
    line.reply = Replied(answer_277(inquiry_of().reference, "STC*P3:317*20261119**135~"))
    ask_due()
    page = page_of(biller, claim)
    assert '<p class="do">The payer asks for records</p>' in page
    assert "says: P3 waits for something from the provider, medical records (317)." in page
    assert "nothing to do but wait" not in page


def test_a_payer_that_works_on_it_after_its_silence_is_waited_for_and_not_called_late(
    line: Line, claim: Claim, biller: Client
) -> None:
    with clock.travel(clock.now() + timedelta(days=31)):
        report_silence()
        assert "has not answered in time" in page_of(biller, claim)
        biller.post(reverse("claims:ask-status", args=[claim.public_id]))
        line.reply = Replied(answer_277(inquiry_of().reference, "STC*P1:20*20261219**135~"))
        ask_due()
        page = page_of(biller, claim)
    assert "put it aside for now: nothing to do but wait." in page
    assert "acknowledgement is late" not in page


def test_a_claim_put_aside_is_on_the_worklist_once_somebody_must_act(
    line: Line, claim: Claim, biller: Client, world: World
) -> None:
    url = reverse("claims:worklist") + "?bucket=no-answer"
    biller.post(reverse("claims:ask-status", args=[claim.public_id]))
    line.reply = Replied(answer_277(inquiry_of().reference, "STC*P1:20*20261119**135~"))
    ask_due()
    assert claim.control_number not in biller.get(url).content.decode()
    with clock.travel(clock.now() + timedelta(hours=2)):
        biller = client_of(world.practice, Role.BILLER)
        biller.post(reverse("claims:ask-status", args=[claim.public_id]))
        line.reply = Replied(answer_277(inquiry_of().reference, "STC*P3:317*20261119**135~"))
        ask_due()
        assert claim.control_number in biller.get(url).content.decode()
