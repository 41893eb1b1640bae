"""The admin site: routes and keys can be set up, what was sent and received only looked at."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim, PayerCredential, TradingPartner
from claims.services.credentials import live_secrets
from claims.services.roads import transport_for
from core.choices import Role
from core.models import AuditEvent
from core.standard_webhooks import PREFIX
from patients.models import PayerPlan
from tests.cast import client_of
from tests.factories.claims import World, batch_of, joan, make_claim

pytestmark = pytest.mark.django_db
LISTS = (
    "tradingpartner", "payerfilingsettings", "payercredential", "claim", "submissionbatch",
    "inboundmessage", "remittance",
)  # fmt: skip


@pytest.fixture
def boss(world: World) -> Client:
    return client_of(world.practice, Role.PRACTICE_ADMIN)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_and_searches(world: World, boss: Client, name: str) -> None:
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    answer = boss.get(reverse(f"admin:claims_{name}_changelist"), {"q": "a"})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["claim", "submissionbatch", "inboundmessage", "remittance"])
def test_what_was_sent_or_received_cannot_be_added(boss: Client, name: str) -> None:
    assert boss.get(reverse(f"admin:claims_{name}_add")).status_code == 403


def test_a_sent_claim_can_only_be_looked_at(world: World, boss: Client) -> None:
    claim = make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    url = reverse("admin:claims_claim_change", args=[claim.pk])
    assert boss.get(url).status_code == 200
    assert boss.post(url, {"control_number": "HACKED"}).status_code == 403
    assert boss.post(reverse("admin:claims_claim_delete", args=[claim.pk])).status_code == 403
    assert Claim.objects.get().control_number == claim.control_number


def test_a_new_key_shows_its_secret_once(world: World, boss: Client) -> None:
    answer = boss.post(
        reverse("admin:claims_payercredential_add"),
        {
            "partner": world.partner.pk, "name": "Events", "scopes": ["ack", "remit"],
            "signing_base": "id.timestamp.body", "tolerance_seconds": "120",
            "events_per_minute": "60", "max_event_bytes": "1048576",
            "max_file_bytes": "26214400", "allowed_fingerprint": "", "expires_at_0": "",
            "expires_at_1": "",
        },
    )  # fmt: skip
    credential = PayerCredential.objects.get()
    secret = live_secrets(credential)[0]
    assert secret.startswith(PREFIX)
    assert secret in answer.content.decode()
    assert (credential.tolerance_seconds, credential.scopes) == (120, ["ack", "remit"])

    page = boss.get(reverse("admin:claims_payercredential_change", args=[credential.pk]))
    assert secret not in page.content.decode()
    told = " ".join(str(event.after) for event in AuditEvent.objects.all())
    assert secret not in told
    assert credential.secret_sealed not in told


def test_a_routes_key_is_sealed_and_an_empty_field_keeps_it(
    world: World, boss: Client, settings: Any
) -> None:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["clearing.example"]
    url = reverse("admin:claims_tradingpartner_change", args=[world.partner.pk])
    form = {
        "name": "Open Clearinghouse", "kind": "clearinghouse", "transport": "https",
        "sender_id": "SUMMIT01", "receiver_id": "OPENCH01", "usage": "P",
        "endpoint_url": "https://clearing.example/", "outbound_folder": "",
        "inbound_folder": "", "idempotency": "key", "is_active": "on", "api_key": "topsecret",
    }  # fmt: skip
    assert boss.post(url, form).status_code == 302
    assert boss.post(url, {**form, "api_key": ""}).status_code == 302

    partner = TradingPartner.objects.get()
    assert "topsecret" not in partner.api_key_sealed
    assert transport_for(partner)._sign_in.key == "topsecret"
    assert "topsecret" not in boss.get(url).content.decode()


def test_a_route_without_an_address_is_refused_at_its_field(world: World, boss: Client) -> None:
    answer = boss.post(
        reverse("admin:claims_tradingpartner_add"),
        {"name": "X", "kind": "payer", "transport": "https", "sender_id": "SUMMIT01",
         "receiver_id": "X01", "usage": "T", "idempotency": "none"},
    )  # fmt: skip
    assert "An HTTPS route needs an address." in answer.content.decode()


def test_a_second_route_with_the_same_ids_is_refused_in_words(world: World, boss: Client) -> None:
    known = world.partner
    answer = boss.post(
        reverse("admin:claims_tradingpartner_add"),
        {"name": "Again", "kind": "payer", "transport": "folder", "outbound_folder": "out",
         "sender_id": known.sender_id, "receiver_id": known.receiver_id, "usage": "T",
         "idempotency": "none"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert "already exists" in answer.content.decode()
    assert TradingPartner.objects.count() == 1


def test_a_row_inside_its_parents_page_knows_the_practice_too(world: World, boss: Client) -> None:
    answer = boss.post(
        reverse("admin:patients_payer_add"),
        {"name": "New Payer", "payer_number": "NEWPAY", "kind": "commercial", "is_active": "on",
         "plans-TOTAL_FORMS": "1", "plans-INITIAL_FORMS": "0", "plans-0-name": "Basic",
         "plans-0-claim_filing_code": "CI", "plans-0-is_active": "on"},
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["errors"]
    assert PayerPlan.objects.get(payer__payer_number="NEWPAY").practice == world.practice


ELSEWHERE = (
    ("folder", "outbound_folder", "../../etc", "below this installation"),
    ("folder", "inbound_folder", "/etc", "below this installation"),
    ("https", "endpoint_url", "https://elsewhere.example/", "not on the list"),
    ("https", "endpoint_url", "http://clearing.example/", "over https only"),
)


@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_route_that_leads_where_claims_may_not_go_is_refused_at_its_field(
    world: World, boss: Client, settings: Any, case: tuple[str, str, str, str]
) -> None:
    transport, field, value, words = case
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["clearing.example"]
    sent = {
        "name": "X", "kind": "payer", "transport": transport, "sender_id": "SUMMIT01",
        "receiver_id": "X01", "usage": "T", "idempotency": "none", "outbound_folder": "out",
        "endpoint_url": "https://clearing.example/",
    }  # fmt: skip
    url = reverse("admin:claims_tradingpartner_add")
    answer = boss.post(url, {**sent, field: value})
    assert words in str(answer.context["adminform"].form.errors[field])
    assert boss.post(url, sent).status_code == 302


def _route(**columns: str) -> dict[str, str]:
    """What an admin types for a route; by mail unless `columns` say otherwise."""
    return {
        "name": "By mail", "kind": "payer", "transport": "paper", "sender_id": "",
        "receiver_id": "", "usage": "P", "endpoint_url": "", "outbound_folder": "",
        "inbound_folder": "", "idempotency": "none", "is_active": "on", "api_key": "", **columns,
    }  # fmt: skip


def test_a_route_by_mail_needs_no_ids_and_there_may_be_several(world: World, boss: Client) -> None:
    url = reverse("admin:claims_tradingpartner_add")
    for name in ("By mail", "By mail, second"):
        assert boss.post(url, _route(name=name)).status_code == 302
    assert TradingPartner.objects.filter(transport="paper").count() == 2


def test_a_route_of_files_without_ids_is_refused_at_the_fields(world: World, boss: Client) -> None:
    url = reverse("admin:claims_tradingpartner_add")
    answer = boss.post(url, _route(transport="folder", outbound_folder="out/x"))
    assert answer.content.decode().count("A file cannot be addressed without it.") == 2
