"""A dry run that cannot be mistaken: TEST on everything, nothing moved, nothing sent."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim, SubmissionAttempt, SubmissionBatch, Transmission
from claims.services import queue_batch as service
from claims.services.send_transmission import send_due
from core.choices import Role
from core.services.documents import read_document
from tests.cast import client_of
from tests.factories.claims import World, joan, make_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(world: World) -> Claim:
    return make_claim(world, joan(world), "99213", on=date(2026, 11, 2))


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def dry_run(biller: Client) -> SubmissionBatch:
    biller.post(reverse("claims:batch-build"), {"act": "dry-run"})
    return SubmissionBatch.objects.get(is_test=True)


def test_file_batch_name_and_pages_say_test(biller: Client, claim: Claim) -> None:
    batch = dry_run(biller)
    isa = read_document(batch.document).decode().split("~")[0].split("*")
    assert isa[15] == "T"
    assert batch.reference.startswith("TEST")
    assert batch.document.label.startswith("TEST ")
    download = biller.get(reverse("core:document", args=[batch.document.public_id]))
    assert 'filename="TEST-' in download["Content-Disposition"]
    page = biller.get(reverse("claims:batch", args=[batch.public_id])).content.decode()
    assert "<title>TEST Batch TEST" in page
    assert "TEST, not sent" in page
    listed = biller.get(reverse("claims:batches")).content.decode()
    assert batch.reference not in listed, "it does not stand among the real ones"
    tests = biller.get(reverse("claims:batches"), {"bucket": "test"}).content.decode()
    assert batch.reference in tests


def test_it_moves_no_claim_and_leaves_nothing_to_send(biller: Client, claim: Claim) -> None:
    dry_run(biller)
    claim.refresh_from_db()
    assert claim.version.state == "ready"
    assert claim.version.current_attempt is None
    assert not SubmissionAttempt.objects.exists()
    assert not Transmission.objects.exists()
    assert send_due() == 0


def test_a_test_file_put_into_the_outbox_all_the_same_does_not_leave(
    world: World, biller: Client, claim: Claim
) -> None:
    batch = dry_run(biller)
    Transmission.objects.create(practice=world.practice, batch=batch, idempotency_key="mistaken")
    send_due()
    assert Transmission.objects.get().state == "refused"


def test_control_numbers_are_never_given_out_twice_also_after_a_dry_run(
    biller: Client, claim: Claim
) -> None:
    test = dry_run(biller)
    biller.post(reverse("claims:batch-build"), {"act": "send"})
    real = SubmissionBatch.objects.get(is_test=False)
    assert int(real.interchange_control_number) == int(test.interchange_control_number) + 1
    assert int(real.group_control_number) == int(test.group_control_number) + 1


def test_a_set_holds_no_more_than_500_claims(
    world: World, biller: Client, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert service.CLAIMS_PER_SET == 500
    monkeypatch.setattr(service, "CLAIMS_PER_SET", 1)
    make_claim(world, joan(world), "99214", on=date(2026, 11, 3))
    biller.post(reverse("claims:batch-build"), {"act": "send"})
    batch = SubmissionBatch.objects.get()
    text = read_document(batch.document).decode()
    assert (batch.set_count, text.count("ST*837*"), text.count("CLM*")) == (2, 2, 2)
    numbers = set(SubmissionAttempt.objects.values_list("set_control_number", flat=True))
    assert numbers == {"0001", "0002"}
