"""The API's OpenAPI document says what the API does: schemathesis tries every call, with a key and
without.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from billing.posting.post_remittance import post_remittance
from billing.services.take_patient_payment import take_patient_payment
from claims.models import Claim, ClaimVersion, DenialCase, Remittance
from claims.services.send_transmission import send_due
from coding.models import CodingCase
from core.api.openapi import document
from core.models import Practice
from core.tenancy import practice_scope
from core.webhooks.events import all_event_kinds
from tests.cast import make_practice
from tests.claims.documents import receive
from tests.factories.api import caller
from tests.factories.claims import batch_of, make_claim, make_world, nguyen
from tests.factories.cob import remit

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]  # fmt: skip
EXAMPLES = 4
OPERATIONS = sorted(
    (path, method.upper())
    for path, item in document()["paths"].items()
    for method in item
    if method in {"get", "post"} and "x-scope" in item[method]
)


def test_it_is_served_to_everybody_and_has_every_address_of_the_api() -> None:
    served = Client().get("/api/v1/openapi.json").json()
    assert served == document()
    assert served["openapi"].startswith("3.1")
    ours = {
        str(entry.pattern)
        for include in get_resolver().url_patterns
        if str(include.pattern) == "api/v1/"
        for entry in include.url_patterns  # type: ignore[union-attr]
    }
    described = {path.removeprefix("/api/v1/") for path in served["paths"]}
    plain = {one.replace("<uuid:public_id>", "{public_id}") for one in ours}
    assert plain - described == {"schema", "openapi.json"}
    assert len(OPERATIONS) >= 20


def test_every_event_is_described_with_its_data() -> None:
    webhooks = document()["webhooks"]
    for kind in all_event_kinds():
        if not kind.name.startswith("test."):
            body = webhooks[kind.name]["post"]["requestBody"]["content"]["application/json"]
            assert body["schema"]["examples"][0]["data"] == kind.example


def test_every_post_asks_for_an_idempotency_key() -> None:
    for path, method in OPERATIONS:
        if method == "POST":
            named = [p["name"] for p in document()["paths"][path]["post"]["parameters"]]
            assert "Idempotency-Key" in named, path


@pytest.fixture
def ids(transactional_db: None, settings: Any, tmp_path: Any) -> Iterator[dict[str, Any]]:
    """A practice with one of everything; ids by the first word of a path."""
    settings.CLAIMLINE_VAR_DIR = tmp_path
    practice = make_practice("Summit Family Medicine")
    with practice_scope(practice):
        world = make_world(practice)
        claim = make_claim(world, nguyen(world), "99213 /a", on=date(2026, 11, 3))
        batch_of(world, claim)
        send_due()
        claim.refresh_from_db()
        text = remit(claim, "ACME HEALTH PLAN", ("0", "CO*197*135"))
        remittance = Remittance.objects.get(message=receive(world, text))
        post_remittance(remittance=remittance)
        payment = take_patient_payment(
            patient=claim.patient, amount=Decimal(5), method="cash", received_on=date(2026, 11, 4)
        )
        yield {
            "practice": practice,
            "claims": Claim.objects.get().public_id,
            "remittances": remittance.public_id,
            "denials": DenialCase.objects.get().public_id,
            "charges": CodingCase.objects.get().public_id,
            "encounters": CodingCase.objects.get().encounter.public_id,
            "payments": payment.public_id,
            "journal": payment.journal.public_id,
        }
        assert ClaimVersion.objects.exists()


@pytest.mark.parametrize("has_key", [True, False], ids=["key", "stranger"])
def test_schemathesis_finds_no_server_error_and_no_answer_that_is_not_described(
    ids: dict[str, Any], live_server: Any, has_key: bool
) -> None:
    practice: Practice = ids["practice"]
    schema = schemathesis.openapi.from_dict(document())
    scopes = {document()["paths"][path][method.lower()]["x-scope"] for path, method in OPERATIONS}
    key = caller(practice, *sorted(scopes), calls_per_minute=100_000).secret
    headers = {"Authorization": f"Bearer {key}"} if has_key else {}
    session, seen = requests.Session(), Counter[int]()

    for path, method in OPERATIONS:
        public_id = ids.get(path.split("/")[3])
        known = {"public_id": str(public_id)} if "{" in path and public_id else {}
        for mode in GenerationMode:
            strategy = schema[path][method].as_strategy(generation_mode=mode)

            @settings(
                max_examples=EXAMPLES if has_key else 2, deadline=None, database=None,
                derandomize=True, phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(strategy)
            def probe(case: Any) -> None:
                if known:  # noqa: B023  (it runs before the loop goes on)
                    case.path_parameters = known  # noqa: B023
                response = case.call(
                    base_url=live_server.url, session=session, headers=headers, auth=None
                )
                seen[response.status_code] += 1
                case.validate_response(response, checks=CHECKS)

            probe()
    if has_key:
        assert seen[200] > 50, seen
        assert seen[422] > 10, seen
    else:
        assert set(seen) <= {401, 404}, seen  # 404: the address itself is none
        assert seen[401] > 50, seen
