"""A paid claim is corrected: from the button on its page to the payer's reversal and new decision.

All through the front door; the payer's files are brought by a poster, because the payer in it takes
its payment back and decides anew in one file.
"""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from claims.models import Claim, ClaimVersion, Remittance, SubmissionBatch
from core import clock, sweeping
from core.choices import Role
from core.models import Practice
from core.services.documents import read_document
from tests.cast import client_of
from tests.claims.decisions import file_835, paid, reversal
from tests.factories.claims import World, make_claim, make_world, nguyen

pytestmark = [pytest.mark.scenario, pytest.mark.django_db]
WHY = "The referring provider was left out."


@pytest.fixture
def world(in_summit: Practice, settings: object, tmp_path: object) -> World:
    settings.CLAIMLINE_VAR_DIR = tmp_path  # type: ignore[attr-defined]
    return make_world(in_summit)


def post(client: Client, name: str, *args: object, **form: object) -> str:
    response = client.post(reverse(name, args=args), form, follow=True)
    assert response.status_code == 200, response.content.decode()[:2000]
    sweeping.run_all()
    return str(response.content.decode())


def bring(poster: Client, world: World, text: str, trace: str) -> None:
    """The poster uploads the payer's file and posts what it says."""
    file = SimpleUploadedFile("remittance.835", text.encode())
    post(poster, "claims:remittance-upload", partner=world.partner.pk, file=file)
    remittance = Remittance.objects.get(trace_number=trace)
    post(poster, "billing:remittance-post", remittance.public_id)
    remittance.refresh_from_db()
    assert remittance.state == "posted"


def test_paid_corrected_taken_back_and_decided_anew(world: World) -> None:
    biller = client_of(world.practice, Role.BILLER)
    poster = client_of(world.practice, Role.POSTER)
    day = clock.today(world.practice) - timedelta(days=3)
    claim = make_claim(world, nguyen(world), "99213 /a", on=day)
    post(biller, "claims:batch-build", partner=str(world.partner.public_id), act="send")
    bring(poster, world, file_835(paid(claim, "ICN1"), total=90, trace="T1", number=701), "T1")

    page = post(biller, "claims:correct", claim.public_id, reason=WHY)
    assert "The replacement is checked and ready" in page
    post(biller, "claims:batch-build", partner=str(world.partner.public_id), act="send")
    sent = read_document(SubmissionBatch.objects.latest("pk").document).decode()
    assert f"CLM*{claim.control_number}*135***11:B:7*" in sent
    assert "REF*F8*ICN1~" in sent

    answers = (paid(claim, "ICN2", amount=95, share=5, frequency="7"), reversal(claim, "ICN1"))
    bring(poster, world, file_835(*answers, total=5, trace="T2", number=702), "T2")
    found = ClaimVersion.objects.filter(claim=claim).order_by("number")
    assert list(found.values_list("frequency_code", "state", "payer_claim_number")) == [
        ("1", "replaced", "ICN1"), ("7", "adjudicated", "ICN2"),
    ]  # fmt: skip
    claim = Claim.objects.get(pk=claim.pk)
    assert (claim.insurance_balance_amount, claim.patient_balance_amount) == (0, 5)
    assert balance(world.practice, Account.REMIT_CLEARING) == Decimal(95)

    call_command("verify", stdout=StringIO())  # it exits where anything is wrong
