"""Correct and void on the claim page: what is offered, what is refused in words, and to whom."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from billing.posting.post_remittance import post_remittance
from claims.models import Claim, ClaimVersion, PayerFilingSettings, SubmissionBatch
from claims.services.send_transmission import send_due
from core.choices import Role
from core.models import Practice
from core.services.documents import read_document
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.claims.decisions import decided, denied, paid
from tests.claims.views.test_pages import detail, text
from tests.factories.claims import World, batch_of, joan, make_claim, make_world, nguyen

pytestmark = pytest.mark.django_db
WHY = "The authorization was left out."


@pytest.fixture
def claim(world: World) -> Claim:
    """Denied by Acme, and posted."""
    claim = make_claim(world, nguyen(world), "99213 /a", on=date(2026, 11, 3))
    batch_of(world, claim)
    send_due()
    claim.refresh_from_db()
    post_remittance(
        remittance=decided(world, denied(claim, "ICN1"), total=0, trace="EFT1", number=601)
    )
    return claim


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def url(claim: Claim, name: str) -> str:
    return reverse(f"claims:{name}", args=[claim.public_id])


def test_a_denied_claim_is_corrected_on_its_page_which_then_tells_its_versions(
    biller: Client, claim: Claim
) -> None:
    page = text(biller.get(detail(claim)))
    assert "a replacement (frequency 7) of" in page
    page = text(biller.post(url(claim, "correct"), {"reason": WHY}, follow=True))
    assert "Made a replacement claim: it can be sent" in page
    assert "The replacement is checked and ready" in page
    assert "Replaced" in page, "the versions are told"


def test_the_timeline_tells_who_corrected_it_and_why(biller: Client, claim: Claim) -> None:
    page = text(biller.post(url(claim, "correct"), {"reason": WHY}, follow=True))
    assert f"made version 2, a replacement claim: {WHY}" in page
    assert "payer claim ICN1" in page


def test_without_a_reason_the_field_says_so_and_what_was_typed_stays(
    biller: Client, claim: Claim
) -> None:
    answer = biller.post(url(claim, "correct"), {"reason": ""})
    assert answer.status_code == 422
    assert "Say what is corrected." in text(answer)
    answer = biller.post(url(claim, "void"), {"reason": "x" * 301})
    assert answer.status_code == 422
    assert "x" * 301 in text(answer)
    assert ClaimVersion.objects.count() == 1


def test_a_payer_that_takes_no_replacement_says_so_in_place_of_the_button(
    biller: Client, claim: Claim
) -> None:
    PayerFilingSettings.objects.update(correction_mode="reopen")
    page = text(biller.get(detail(claim)))
    assert "reopen the decision for a clerical error" in page
    assert url(claim, "correct") not in page
    page = text(biller.post(url(claim, "correct"), {"reason": WHY}, follow=True))
    assert "takes no replacement claims" in page
    assert ClaimVersion.objects.count() == 1


def test_dropped_it_stands_as_the_payer_decided_it(biller: Client, claim: Claim) -> None:
    biller.post(url(claim, "correct"), {"reason": WHY})
    page = text(biller.post(url(claim, "drop-correction"), follow=True))
    assert "the payer's decision stands" in page.replace("&#x27;", "'")
    assert "There is no unsent correction to drop." in text(
        biller.post(url(claim, "drop-correction"), follow=True)
    )


def test_a_void_is_made_of_what_was_sent(biller: Client, claim: Claim) -> None:
    page = text(biller.post(url(claim, "void"), {"reason": "Another patient."}, follow=True))
    assert "Made a void claim: it can be sent" in page
    assert ClaimVersion.objects.get(number=2).frequency_code == "8"


def test_a_denied_claim_says_until_when_one_may_appeal(biller: Client, claim: Claim) -> None:
    assert "Appeal by" not in text(biller.get(detail(claim)))
    PayerFilingSettings.objects.update(appeal_limit_days=60)
    assert "01/21/2027" in text(biller.get(detail(claim)))


def test_billers_and_managers_may_and_nobody_else(claim: Claim) -> None:
    for role in set(Role) - {Role.BILLER, Role.MANAGER}:
        client = client_of(claim.practice, role)
        for name in ("correct", "void", "drop-correction"):
            assert client.post(url(claim, name), {"reason": WHY}).status_code == 403, role
    assert "Correct claim" not in text(client_of(claim.practice, Role.POSTER).get(detail(claim)))


def test_the_other_practices_claim_is_not_there(biller: Client, lakeside: Practice) -> None:
    with practice_scope(lakeside):
        world = make_world(lakeside)
        theirs = make_claim(world, joan(world), "99213", on=date(2026, 11, 3))
    for name in ("correct", "void", "drop-correction"):
        assert biller.post(url(theirs, name), {"reason": WHY}).status_code == 404


def test_paid_corrected_sent_by_its_batch_names_the_payers_claim(
    world: World, biller: Client
) -> None:
    claim = make_claim(world, nguyen(world, 2), "99213 /a", on=date(2026, 11, 3))
    batch_of(world, claim)
    send_due()
    claim.refresh_from_db()
    post_remittance(
        remittance=decided(world, paid(claim, "ICN7"), total=90, trace="EFT2", number=602)
    )
    biller.post(url(claim, "correct"), {"reason": WHY})
    batch_of(world, claim)
    file = read_document(SubmissionBatch.objects.latest("pk").document).decode()
    assert "REF*F8*ICN7~" in file
