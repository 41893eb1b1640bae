"""The door's OpenAPI document says what the door does: schemathesis tries, signed and unsigned."""

import time
from collections import Counter
from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from claims.callbacks import answers
from claims.callbacks.openapi import document
from claims.callbacks.signature import sign
from tests.claims.callbacks.sender import Sender
from tests.factories.claims import World

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]  # fmt: skip
PATH = "/payers/v1/{key}/events"
EXAMPLES = 50


class Signed(AuthBase):
    """Signs the very bytes that requests is about to send, with the time of now."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put the headers right; the id is the one that was drawn."""
        body = request.body or b""
        raw = body if isinstance(body, bytes) else body.encode()
        event_id, stamp = str(request.headers.get("webhook-id", "")), str(int(time.time()))
        request.headers["webhook-timestamp"] = stamp
        request.headers["webhook-signature"] = sign(self.sender.secret, event_id, stamp, raw)
        return request


def test_it_is_served_to_everybody_and_describes_every_answer() -> None:
    served = Client().get("/payers/v1/openapi.json").json()
    assert served == document()
    assert served["openapi"].startswith("3.1")
    responses = served["paths"][PATH]["post"]["responses"]
    codes = {
        (int(status), code)
        for status, answer in responses.items()
        for content in answer["content"].values()
        for code in content["schema"]["allOf"][1]["properties"].get("code", {}).get("enum", [])
    }
    assert codes == {
        (problem.status, problem.code)
        for problem in answers.PROBLEMS
        if problem is not answers.METHOD_NOT_ALLOWED
    }
    assert {"200", "202"} <= responses.keys()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("is_signed", [True, False], ids=["signed", "unsigned"])
def test_schemathesis_finds_no_server_error_and_no_answer_that_is_not_described(
    world: World, live_server: Any, real_sender: Sender, mode: GenerationMode, is_signed: bool
) -> None:
    schema = schemathesis.openapi.from_url(f"{live_server.url}/payers/v1/openapi.json")
    key = {"key": real_sender.credential.key_id}
    seen: Counter[int] = Counter()
    session = requests.Session()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(schema[PATH]["POST"].as_strategy(generation_mode=mode, path_parameters=key))
    def probe(case: Any) -> None:
        response = case.call(
            base_url=live_server.url,
            session=session,
            auth=Signed(real_sender) if is_signed else None,
        )
        seen[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    probe()
    assert sum(seen.values()) >= EXAMPLES // 2
    if not is_signed:
        assert set(seen) <= {401, 413, 415}
    elif mode == GenerationMode.POSITIVE:
        assert seen[202] > EXAMPLES // 4, seen
    else:
        assert seen[400] or seen[415], seen


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])
def test_another_method_is_refused_in_the_same_shape(sender: Sender, verb: str) -> None:
    answer = Client().generic(verb, sender.address)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json()["code"] == "method_not_allowed"
