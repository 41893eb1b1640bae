"""Integrations on screen: keys and addresses are made once, shown once, watched and ended."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.choices import EndpointState, Role, WebhookState
from core.models import ApiToken, Practice, WebhookDelivery, WebhookEndpoint
from core.services.api_tokens import hash_token
from core.services.deliver_webhooks import deliver_due_events
from core.services.webhook_endpoints import live_secrets, make_endpoint
from tests.cast import client_of
from tests.factories.api import caller
from tests.servers.sink import Reply, sink

pytestmark = pytest.mark.django_db
KEY = {
    "name": "Our EHR", "scopes": ["claims:read", "charges:write"], "calls_per_minute": "600",
    "last_day": "",
}  # fmt: skip
HOOK = {"name": "Our ledger", "url": "https://hooks.example.com/in", "events": ["claim.decided"]}


@pytest.fixture
def admin(summit: Practice) -> Client:
    return client_of(summit, Role.PRACTICE_ADMIN)


@pytest.fixture
def endpoint(in_summit: Practice) -> WebhookEndpoint:
    return make_endpoint(practice=in_summit, **HOOK)[0]


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_key_is_made_and_shown_once(admin: Client) -> None:
    answer = admin.post(reverse("core:api-key-new"), KEY)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    [secret] = re.findall(r"clk_[\w-]{40,}", text_of(answer))
    token = ApiToken.everywhere.get()
    assert token.token_hash == hash_token(secret)
    page = text_of(admin.get(reverse("core:api-key", args=[token.public_id])))
    assert secret not in page
    assert "Never used" in page
    assert "Read claims with their timeline" in page
    assert "Our EHR" in text_of(admin.get(reverse("core:api-keys")))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Name is missing."),
        ({"scopes": []}, "Choose what the key may do."),
        ({"scopes": ["claims:burn"]}, "claims:burn"),
        ({"calls_per_minute": "0"}, "greater than or equal to 1"),
        ({"last_day": "01/01/2020"}, "Choose today or a day to come."),
    ],
)
def test_a_key_that_cannot_be_is_refused_at_its_field(
    admin: Client, changes: dict[str, Any], words: str
) -> None:
    answer = admin.post(reverse("core:api-key-new"), {**KEY, **changes})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not ApiToken.everywhere.exists()


def test_a_key_is_changed_renewed_and_revoked_on_its_page(admin: Client) -> None:
    admin.post(reverse("core:api-key-new"), KEY)
    token = ApiToken.everywhere.get()
    changed = {**KEY, "scopes": ["journal:read"], "last_day": "12/31/2999"}
    assert admin.post(
        reverse("core:api-key-change", args=[token.public_id]), changed
    ).status_code == 303  # fmt: skip
    refused = admin.post(
        reverse("core:api-key-change", args=[token.public_id]), {**changed, "scopes": []}
    )
    assert refused.status_code == 422
    answer = admin.post(reverse("core:api-key-renew", args=[token.public_id]))
    assert "clk_" in text_of(answer)
    again = admin.post(reverse("core:api-key-renew", args=[token.public_id]), follow=True)
    assert "another one would end it at once" in text_of(again)
    admin.post(reverse("core:api-key-revoke", args=[token.public_id]))
    token.refresh_from_db()
    assert (token.scopes, token.revoked_at is not None) == (["journal:read"], True)
    page = text_of(admin.get(reverse("core:api-key", args=[token.public_id])))
    assert "Whatever comes with it is refused." in page
    assert "revoked the key" in page


def test_what_was_read_with_a_key_stands_on_its_page(summit: Practice, admin: Client) -> None:
    caller(summit, "patients:read").get("patients")
    other = caller(summit, "claims:read")
    other.get("claims")
    token = ApiToken.everywhere.order_by("pk")[0]
    page = text_of(admin.get(reverse("core:api-key", args=[token.public_id])))
    assert "Test EHR" in page


def test_an_address_is_added_and_its_secret_shown_once(admin: Client) -> None:
    answer = admin.post(reverse("core:webhook-new"), HOOK)
    row = WebhookEndpoint.everywhere.get()
    assert live_secrets(row)[0] in answer.content.decode().replace("&#x3D;", "=")
    page = text_of(admin.get(reverse("core:webhook", args=[row.public_id])))
    assert "whsec_" not in page
    assert "send a test event" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://hooks.example.com/"}, "Events are sent over https only."),
        ({"url": "https://169.254.169.254/"}, "only public addresses are called"),
        ({"url": "nonsense"}, "This is no address"),
        ({"events": []}, "Choose what it is told."),
        ({"name": ""}, "Name is missing."),
    ],
)
def test_an_address_that_cannot_be_is_refused_at_its_field(
    admin: Client, changes: dict[str, Any], words: str
) -> None:
    answer = admin.post(reverse("core:webhook-new"), {**HOOK, **changes})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not WebhookEndpoint.everywhere.exists()


def test_two_addresses_have_different_names(admin: Client, endpoint: WebhookEndpoint) -> None:
    answer = admin.post(reverse("core:webhook-new"), HOOK)
    assert answer.status_code == 422
    assert "There is an address of this name." in text_of(answer)


def test_a_test_event_and_its_answer_stand_on_the_page_and_it_is_sent_again(
    admin: Client, endpoint: WebhookEndpoint, settings: Any
) -> None:
    with sink() as door:
        settings.CLAIMLINE_OUTBOUND_HOSTS = [door.address]
        url = {"url": door.url}
        admin.post(reverse("core:webhook-change", args=[endpoint.public_id]), {**HOOK, **url})
        door.replies = [Reply(500)]
        admin.post(reverse("core:webhook-test", args=[endpoint.public_id]))
        deliver_due_events()
        page = text_of(admin.get(reverse("core:webhook", args=[endpoint.public_id])))
        assert "Answered 500." in page
        assert "as the test wishes" in page
        delivery = WebhookDelivery.objects.get()
        admin.post(
            reverse("core:webhook-replay", args=[endpoint.public_id]),
            {"delivery": str(delivery.public_id)},
        )
        deliver_due_events()
        delivery.refresh_from_db()
        assert delivery.state == WebhookState.DELIVERED
        assert len(door.received) == 2


def test_sending_is_switched_off_and_on(admin: Client, endpoint: WebhookEndpoint) -> None:
    url = reverse("core:webhook-switch", args=[endpoint.public_id])
    for to, state in (("off", EndpointState.OFF), ("on", EndpointState.ON)):
        admin.post(url, {"to": to})
        endpoint.refresh_from_db()
        assert endpoint.state == state


def test_a_manager_watches_and_an_admin_sets_up(
    summit: Practice, endpoint: WebhookEndpoint
) -> None:
    manager = client_of(summit, Role.MANAGER)
    page = text_of(manager.get(reverse("core:webhook", args=[endpoint.public_id])))
    assert "Make a new secret" not in page
    assert manager.post(reverse("core:webhook-new"), HOOK).status_code == 403
    assert manager.post(
        reverse("core:webhook-renew", args=[endpoint.public_id])
    ).status_code == 403  # fmt: skip


def test_the_page_for_engineers_is_open_lists_every_call_and_tries_one(summit: Practice) -> None:
    url = reverse("core:api-docs")
    page = text_of(Client().get(url))
    for words in ("GET /api/v1/claims", "POST /api/v1/charges", "journal:read", "claim.decided"):
        assert words in page
    key = caller(summit, "claims:read").secret
    answer = Client().post(url, {"key": key, "resource": "claims"})
    assert "&quot;data&quot;: []" in text_of(answer)
    assert key not in text_of(answer)
    refused = Client().post(url, {"key": "clk_wrong", "resource": "claims"})
    assert "&quot;status&quot;: 401" in text_of(refused)
    assert Client().post(url, {"key": "x", "resource": "ledger"}).status_code == 422
