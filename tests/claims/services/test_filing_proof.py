"""Proof of timely filing: what the sheet says, and how much it honestly proves (W-09, W-32)."""

from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from claims.filing_proof import Strength, filing_proof
from claims.models import Claim, InboundMessage, SubmissionBatch
from claims.services.send_transmission import send_due
from core import clock
from core.choices import Role
from core.models import Document, Practice, TimelineEntry
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.claims.documents import document, of_batch, receive, recount
from tests.factories.claims import World, batch_of, joan, lily, make_claim, make_world, nguyen

pytestmark = pytest.mark.django_db


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def davids(world: World) -> Claim:
    return make_claim(world, nguyen(world), "20610 /a", on=date(2026, 11, 3))


def sent(world: World, *claims: Claim) -> SubmissionBatch:
    batch = batch_of(world, *claims)
    send_due()
    assert isinstance(batch, SubmissionBatch)
    return batch


def ack(world: World, batch: SubmissionBatch) -> InboundMessage:
    """A 999 that accepts the file."""
    text = of_batch(document("w31.999"), batch).replace("AK9*P*2*2*1", "AK9*A*1*1*1")
    head, _, tail = text.partition("AK2*837*0002")
    message = receive(world, recount(head + tail[tail.index("AK9*") :]))
    assert message.state == "applied"
    return message


def answered(world: World, batch: SubmissionBatch, davids: Claim, **changes: str) -> InboundMessage:
    """The 277CA of W-32, as the payer or as the clearinghouse."""
    text = of_batch(document("w32.277", SFM1019=davids), batch)
    for old, new in changes.items():
        text = text.replace(_PARTS[old], new)
    message = receive(world, recount(text))
    assert message.state == "applied"
    return message


_PARTS = {
    "source": "NM1*PR*2*ACME HEALTH PLAN*****PI*12345",
    "status": "STC*A2:20:PR*20261123*WQ*150~",
    "number": "REF*1K*PCN9900001~\n",
}
CLEARINGHOUSE = "NM1*AY*2*OPEN CLEARINGHOUSE*****46*OPENCH01"


def sheet(biller: Client, claim: Claim) -> tuple[Any, str]:
    """Press the button; the answer, and the text of its PDF without line breaks."""
    answer = biller.post(reverse("claims:filing-proof", args=[claim.public_id]))
    if answer.status_code != 200:
        return answer, ""
    pages = pypdfium2.PdfDocument(answer.content)
    return answer, " ".join(
        " ".join(page.get_textpage().get_text_range().split()) for page in pages
    )


def test_w09_the_last_day_is_shown_and_a_warning_given(world: World, biller: Client) -> None:
    medicares = make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    acmes = make_claim(world, nguyen(world), "99213", on=date(2026, 11, 2))
    assert medicares.version.filing_deadline_on == date(2027, 11, 2)
    assert acmes.version.filing_deadline_on == date(2027, 1, 31)
    page = strip_tags(biller.get(reverse("claims:detail", args=[acmes.public_id])).content.decode())
    assert "01/31/2027, in 69 d, work by 01/29/2027" in page, "the 31st is a Sunday"
    with clock.travel(clock.now() + timedelta(days=60)):
        again = client_of(world.practice, Role.BILLER)
        near = again.get(reverse("claims:worklist"), {"bucket": "filing-limit"}).content.decode()
    assert acmes.control_number in near
    assert medicares.control_number not in near


def test_w32_the_payers_acceptance_is_proof_with_its_day_its_number_and_every_file(
    world: World, biller: Client, davids: Claim
) -> None:
    batch = sent(world, davids)
    files = [ack(world, batch), answered(world, batch, davids, source=CLEARINGHOUSE)]
    files.append(answered(world, batch, davids))
    answer, text = sheet(biller, davids)

    assert answer["Content-Type"] == "application/pdf"
    assert "David" not in answer["Content-Disposition"]
    assert "Proof of timely filing" in text
    assert "The payer itself accepted this claim for adjudication on 11/23/2026." in text
    assert "The filing limit is 02/01/2027, 70 days later." in text
    assert "PCN9900001" in text
    assert f"Interchange {batch.interchange_control_number}" in text
    digests = [batch.document.sha256, *(message.document.sha256 for message in files)]
    squeezed = text.replace(" ", "")
    for digest in digests:
        assert digest in squeezed
    best = filing_proof(davids).best
    assert best is not None
    assert (best.on, best.strength) == (date(2026, 11, 23), Strength.PAYER)


def test_the_sheet_is_kept_told_and_not_drawn_twice(
    world: World, biller: Client, davids: Claim
) -> None:
    batch = sent(world, davids)
    with clock.travel(clock.now() + timedelta(minutes=1)):
        first, _ = sheet(biller, davids)
        again, _ = sheet(biller, davids)
    assert first.content == again.content
    kept = Document.objects.get(kind="claim.filing-proof")
    assert davids.control_number in kept.label
    assert TimelineEntry.objects.filter(kind="claim.filing_proved", document=kept).count() == 1
    assert biller.get(reverse("core:document", args=[kept.public_id])).status_code == 200
    provider = client_of(world.practice, Role.FRONT_DESK)
    assert provider.get(reverse("core:document", args=[kept.public_id])).status_code == 403

    with clock.travel(clock.now() + timedelta(minutes=2)):
        answered(world, batch, davids)
    with clock.travel(clock.now() + timedelta(minutes=3)):
        sheet(biller, davids)
    assert Document.objects.filter(kind="claim.filing-proof").count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": CLEARINGHOUSE}, "Most payers do not take that as proof"),
        ({"status": "STC*A1:19:PR*20261123*WQ*150~", "number": ""}, "weaker than an acceptance"),
        ({"status": "STC*A7:164:IL*20261123*U*150~", "number": ""}, "newest sending was rejected"),
    ],
)
def test_a_weaker_proof_is_called_what_it_is(
    world: World, biller: Client, davids: Claim, changes: dict[str, str], words: str
) -> None:
    batch = sent(world, davids)
    answered(world, batch, davids, **changes)
    _, text = sheet(biller, davids)
    assert "Record of filing" in text
    assert "Proof of timely filing" not in text
    assert words in text


def test_what_came_after_the_limit_is_said_to_be_late(
    world: World, biller: Client, davids: Claim
) -> None:
    batch = sent(world, davids)
    davids.current_version.filing_deadline_on = date(2026, 11, 20)
    davids.current_version.save(update_fields=["filing_deadline_on"])
    answered(world, batch, davids)
    _, text = sheet(biller, davids)
    assert "That is after the filing limit, 11/20/2026." in text


def test_nothing_sent_is_nothing_to_prove(world: World, biller: Client, davids: Claim) -> None:
    answer, _ = sheet(biller, davids)
    assert answer.status_code == 303
    page = biller.get(answer["Location"]).content.decode()
    assert "This claim was not sent yet" in page
    assert "Record of filing" not in page


def test_of_two_sendings_the_first_acceptance_counts(
    world: World, biller: Client, davids: Claim
) -> None:
    lilys = make_claim(world, lily(world), "99213 /a", on=date(2026, 11, 3), diagnoses=("J020",))
    batch = sent(world, lilys, davids)
    answered(world, batch, davids)
    proof = filing_proof(davids)
    assert [piece.strength for piece in proof.pieces] == [Strength.SENT, Strength.PAYER]
    assert proof.days_left == 70


def test_another_practices_claim_has_no_sheet_here(
    world: World, biller: Client, lakeside: Practice
) -> None:
    with practice_scope(lakeside):
        theirs = make_world(lakeside)
        other = make_claim(theirs, joan(theirs), "99213", on=date(2026, 11, 2))
    assert sheet(biller, other)[0].status_code == 404
