"""Trouble at the HTTP door of the running process, and the page and controls beside it."""

import http.client
import json
from collections.abc import Iterator

import pytest

from tests.simulator.files import Visit, claims_file
from tests.simulator.test_process import NOON, Client, running
from tests.simulator.world import PAYERS

TROUBLES = {
    "C429": "http_429",
    "C500": "http_500",
    "CLOST": "lost_500",
    "CRESET": "lost_reset",
    "CHANG": "short_hang",
    "*-GONE": "deny_co27",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One simulator for all: every test has a claim of its own."""
    place = tmp_path_factory.mktemp("door")
    folder = {"sender_id": "SUMMIT01", "inbound": str(place / "in"), "outbound": str(place / "out")}
    config = {
        "key": "test-key", "payers": PAYERS, "folders": [folder], "mix": {"pay": 1},
        "scenarios": TROUBLES,
        "declared": {
            "short_hang": {"door": {"do": "lose_answer", "how": "hang", "seconds": 1}}
        },
    }  # fmt: skip
    (place / "config.json").write_text(json.dumps(config))
    with running(place, "--virtual-time", NOON) as found:
        yield found


def file_of(number: str, control_number: int) -> bytes:
    return claims_file([Visit(number)], control_number=control_number)


def test_429_says_when_to_come_again_and_takes_the_third_time(client: Client) -> None:
    content = file_of("C429", 1)
    assert [client.post(content, "k429")[0] for _ in range(3)] == [429, 429, 202]
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=10)
    headers = {"Authorization": "Bearer test-key", "Idempotency-Key": "again"}
    connection.request("POST", "/v1/claims", file_of("C429X", 2), headers)
    assert connection.getresponse().getheader("Retry-After") is None
    connection.close()


def test_a_refused_call_left_nothing(client: Client) -> None:
    content = file_of("C500", 3)
    assert client.post(content, "k500")[0] == 500
    assert client.call("GET", "/v1/submissions/k500")[0] == 404
    assert client.post(content, "k500")[0] == 202


def test_an_answer_that_is_lost_can_be_asked_for(client: Client) -> None:
    content = file_of("CLOST", 4)
    assert client.post(content, "klost")[0] == 500
    status, body = client.call("GET", "/v1/submissions/klost")
    assert status == 200
    assert client.post(content, "klost") == (200, {"receipt": body["receipt"]}), "taken once"


def test_a_connection_is_reset_after_the_claims_were_taken(client: Client) -> None:
    content = file_of("CRESET", 5)
    with pytest.raises(ConnectionResetError):
        client.post(content, "kreset")
    assert client.call("GET", "/v1/submissions/kreset")[0] == 200


def test_a_line_that_hangs_is_closed_without_a_word(client: Client) -> None:
    content = file_of("CHANG", 6)
    with pytest.raises(http.client.RemoteDisconnected):
        client.post(content, "khang")
    assert client.call("GET", "/v1/submissions/khang")[0] == 200


def test_the_page_lists_what_can_be_played_and_by_which_marker(client: Client) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    assert (answer.status, answer.getheader("Content-Type")) == (200, "text/html")
    assert "<dt>deny_co27<span> · *-GONE</span><dd>every line CO-27" in page
    assert "ACME HEALTH PLAN" in page


def test_what_comes_next_is_told_to_who_holds_the_key(client: Client) -> None:
    person = Visit("CNEXT", last_name="PATIENT-GONE")
    client.post(claims_file([person], control_number=7), "knext")
    assert client.call("GET", "/control/next", key="")[0] == 401
    status, body = client.call("GET", "/control/next")
    assert status == 200
    (waiting,) = [one for one in body["claims"] if one["claim"] == "CNEXT"]
    assert (waiting["scenario"], waiting["says"]) == (
        "deny_co27",
        "every line CO-27: the coverage had ended",
    )
    assert "PATIENT" not in json.dumps(body)


def test_the_truth_is_told_as_well(client: Client) -> None:
    visit = Visit("CTRUE", member_id="AHP9")
    client.post(claims_file([visit], control_number=8), "ktrue")
    client.advance("2026-11-23T13:00:00+00:00")
    _, body = client.call("GET", "/control/truth")
    (one,) = [x for x in body["truth"] if x["kind"] == "payment" and x["claim"] == "CTRUE"]
    assert (one["meaning"], one["paid"]) == ("paid", "65.00")
    assert {x["scenario"] for x in body["truth"] if x["kind"] == "door"} <= set(TROUBLES.values())
