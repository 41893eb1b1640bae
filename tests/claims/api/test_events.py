"""What happens to claims, remittances and denials is told, once, and names nobody."""

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from billing.posting.post_remittance import post_remittance
from billing.posting.undo import undo_remittance
from claims import events
from claims.models import Claim, DenialCase, Remittance
from claims.services.send_transmission import send_due
from claims.services.settle_case import settle_case
from core.models import WebhookEvent
from core.services.webhook_endpoints import make_endpoint
from core.webhooks.events import event_kinds
from tests.claims.documents import receive
from tests.factories.claims import World, batch_of, make_claim, nguyen
from tests.factories.cob import remit

pytestmark = pytest.mark.django_db


def told() -> list[dict[str, Any]]:
    return [json.loads(event.body) for event in WebhookEvent.objects.order_by("pk")]


def of(kind: str) -> list[dict[str, Any]]:
    return [event["data"] for event in told() if event["type"] == kind]


@pytest.fixture
def listening(world: World) -> None:
    make_endpoint(
        practice=world.practice, name="All", url="https://hooks.example.com/in",
        events=[kind.name for kind in event_kinds() if not kind.name.startswith("test.")],
    )  # fmt: skip


@pytest.fixture
def claim(world: World, listening: None) -> Claim:
    made = make_claim(world, nguyen(world), "99213 /a", on=date(2026, 11, 3))
    batch_of(world, made)
    send_due()
    made.refresh_from_db()
    return made


def denied(world: World, claim: Claim) -> Remittance:
    text = remit(claim, "ACME HEALTH PLAN", ("0", "CO*197*135"))
    row = Remittance.objects.get(message=receive(world, text))
    post_remittance(remittance=row)
    row.refresh_from_db()
    return row


def test_a_claims_road_is_told_step_by_step(world: World, claim: Claim) -> None:
    denied(world, claim)
    states = [data["state"] for data in of("claim.state_changed")]
    assert states == ["ready", "batched", "sent", "adjudicated"]
    [decision] = of("claim.decided")
    assert decision == {
        "claim_id": str(claim.public_id), "version_id": str(claim.version.public_id),
        "version_number": 1, "rank": 1, "state": "adjudicated", "outcome": "denied",
        "charge_amount": "135.00", "link": f"/api/v1/claims/{claim.public_id}",
    }  # fmt: skip
    assert of("charges.released")[0]["charge_amount"] == "135.00"


def test_a_remittance_is_told_when_it_comes_is_posted_and_undone(
    world: World, claim: Claim
) -> None:
    row = denied(world, claim)
    undo_remittance(remittance=row, reason="Posted too early")
    assert [(event["type"], event["data"]["state"]) for event in told()
            if event["type"].startswith("remittance.")] == [
        ("remittance.received", "received"), ("remittance.posted", "posted"),
        ("remittance.undone", "matched"),
    ]  # fmt: skip


def test_a_denial_is_told_when_it_opens_and_settles(world: World, claim: Claim) -> None:
    denied(world, claim)
    [opened] = of("denial.opened")
    case = DenialCase.objects.get()
    assert (opened["denial_id"], opened["reason_code"]) == (str(case.public_id), "197")
    settle_case(case, "overturned")
    [settled] = of("denial.settled")
    assert (settled["state"], settled["outcome"]) == ("settled", "overturned")


def test_nobody_is_named_in_what_is_told(world: World, claim: Claim) -> None:
    denied(world, claim)
    text = json.dumps(told()).lower()
    number = claim.control_number.lower()
    assert not [word for word in ("nguyen", "david", "ahp222", "1980", number) if word in text]
    assert Counter(event["type"] for event in told())["claim.decided"] == 1


def test_every_example_has_the_keys_that_are_told(world: World, claim: Claim) -> None:
    denied(world, claim)
    examples = {kind.name: set(kind.example) for kind in event_kinds()}
    for event in told():
        assert set(event["data"]) == examples[event["type"]]
    assert events.STATE_CHANGED.name in examples
