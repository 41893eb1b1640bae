"""The pages of claims: they open, say where things are, and keep practices apart."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from claims.models import Claim, InboundMessage, ScrubFinding, SubmissionBatch
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from core.choices import Role
from core.models import AuditEvent, Practice
from tests.cast import client_of
from tests.claims.documents import document, enveloped, receive
from tests.factories.claims import World, batch_of, joan, lily, make_claim, nguyen

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def claim(world: World) -> Claim:
    return make_claim(world, joan(world), "99214-25 /ab", "20610-RT /a", on=NOVEMBER_2)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def detail(claim: Claim, tab: str = "") -> str:
    url = reverse("claims:detail", args=[claim.public_id])
    return f"{url}?tab={tab}" if tab else url


def test_the_worklist_shows_ready_claims_in_their_bucket(biller: Client, claim: Claim) -> None:
    page = text(biller.get(reverse("claims:worklist"), {"bucket": "ready"}))
    assert claim.control_number in page
    assert "Testpatient, Joan" in page
    assert claim.control_number not in text(
        biller.get(reverse("claims:worklist"), {"bucket": "rejected"})
    )


@pytest.mark.parametrize(
    "bucket",
    ["needs-fix", "waiting-provider", "on-hold", "ready", "rejected", "no-acknowledgement",
     "no-answer", "denied", "appeal-out", "underpaid", "secondary-due", "filing-limit",
     "snoozed", "open", "all"],
)  # fmt: skip
def test_every_bucket_opens(biller: Client, claim: Claim, bucket: str) -> None:
    assert biller.get(reverse("claims:worklist"), {"bucket": bucket}).status_code == 200


def test_the_worklist_asks_the_same_number_of_questions_for_any_number_of_claims(
    world: World, biller: Client, claim: Claim, django_assert_max_num_queries: Any
) -> None:
    for number in range(2, 8):
        make_claim(world, nguyen(world, number), "99213", on=NOVEMBER_2)
    biller.get(reverse("claims:worklist"))
    with django_assert_max_num_queries(25):
        page = text(biller.get(reverse("claims:worklist"), {"bucket": "open"}))
    assert page.count("Nguyen, David") == 6


def test_the_claim_page_says_where_it_is_and_what_to_do(biller: Client, claim: Claim) -> None:
    page = text(biller.get(detail(claim)))
    assert "Checked and ready: it goes to Medicare Part B with the next batch." in page
    assert "made the claim for Medicare Part B" in page
    assert AuditEvent.objects.filter(action="read", subject_id=claim.pk).exists()


@pytest.mark.parametrize("tab", ["timeline", "lines", "edits", "documents", "raw", "nonsense"])
def test_every_tab_opens_before_and_after_sending(
    world: World, biller: Client, claim: Claim, tab: str
) -> None:
    assert biller.get(detail(claim, tab)).status_code == 200
    batch_of(world, claim)
    send_due()
    assert biller.get(detail(claim, tab)).status_code == 200


def test_the_claim_page_asks_a_bounded_number_of_questions(
    biller: Client, claim: Claim, django_assert_max_num_queries: Any
) -> None:
    biller.get(detail(claim))
    with django_assert_max_num_queries(30):
        biller.get(detail(claim))


def test_the_raw_tab_shows_this_claim_only(world: World, biller: Client, claim: Claim) -> None:
    other = make_claim(world, lily(world), "99213 /a", on=NOVEMBER_2)
    batch_of(world, claim, other)
    page = text(biller.get(detail(claim, "raw")))
    assert f"CLM*{claim.control_number}*" in page
    assert "CARTER" not in page


def test_an_answered_claim_shows_how_the_money_ties_out(world: World, biller: Client) -> None:
    claim = make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=NOVEMBER_2,
    )  # fmt: skip
    batch_of(world, claim)
    send_due()
    claim.refresh_from_db()
    receive(world, enveloped(document("w10.835", SFM1001=claim)))
    page = text(biller.get(detail(claim)))
    assert "390.00 = 187.30 + 161.50 + 41.20" in page
    assert "CO-45" in page


def test_checking_again_and_holding_go_through_the_page(biller: Client, claim: Claim) -> None:
    hold = reverse("claims:hold", args=[claim.public_id])
    refused = biller.post(hold, {"reason": ""})
    assert refused.status_code == 422
    assert "Say why it waits." in text(refused)
    claim.refresh_from_db()
    assert claim.hold_reason == ""

    biller.post(hold, {"reason": "Waiting for the note"})
    assert "On hold: Waiting for the note." in text(biller.get(detail(claim)))
    biller.post(reverse("claims:let-go", args=[claim.public_id]))
    biller.post(reverse("claims:recheck", args=[claim.public_id]))
    claim.refresh_from_db()
    assert (claim.hold_reason, claim.current_version.state) == ("", "ready")


def test_an_empty_note_is_refused_at_its_field_and_a_full_one_kept(
    biller: Client, claim: Claim
) -> None:
    url = reverse("claims:note", args=[claim.public_id])
    refused = biller.post(url, {"text": "  "})
    assert refused.status_code == 422
    assert "Write something first." in text(refused)
    assert biller.post(url, {"text": "Called, on hold 20 minutes."}).status_code == 303
    shown = text(biller.get(detail(claim)))
    assert "wrote a note" in shown
    assert "Called, on hold 20 minutes." in shown


def test_an_override_needs_its_reason(world: World, biller: Client, claim: Claim) -> None:
    finding = ScrubFinding.objects.create(
        practice=world.practice, version=claim.current_version, code="TFL-01", severity="O",
        message="Late", field="x",
    )  # fmt: skip
    url = reverse("claims:override", args=[finding.public_id])
    refused = biller.post(url, {"reason": "no"})
    assert refused.status_code == 422
    assert 'value="no"' in text(refused)
    finding.refresh_from_db()
    assert finding.overridden_at is None
    biller.post(url, {"reason": "The payer confirmed it by phone."})
    finding.refresh_from_db()
    assert finding.override_reason == "The payer confirmed it by phone."


def test_build_and_send_and_the_dry_run_differ_in_everything(
    world: World, biller: Client, claim: Claim
) -> None:
    url = reverse("claims:batch-build")
    assert "Build and send 1 claim" in text(biller.get(url))
    biller.post(url, {"partner": str(world.partner.public_id), "act": "dry-run"})
    dry = SubmissionBatch.objects.get()
    assert (dry.is_test, dry.reference) == (True, "TEST000000001")
    assert "was sent to nobody" in text(biller.get(reverse("claims:batch", args=[dry.public_id])))
    assert send_due() == 0

    biller.post(url, {"partner": str(world.partner.public_id), "act": "send"})
    real = SubmissionBatch.objects.get(is_test=False)
    page = text(biller.get(reverse("claims:batch", args=[real.public_id])))
    assert "Waiting to be sent" in page
    assert claim.control_number in page


def test_chosen_claims_go_from_the_worklist_and_the_rest_is_named(
    world: World, biller: Client, claim: Claim
) -> None:
    held = make_claim(world, lily(world), "99213 /a", on=NOVEMBER_2)
    Claim.objects.filter(pk=held.pk).update(hold_reason="wait")
    ids = [str(claim.public_id), str(held.public_id)]
    url = reverse("claims:batch-build")
    assert "Nothing was sent: say whether to send" in text(
        biller.post(url, {"ids": ids}, follow=True)
    )
    answer = biller.post(url, {"ids": ids, "bulk": "batch"}, follow=True)
    assert "1 claim stayed: it is on hold" in text(answer)
    assert SubmissionBatch.objects.get().claim_count == 1


def test_lists_of_batches_messages_and_remittances_open(
    world: World, biller: Client, claim: Claim
) -> None:
    batch_of(world, claim)
    receive(world, enveloped(document("w12.835")))
    for name in ("claims:batches", "claims:inbox", "claims:remittances"):
        assert biller.get(reverse(name)).status_code == 200


def test_an_upload_is_kept_first_and_processed_then(world: World) -> None:
    poster = client_of(world.practice, Role.POSTER)
    url = reverse("claims:remittance-upload")
    assert poster.post(url, {}).status_code == 422
    file = SimpleUploadedFile("x.835", enveloped(document("w12.835")).encode())
    answer = poster.post(url, {"partner": world.partner.pk, "file": file})
    assert answer.status_code == 303
    page = poster.get(answer["Location"])
    assert page.status_code == 200

    process_due()
    assert InboundMessage.objects.get().state == "applied"
    assert "NP0012" in text(poster.get(answer["Location"]))


def test_a_message_set_aside_can_be_replayed_from_its_page(world: World, biller: Client) -> None:
    message = receive(world, "this is no X12")
    url = reverse("claims:inbox-message", args=[message.public_id])
    assert "Process it again" in text(biller.get(url))
    door = reverse("claims:replay", args=[message.public_id])
    assert "Say why it should be processed again" in text(biller.post(door, {"reason": " "}))
    biller.post(door, {"reason": "They sent the rest of it."})
    message.refresh_from_db()
    assert message.state == "received"
    assert "They sent the rest of it." in text(biller.get(url))


def test_the_other_practice_sees_none_of_it(world: World, lakeside: Practice, claim: Claim) -> None:
    batch = batch_of(world, claim)
    message = receive(world, "this is no X12")
    outsider = client_of(lakeside, Role.MANAGER)
    for name, row in (
        ("claims:detail", claim), ("claims:peek", claim), ("claims:batch", batch),
        ("claims:inbox-message", message),
    ):  # fmt: skip
        assert outsider.get(reverse(name, args=[row.public_id])).status_code == 404
    assert outsider.post(reverse("claims:recheck", args=[claim.public_id])).status_code == 404
    assert claim.control_number not in text(
        outsider.get(reverse("claims:worklist"), {"bucket": "all"})
    )


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CODER, Role.FRONT_DESK, Role.POSTER])
def test_only_billers_send(world: World, claim: Claim, role: str) -> None:
    client = client_of(world.practice, role)
    assert client.get(detail(claim)).status_code == 200
    assert client.post(reverse("claims:batch-build")).status_code == 403
    assert client.post(reverse("claims:recheck", args=[claim.public_id])).status_code == 403


def test_a_system_admin_sees_no_patient(world: World, claim: Claim) -> None:
    client = client_of(world.practice, Role.SYSTEM_ADMIN)
    assert client.get(detail(claim)).status_code == 403
    assert client.get(reverse("claims:worklist")).status_code == 403


def test_no_address_of_ours_names_a_person(world: World, biller: Client, claim: Claim) -> None:
    page = text(biller.get(reverse("claims:worklist"), {"bucket": "open"}))
    links = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert not any("estpatient" in link.lower() for link in links)
