"""`/api/v1/claims`, remittances and denials: what was told and answered, for other systems."""

from datetime import date, timedelta
from typing import Any

import pytest

from billing.posting.post_remittance import post_remittance
from claims.models import Claim, Remittance
from claims.services.send_transmission import send_due
from core import clock
from core.models import AuditEvent, Practice
from tests.claims.conftest import NOVEMBER_23
from tests.claims.documents import receive
from tests.factories.api import Caller, caller
from tests.factories.claims import World, batch_of, joan, make_claim, nguyen
from tests.factories.cob import remit

pytestmark = pytest.mark.django_db
SCOPES = ("claims:read", "remittances:read", "denials:read")
NOVEMBER_3 = date(2026, 11, 3)


@pytest.fixture
def ehr(world: World) -> Caller:
    return caller(world.practice, *SCOPES)


@pytest.fixture
def claim(world: World) -> Claim:
    """A claim of two lines, sent to Acme."""
    made = make_claim(world, nguyen(world), "99213-25 /b", "20610-RT /a", on=NOVEMBER_3)
    batch_of(world, made)
    send_due()
    made.refresh_from_db()
    return made


def answered(world: World, claim: Claim, *lines: tuple[str, str]) -> Remittance:
    text = remit(claim, "ACME HEALTH PLAN", *lines)
    return Remittance.objects.get(message=receive(world, text))


@pytest.fixture
def partly_denied(world: World, claim: Claim) -> Remittance:
    """The visit paid, the injection refused; posted."""
    row = answered(world, claim, ("80", "CO*45*40~PR*2*15"), ("0", "CO*197*150"))
    post_remittance(remittance=row)
    row.refresh_from_db()
    return row


def test_the_list_says_where_each_claim_stands(ehr: Caller, world: World, claim: Claim) -> None:
    make_claim(world, joan(world), "99213", on=NOVEMBER_3)
    rows = ehr.all("claims", limit=1)
    assert len(rows) == 2
    assert rows[0] == {
        "id": str(claim.public_id), "control_number": claim.control_number,
        "patient_id": str(claim.patient.public_id), "service_date_from": "2026-11-03",
        "service_date_to": "2026-11-03", "charge_amount": "285.00",
        "insurance_balance_amount": "285.00", "patient_balance_amount": "0.00", "is_open": True,
        "hold_reason": "", "version": rows[0]["version"],
    }  # fmt: skip
    version = rows[0]["version"]
    assert version["payer"] == {"id": str(world.acme.public_id), "name": "Acme Health Plan"}
    assert (version["state"], version["state_words"], version["rank"]) == ("sent", "Sent", 1)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"state": "sent"}, 1), ({"state": "ready"}, 0), ({"is_open": "true"}, 1),
        ({"service_from": "2026-11-04"}, 0), ({"service_to": "2026-11-03"}, 1),
        ({"outcome": "paid"}, 0), ({"payer_id": "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b31"}, 0),
    ],
)  # fmt: skip
def test_it_is_filtered(ehr: Caller, claim: Claim, query: dict[str, Any], count: int) -> None:
    assert len(ehr.all("claims", **query)) == count


def test_what_changed_since_is_what_has_an_act_on_its_timeline(
    ehr: Caller, world: World, claim: Claim
) -> None:
    with clock.travel(NOVEMBER_23 + timedelta(hours=2)):
        later = make_claim(world, joan(world), "99213", on=NOVEMBER_3)
    since = (NOVEMBER_23 + timedelta(hours=1)).isoformat()
    assert [row["id"] for row in ehr.all("claims", changed_since=since)] == [str(later.public_id)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"state": "lost"}, "state"), ({"payer_id": "Acme"}, "payer_id"),
        ({"changed_since": "yesterday"}, "changed_since"), ({"limit": "0"}, "limit"),
        ({"limit": "many"}, "limit"), ({"service_from": "11/03/2026"}, "service_from"),
        ({"name": "Nguyen"}, "name"), ({"state": "a\x00"}, "state"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_refused_at_its_name(
    ehr: Caller, query: dict[str, Any], field: str
) -> None:
    answer = ehr.get("claims", **query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_detail_has_lines_versions_answers_and_the_story_in_words(
    ehr: Caller, claim: Claim, partly_denied: Remittance
) -> None:
    said = ehr.get(f"claims/{claim.public_id}").json()
    lines = [(line["procedure_code"], line["charge_amount"]) for line in said["lines"]]
    assert lines == [("99213", "135.00"), ("20610", "150.00")]
    assert [(v["number"], v["state"], v["outcome"]) for v in said["versions"]] == [
        (1, "adjudicated", "partial")
    ]
    [answer] = said["answers"]
    assert answer["remittance_id"] == str(partly_denied.public_id)
    assert (answer["is_posted"], answer["paid_amount"]) == (True, "80.00")
    assert (said["insurance_balance_amount"], said["patient_balance_amount"]) == ("150.00", "15.00")
    story = [f"{entry['who']} {entry['words']}" for entry in said["timeline"]]
    assert any("sent the claim" in words for words in story), story
    assert len(story) >= 3
    assert len(said["encounter_ids"]) == 1


def test_nobody_is_named_in_any_answer(
    ehr: Caller, claim: Claim, partly_denied: Remittance
) -> None:
    denial = ehr.get("denials").json()["data"][0]
    for path in (
        "claims", f"claims/{claim.public_id}", "remittances",
        f"remittances/{partly_denied.public_id}", f"remittances/{partly_denied.public_id}/claims",
        "denials", f"denials/{denial['id']}",
    ):  # fmt: skip
        answer = ehr.get(path)
        assert answer.status_code == 200
        text = answer.content.decode().lower()
        assert not [word for word in ("nguyen", "david", "joan", "ahp22233344") if word in text]


def test_a_remittance_is_told_with_its_claims_lines_and_reasons_in_words(
    ehr: Caller, claim: Claim, partly_denied: Remittance
) -> None:
    [row] = ehr.all("remittances", state="posted")
    assert (row["payment_amount"], row["claim_count"], row["state_words"]) == ("80.00", 1, "Posted")
    detail = ehr.get(f"remittances/{row['id']}").json()
    assert (detail["provider_adjustments"], detail["unmatched_count"]) == ([], 0)
    [told] = ehr.all(f"remittances/{row['id']}/claims")
    assert (told["claim_id"], told["outcome"]) == (str(claim.public_id), "partial")
    paid, refused = told["lines"]
    assert [(a["group_code"], a["reason_code"], a["amount"]) for a in paid["adjustments"]] == [
        ("CO", "45", "40.00"), ("PR", "2", "15.00"),
    ]  # fmt: skip
    assert refused["adjustments"][0]["words"]
    assert refused["paid_amount"] == "0.00"


def test_an_answer_that_is_not_matched_has_no_claim(
    ehr: Caller, world: World, claim: Claim
) -> None:
    text = remit(claim, "ACME HEALTH PLAN", ("80", "CO*45*55"), ("100", "CO*45*50"))
    receive(world, text.replace(claim.control_number, "NOBODYS1").replace("REF*6R*L", "REF*6R*X"))
    [row] = ehr.all("remittances")
    assert ehr.get(f"remittances/{row['id']}").json()["unmatched_count"] == 1
    [told] = ehr.all(f"remittances/{row['id']}/claims")
    assert (told["claim_id"], told["lines"][0]["charge_line_id"]) == (None, None)


def test_a_denial_is_told_with_its_words_step_and_deadline(
    ehr: Caller, claim: Claim, partly_denied: Remittance
) -> None:
    [row] = ehr.all("denials", claim_id=str(claim.public_id))
    assert (row["group_code"], row["reason_code"], row["amount"]) == ("CO", "197", "150.00")
    assert (row["category"], row["state"]) == ("authorization", "not_started")
    assert row["reason_words"]
    assert row["next_step_words"]
    assert row["deadline_on"]
    detail = ehr.get(f"denials/{row['id']}").json()
    assert [one["amount"] for one in detail["amounts"]] == ["150.00"]
    assert detail["appeals"] == []
    assert ehr.all("denials", state="settled") == []


def test_another_practices_rows_are_not_there(
    ehr: Caller, lakeside: Practice, claim: Claim, partly_denied: Remittance
) -> None:
    theirs = caller(lakeside, *SCOPES)
    denial = ehr.get("denials").json()["data"][0]["id"]
    for path in ("claims", "remittances", "denials"):
        assert theirs.get(path).json()["data"] == []
    for path in (
        f"claims/{claim.public_id}", f"remittances/{partly_denied.public_id}",
        f"remittances/{partly_denied.public_id}/claims", f"denials/{denial}",
    ):  # fmt: skip
        assert theirs.get(path).status_code == 404


def test_each_read_of_a_patient_is_audited(
    ehr: Caller, claim: Claim, partly_denied: Remittance
) -> None:
    ehr.get(f"claims/{claim.public_id}")
    event = AuditEvent.objects.filter(action="read").latest("id")
    assert (event.patient_id, event.actor_kind, event.actor_name) == (
        claim.patient_id, "api", "Test EHR",
    )  # fmt: skip
    ehr.get(f"remittances/{partly_denied.public_id}/claims")
    event = AuditEvent.objects.filter(action="api.read").latest("id")
    assert event.after == {"patients": [claim.patient_id]}


def test_without_the_scope_nothing_opens(world: World) -> None:
    other = caller(world.practice, "journal:read")
    for path in ("claims", "remittances", "denials"):
        answer = other.get(path)
        assert answer.status_code == 403
        assert f"{path}:read" in answer.json()["detail"]
