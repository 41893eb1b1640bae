"""Wrong input at each step of the road: a clear message at its field or a stored exception."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from billing.models import Journal
from claims.models import InboundMessage, PayerCredential, Remittance, TradingPartner
from claims.services.credentials import create_credential
from core import clock, sweeping
from core.choices import Role
from core.models import AuditEvent, Practice
from core.services.api_tokens import issue_api_token
from core.tenancy import practice_scope
from patients.models import Encounter
from tests.cast import client_of
from tests.factories.claims import World, joan, make_world

pytestmark = [pytest.mark.scenario, pytest.mark.django_db]
W10 = (Path(__file__).parent.parent / "claims/data/w10.835").read_bytes()


@pytest.fixture
def world(in_summit: Practice) -> World:
    return make_world(in_summit)


def uploaded(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("era.835", content, content_type="application/edi-x12")
    partner = TradingPartner.objects.get().pk
    form = {"file": file, "partner": partner}
    response = client.post(reverse("claims:remittance-upload"), form, follow=True)
    sweeping.run_all()
    return response


def test_an_unknown_code_is_told_at_its_field_and_nothing_is_added(world: World) -> None:
    day = clock.today(world.practice) - timedelta(days=1)
    from_desk = client_of(world.practice, Role.FRONT_DESK)
    patient = joan(world)
    from_desk.post(
        reverse("patients:encounter-new", args=[patient.public_id]),
        {"service_date_from": f"{day:%Y-%m-%d}", "rendering_provider": world.reyes.pk,
         "facility": world.facility.pk, "billing_provider": world.billing_provider.pk,
         "visit_kind": "office", "note_text": "Seen."},
    )  # fmt: skip
    case = Encounter.objects.get().coding_case
    coder = client_of(world.practice, Role.CODER)
    response = coder.post(
        reverse("coding:diagnosis-add", args=[case.public_id]), {"q": "X99.9"}, follow=True
    )
    page = response.content.decode()
    assert "X99.9" in page
    assert "no code" in page or "No code" in page
    assert not case.diagnoses.exists()


def test_a_missing_npi_is_told_at_its_field(world: World) -> None:
    _, token = issue_api_token(practice=world.practice, name="EHR", scopes=["encounters:write"])
    response = Client().post(
        reverse("api-encounters"),
        {"patient_mrn": joan(world).mrn, "service_date_from": "2026-11-02"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "1"},
    )
    assert response.status_code == 422
    assert response["Content-Type"].startswith("application/problem+json")
    fields = [problem["field"] for problem in response.json()["errors"]]
    assert fields == ["rendering_provider_npi"]
    assert not Encounter.objects.exists()


def test_an_unsigned_callback_is_refused_and_only_its_hash_is_kept(world: World) -> None:
    credential, _ = create_credential(partner=world.partner, name="Clearinghouse")
    assert isinstance(credential, PayerCredential)
    response = Client().post(
        f"/payers/v1/{credential.key_id}/events", W10, content_type="application/edi-x12"
    )
    assert (response.status_code, response.json()["code"]) == (401, "unauthorized")
    assert not InboundMessage.objects.exists()
    assert AuditEvent.objects.filter(action="callback.refused").exists()


def test_a_truncated_835_is_kept_with_its_reason_and_posts_nothing(world: World) -> None:
    poster = client_of(world.practice, Role.POSTER)
    response = uploaded(poster, W10[: len(W10) // 2])
    assert response.status_code == 200
    message = InboundMessage.objects.get()
    assert message.state == "quarantined"
    assert not Remittance.objects.filter(state__in=["matched", "posted"]).exists()
    assert not Journal.objects.exists()
    page = poster.get(reverse("claims:inbox-message", args=[message.public_id]))
    assert page.status_code == 200


def test_an_835_off_by_one_cent_is_kept_out_of_balance_and_posts_nothing(world: World) -> None:
    poster = client_of(world.practice, Role.POSTER)
    uploaded(poster, W10.replace(b"*101.92**1", b"*101.93**1"))
    remittance = Remittance.objects.get()
    assert remittance.state == "out_of_balance"
    assert any("off by 0.01" in str(fault) for fault in remittance.faults)
    assert not Journal.objects.exists()
    page = poster.get(reverse("billing:remittance", args=[remittance.public_id])).content.decode()
    assert "101.93" in page


def test_the_other_practices_patient_is_not_there(world: World, lakeside: Practice) -> None:
    with practice_scope(lakeside):
        stranger = joan(make_world(lakeside))
    for role in (Role.FRONT_DESK, Role.BILLER, Role.MANAGER):
        client = client_of(world.practice, role)
        for name in ("desk:patient-chart", "billing:account"):
            url = reverse(name, args=[stranger.public_id])
            assert client.get(url).status_code == 404, f"{role} {name}"
