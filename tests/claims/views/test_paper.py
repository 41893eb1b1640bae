"""Claims on paper through the pages: print, mail, take back, and set one's printer right."""

from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim, PrinterOffset, SubmissionBatch, TradingPartner
from claims.services.mailing import mark_mailed, mark_printed
from claims.services.queue_batch import queue_batch
from claims.services.watch_clocks import report_silence
from core import clock
from core.choices import Role
from core.models import AuditEvent, Practice
from core.services.documents import read_document
from tests.cast import client_of
from tests.factories.claims import World, joan, lily, make_claim, on_paper

pytestmark = pytest.mark.django_db
NOVEMBER_2, TODAY = date(2026, 11, 2), date(2026, 11, 23)


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def paper(world: World) -> TradingPartner:
    return on_paper(world, world.acme)


@pytest.fixture
def claim(world: World, paper: TradingPartner) -> Claim:
    return make_claim(world, lily(world), "99213 /a", on=NOVEMBER_2)


@pytest.fixture
def batch(paper: TradingPartner, claim: Claim) -> SubmissionBatch:
    return queue_batch(partner=paper, versions=[claim.version])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def address(name: str, batch: SubmissionBatch) -> str:
    return reverse(f"claims:{name}", args=[batch.public_id])


def body(client: Client, batch: SubmissionBatch) -> str:
    return text(client.get(address("batch", batch)))


def test_the_build_page_makes_forms_for_a_payer_on_paper(biller: Client, claim: Claim) -> None:
    page = text(biller.get(reverse("claims:batch-build")))
    assert "Make forms for 1 claim" in page
    answer = biller.post(reverse("claims:batch-build"), {"act": "send"}, follow=True)
    assert "1 claim to print and mail" in text(answer)
    assert "Open the forms to print" in text(answer)
    assert SubmissionBatch.objects.get().is_paper


def test_claims_by_wire_and_on_paper_are_sent_with_one_press(
    world: World, biller: Client, claim: Claim
) -> None:
    make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    answer = biller.post(reverse("claims:batch-build"), {"act": "send"}, follow=True)
    assert "1 claim on its way, 1 to print and mail" in text(answer)


def test_the_list_of_batches_has_what_is_to_print_and_what_is_to_mail(
    biller: Client, batch: SubmissionBatch
) -> None:
    url = reverse("claims:batches")
    assert batch.reference in text(biller.get(url, {"bucket": "to-print"}))
    assert batch.reference not in text(biller.get(url, {"bucket": "to-mail"}))
    mark_printed(batch=batch, user=None)
    assert batch.reference in text(biller.get(url, {"bucket": "to-mail"}))


def test_the_forms_open_as_they_are_kept_and_each_opening_is_recorded(
    biller: Client, batch: SubmissionBatch, claim: Claim
) -> None:
    first = biller.get(address("batch-forms", batch))
    assert first["Content-Type"] == "application/pdf"
    assert "Carter" not in first["Content-Disposition"]
    assert first.content == read_document(batch.document)
    assert biller.get(address("batch-forms", batch)).content == first.content
    reads = AuditEvent.objects.filter(action="file.read", after__patients=[claim.patient_id])
    assert reads.count() == 2


def test_ones_own_printer_moves_what_one_opens_and_nobody_elses(
    world: World, biller: Client, batch: SubmissionBatch
) -> None:
    biller.post(reverse("claims:printer"), {"x_mm": "1.5", "y_mm": "-2"})
    kept = read_document(batch.document)
    assert biller.get(address("batch-forms", batch)).content != kept
    manager = client_of(world.practice, Role.MANAGER)
    assert manager.get(address("batch-forms", batch)).content == kept


def test_print_mail_and_take_back_through_the_page(
    biller: Client, batch: SubmissionBatch, claim: Claim
) -> None:
    biller.post(address("batch-printed", batch))
    page = body(biller, batch)
    assert "put the forms into their envelopes" in page
    assert 'value="2026-11-23"' in page
    biller.post(address("batch-spoiled", batch))
    assert "Every form came out" in body(biller, batch)
    biller.post(address("batch-printed", batch))

    biller.post(
        address("batch-mailed", batch), {"mailed_on": "2026-11-23", "mail_reference": "7020 1810"}
    )
    page = body(biller, batch)
    assert "Nobody acknowledges paper" in page
    assert "7020 1810" in page
    claim_page = text(biller.get(reverse("claims:detail", args=[claim.public_id])))
    assert "Mailed to Acme Health Plan: nothing to do but wait." in claim_page
    assert "Next: Word of the mailed claim, by 12/23/2026." in claim_page
    assert "mailed the claim on 11/23/2026" in claim_page

    biller.post(address("batch-unmailed", batch))
    assert "put the forms into their envelopes" in body(biller, batch)


def test_a_day_to_come_is_refused_at_its_field_and_what_was_typed_stays(
    biller: Client, batch: SubmissionBatch
) -> None:
    mark_printed(batch=batch, user=None)
    answer = biller.post(
        address("batch-mailed", batch), {"mailed_on": "2026-11-24", "mail_reference": "7020"}
    )
    assert answer.status_code == 422
    assert "This day is still to come." in text(answer)
    assert 'value="7020"' in text(answer)
    nothing = biller.post(address("batch-mailed", batch), {"mailed_on": ""})
    assert "Say on which day." in text(nothing)
    batch.mailing.refresh_from_db()
    assert batch.mailing.state == "printed"


def test_a_second_press_says_what_is_the_case(biller: Client, batch: SubmissionBatch) -> None:
    biller.post(address("batch-printed", batch))
    answer = biller.post(address("batch-printed", batch), follow=True)
    assert "printed and not mailed yet" in text(answer)


def test_a_mailed_claim_without_a_word_is_not_answered_rather_than_not_acknowledged(
    world: World, batch: SubmissionBatch, claim: Claim
) -> None:
    mark_printed(batch=batch, user=None)
    mark_mailed(batch=batch, mailed_on=TODAY, user=None)
    with clock.travel(clock.now() + timedelta(days=31)):
        report_silence()
        biller, url = client_of(world.practice, Role.BILLER), reverse("claims:worklist")
        assert claim.control_number in text(biller.get(url, {"bucket": "no-answer"}))
        assert claim.control_number not in text(biller.get(url, {"bucket": "no-acknowledgement"}))
        page = text(biller.get(reverse("claims:detail", args=[claim.public_id])))
    assert "Mailed, and Acme Health Plan has said nothing: ask whether they have it." in page


def test_taking_apart_gives_the_claims_back(
    biller: Client, batch: SubmissionBatch, claim: Claim
) -> None:
    answer = biller.post(address("batch-apart", batch), follow=True)
    assert "Taken apart before it was mailed" in text(answer)
    claim.refresh_from_db()
    assert claim.version.state == "ready"


def test_the_raw_tab_shows_the_rows_before_and_after_printing(
    biller: Client, paper: TradingPartner, claim: Claim
) -> None:
    url = reverse("claims:detail", args=[claim.public_id]) + "?tab=raw"
    page = text(biller.get(url))
    assert "As it would be printed now" in page
    assert "  10 CARTER, LILY" in page
    made = queue_batch(partner=paper, versions=[claim.version])
    assert f"As on paper in batch {made.reference}" in text(biller.get(url))


@pytest.mark.parametrize("tab", ["timeline", "lines", "edits", "documents", "raw"])
def test_every_tab_of_a_claim_on_paper_opens(
    biller: Client, batch: SubmissionBatch, claim: Claim, tab: str
) -> None:
    mark_printed(batch=batch, user=None)
    mark_mailed(batch=batch, mailed_on=TODAY, user=None)
    url = reverse("claims:detail", args=[claim.public_id])
    assert biller.get(url, {"tab": tab}).status_code == 200


def test_an_offset_is_checked_at_its_field_and_kept(world: World, biller: Client) -> None:
    url = reverse("claims:printer")
    refused = biller.post(url, {"x_mm": "25", "y_mm": "abc"})
    assert refused.status_code == 422
    assert "At most 20 mm either way." in text(refused)
    assert "Enter millimeters like 1.5." in text(refused)
    assert 'value="abc"' in text(refused)
    assert not PrinterOffset.objects.exists()
    biller.post(url, {"x_mm": "1.5", "y_mm": "-0.4"})
    page = text(biller.get(url))
    assert 'value="1.5"' in page
    assert 'value="-0.4"' in page
    assert "moved as kept here" in page


def test_the_test_page_is_one_sheet(biller: Client) -> None:
    answer = biller.get(reverse("claims:printer-test"))
    with pypdfium2.PdfDocument(answer.content) as pdf:
        assert len(pdf) == 1


def test_a_file_that_goes_by_wire_has_no_forms(world: World, biller: Client) -> None:
    claim = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    wired = queue_batch(partner=world.partner, versions=[claim.version])
    assert biller.get(address("batch-forms", wired)).status_code == 404
    assert biller.post(address("batch-printed", wired)).status_code == 404


def test_the_other_practice_finds_no_forms(lakeside: Practice, batch: SubmissionBatch) -> None:
    outsider = client_of(lakeside, Role.MANAGER)
    assert outsider.get(address("batch-forms", batch)).status_code == 404
    assert outsider.post(address("batch-printed", batch)).status_code == 404
    batch.mailing.refresh_from_db()
    assert batch.mailing.state == "to_print"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.POSTER, Role.CODER, Role.FRONT_DESK])
def test_only_billers_print_and_mail(world: World, batch: SubmissionBatch, role: str) -> None:
    client = client_of(world.practice, role)
    assert client.get(address("batch-forms", batch)).status_code == 403
    assert client.post(address("batch-mailed", batch)).status_code == 403


def test_who_only_reads_sees_the_batch_without_its_buttons(
    world: World, batch: SubmissionBatch
) -> None:
    page = body(client_of(world.practice, Role.AUDITOR), batch)
    assert "To be printed" in page
    assert "Every form came out" not in page
