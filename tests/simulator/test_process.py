"""The simulator as it runs: a process of its own, spoken to over HTTP."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

import x12
from tests.simulator.files import Visit, claims_file
from tests.simulator.receiver import SECRET, Receiver, receiving
from tests.simulator.world import PAYERS

ROOT = Path(__file__).resolve().parents[2]
NOON = "2026-11-23T12:00:00+00:00"


class Client:
    """Speaks to one running simulator."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process

    def call(
        self, method: str, path: str, body: bytes = b"", *, key: str = "test-key", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            names["Authorization"] = f"Bearer {key}"
        connection.request(method, path, body, names)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        return answer.status, content

    def post(
        self, content: bytes, idempotency_key: str, key: str = "test-key"
    ) -> tuple[int, dict[str, Any]]:
        return self.call("POST", "/v1/claims", content, key=key, Idempotency_Key=idempotency_key)

    def advance(self, to: str) -> dict[str, Any]:
        status, body = self.call("POST", "/control/advance", json.dumps({"to": to}).encode())
        assert status == 200, body
        return body


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Client]:
    """A simulator on a free port, until the block ends."""
    command = [
        sys.executable, "-m", "simulator", "serve", "--port", "0",
        "--data", str(folder / "data"), "--config", str(folder / "config.json"), *options,
    ]  # fmt: skip
    with (folder / "log").open("ab") as log:
        begin = log.tell()
        process = subprocess.Popen(command, cwd=ROOT, stderr=log)
    try:
        yield Client(_port(folder / "log", begin, process), process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) in {0, -signal.SIGKILL}


def _port(log: Path, begin: int, process: subprocess.Popen[bytes]) -> int:
    """The port that this process says it serves; what stood in the log before is not its own."""

    def serving() -> list[int]:
        lines = log.read_bytes()[begin:].splitlines()
        return [json.loads(line)["port"] for line in lines if b'"serving"' in line]

    wait_for(lambda: process.poll() is not None or bool(serving()), seconds=60)
    assert process.poll() is None, log.read_text()
    return serving()[0]


def wait_for(condition: Callable[[], bool], seconds: int = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def place(tmp_path: Path, receiver: Receiver) -> Path:
    """A folder with a configuration for two practices, one of them with a key of its own."""
    settings = {
        "key": "test-key",
        "keys": {"LAKESIDE1": "lakeside-key"},
        "payers": PAYERS,
        "mix": {"pay": 1},
        "callbacks": [
            {"sender_id": name, "url": receiver.url, "secret": SECRET}
            for name in ("SUMMIT01", "LAKESIDE1")
        ],
        "delays_seconds": {"999": 0, "clearinghouse_277ca": 0, "payer_277ca": 0, "835": 1},
    }
    (tmp_path / "config.json").write_text(json.dumps(settings))
    return tmp_path


def test_a_file_posted_is_answered_by_signed_callbacks_at_virtual_times(
    place: Path, receiver: Receiver
) -> None:
    with running(place, "--virtual-time", NOON) as client:
        status, body = client.post(claims_file([Visit("C1")], asks_for_ta1=True), "key-1")
        assert status == 202
        assert client.call("GET", "/v1/submissions/key-1") == (200, body)
        assert receiver.events == [], "in virtual time nothing moves by itself"
        done = client.advance("2026-11-23T12:00:00")
        assert (done["delivered"], done["due"]) == (3, "2026-11-23T12:00:01.000000+00:00")
        assert client.advance("2026-11-23T13:00:00") == {"delivered": 2, "due": None}
        assert client.call("GET", "/livez")[1]["now"] == "2026-11-23T13:00:00+00:00"
    assert {str(f) for event in receiver.events for f in x12.check_bytes(event.payload)} == set()
    paid = receiver.events[-1].records[0]
    assert paid.payment_amount == sum(claim.paid_amount for claim in paid.claims) == 65
    assert b"NGUYEN" not in (place / "log").read_bytes(), "no names in the log"


def test_in_real_time_it_answers_by_itself_and_an_independent_library_takes_the_signature(
    place: Path, receiver: Receiver
) -> None:
    with running(place) as client:
        assert client.call("POST", "/control/advance", b'{"to": "2030-01-01"}')[0] == 409
        client.post(claims_file([Visit("C1")]), "key-1")
        wait_for(lambda: len(receiver.events) == 4)
    for event in receiver.events:
        content = Webhook(SECRET).verify(event.body, dict(event.headers))
        assert content["type"] == "x12.received"
        occurred = datetime.fromisoformat(content["occurred_at"])
        assert abs((datetime.now(UTC) - occurred).total_seconds()) < 60
    assert receiver.events[-1].records[0].set_code == "835"


def test_the_same_key_is_answered_again_and_other_bytes_are_refused(
    place: Path, receiver: Receiver
) -> None:
    content = claims_file([Visit("C1")])
    with running(place, "--virtual-time", NOON) as client:
        status, first = client.post(content, "key-1")
        assert (status, client.post(content, "key-1")) == (202, (200, first))
        status, problem = client.post(claims_file([Visit("C2")]), "key-1")
        assert (status, problem["detail"]) == (
            422,
            "This idempotency key came before with another file.",
        )
        assert client.call("GET", "/v1/submissions/key-2")[0] == 404
        assert client.advance("2026-11-23T13:00:00")["delivered"] == 4


def test_who_has_no_key_gets_nothing_and_practices_are_kept_apart(
    place: Path, receiver: Receiver
) -> None:
    lakeside = claims_file([Visit("L1")], sender_id="LAKESIDE1")
    with running(place, "--virtual-time", NOON) as client:
        for key in ("", "wrong"):
            assert client.post(lakeside, "key-1", key)[0] == 401
            assert client.call("GET", "/v1/submissions/key-1", key=key)[0] == 401
            assert client.call("POST", "/control/config", key=key)[0] == 401
        assert client.post(lakeside, "key-1", "lakeside-key")[0] == 202
        summit = claims_file([Visit("S1")])
        assert client.post(summit, "key-2", "lakeside-key")[0] == 403, "another's file"
        assert client.post(summit, "key-1")[0] == 202, "keys are per caller"
        assert client.call("GET", "/v1/submissions/key-2", key="lakeside-key")[0] == 404
        assert client.call("POST", "/control/redeliver", key="lakeside-key")[0] == 404
        stranger = claims_file([Visit("X1")], sender_id="NOBODY01")
        assert client.post(stranger, "key-3")[0] == 403
        client.advance("2026-11-23T13:00:00")
    paid = [e for e in receiver.events if e.records[0].set_code == "835"]
    seen = {(e.payload[54:62], e.records[0].claims[0].patient_control_number) for e in paid}
    assert seen == {(b"LAKESIDE", "L1"), (b"SUMMIT01", "S1")}


def test_bad_requests_get_a_sentence(place: Path) -> None:
    content = claims_file([Visit("C1")])
    with running(place, "--virtual-time", NOON) as client:
        assert client.call("POST", "/v1/claims", content)[0] == 400, "no idempotency key"
        assert client.call("POST", "/v1/claims", content, Idempotency_Key="a b")[0] == 400
        assert client.post(b"this is no X12", "key-1")[0] == 403
        assert client.call("GET", "/nothing")[0] == 404
        assert client.call("POST", "/control/advance", b"[]")[0] == 400
        assert client.call("POST", "/control/advance", b'{"to": "soon"}')[0] == 400
        long = {"Idempotency_Key": "k", "Content_Length": str(26 * 1024 * 1024)}
        status, problem = client.call("POST", "/v1/claims", b"", **long)
        assert (status, problem["title"]) == (413, "Request Entity Too Large")
        (place / "config.json").write_text("{")
        status, problem = client.call("POST", "/control/config")
        assert (status, "no JSON" in problem["detail"]) == (422, True)
        assert client.post(content, "key-1")[0] == 202, "the old configuration holds"


def test_kill_9_in_the_middle_loses_nothing_and_sends_nothing_twice(
    place: Path, receiver: Receiver
) -> None:
    with running(place, "--virtual-time", NOON) as client:
        _, first = client.post(claims_file([Visit("C1")]), "key-1")
        client.advance("2026-11-23T12:00:00")
        client.process.kill()
        client.process.wait(10)
    with running(place, "--virtual-time", NOON) as client:
        assert client.call("GET", "/v1/submissions/key-1") == (200, first)
        client.advance("2026-11-23T12:05:00")
    kinds = [event.records[0].set_code for event in receiver.events]
    assert kinds == ["999", "277", "277", "835"]


def test_a_second_one_on_the_same_data_says_so(place: Path) -> None:
    with running(place, "--virtual-time", NOON) as client:
        command = [
            sys.executable, "-m", "simulator", "serve", "--port", "0",
            "--data", str(place / "data"), "--config", str(place / "config.json"),
        ]  # fmt: skip
        second = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
        assert (second.returncode, client.call("GET", "/livez")[0]) == (1, 200)
    assert second.stderr == b"simulator: Another simulator works in this data folder.\n"


def test_without_a_configuration_it_runs_and_takes_it_up_when_it_comes(
    tmp_path: Path, receiver: Receiver
) -> None:
    with running(tmp_path) as client:
        assert client.call("GET", "/livez")[0] == 200
        assert client.post(claims_file([Visit("C1")]), "key-1")[0] == 401
        callback = {"sender_id": "SUMMIT01", "url": receiver.url, "secret": SECRET}
        settings = {"key": "test-key", "payers": PAYERS, "callbacks": [callback]}
        part = tmp_path / "config.part"
        part.write_text(json.dumps(settings))
        part.replace(tmp_path / "config.json")
        wait_for(lambda: client.call("GET", "/v1/submissions/none")[0] == 404)
        assert client.post(claims_file([Visit("C1")]), "key-1")[0] == 202


def test_the_process_imports_nothing_of_ours_but_x12() -> None:
    code = (
        "import sys, simulator.__main__; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'django', 'celery', 'core', 'claims', 'patients', 'coding', 'billing', 'config'}))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True,
        env=dict(os.environ),
    )  # fmt: skip
    assert found.stdout.strip() == b"[]"
