"""The payer simulator as its own process in virtual time, and the door its callbacks come in by."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from claims.callbacks.receive import Callback, find_credential, receive_callback, refuse_by_head
from core import clock
from desk.demo.simulator_config import CONTROL_KEY

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS, CALL_SECONDS = 20, 300
# Even a kill -9 of the loading must leave no simulator behind: Linux ends it with its parent.
_DIE_WITH_US = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
AfterEach = Callable[[], None]


class SimulatorFailed(Exception):
    """The simulator did not start or refused a control."""


class Door(HTTPServer):
    """Takes the signed callbacks in this very thread, at the moment that each one was signed.

    It is the service behind the REST door that answers; only the web framework around it is not
    there. `after_each` lets the inbox be worked at that moment, too.
    """

    def __init__(self, after_each: AfterEach) -> None:
        self.after_each = after_each
        super().__init__(("127.0.0.1", 0), _Handler)
        self.timeout = 0.01  # how soon it is noticed that time has come to where it was sent

    @property
    def url(self) -> str:
        """Where the simulator sends its callbacks."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Door

    def do_POST(self) -> None:
        """`/payers/v1/<key_id>/events`, answered as the contract says."""
        key_id = self.path.split("/")[3]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed_at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        with clock.travel(signed_at):
            credential = find_credential(key_id)
            answer = refuse_by_head(credential, self.headers) or receive_callback(  # type: ignore[arg-type]
                credential,
                Callback(key_id, self.headers, body),  # type: ignore[arg-type]
            )
            self.server.after_each()
        content = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: progress has the line."""


class Simulator:
    """A running simulator in virtual time."""

    def __init__(self, port: int, door: Door) -> None:
        self.port, self.door = port, door
        self.tell_fates: Callable[[dict[str, str]], None] | None = None

    @property
    def url(self) -> str:
        """Where claims are posted."""
        return f"http://127.0.0.1:{self.port}"

    def advance(self, to: datetime) -> None:
        """Move its time; the answers due until then come in meanwhile, through the door."""
        failures: list[Exception] = []

        def call() -> None:
            try:
                self.control("advance", {"to": to.isoformat()})
            except (OSError, SimulatorFailed) as error:
                failures.append(error)

        caller = threading.Thread(target=call, daemon=True)
        caller.start()
        while caller.is_alive():
            self.door.handle_request()
        if failures:
            raise SimulatorFailed("time could not be moved") from failures[0]

    def set_fates(self, fates: dict[str, str]) -> None:
        """Say what becomes of claims, by their numbers, before they are sent."""
        if self.tell_fates is not None:
            self.tell_fates(fates)
            self.control("config", {})

    def control(self, verb: str, body: dict[str, Any]) -> None:
        """Give it one order."""
        request = urllib.request.Request(  # noqa: S310 - our own process on this machine
            f"{self.url}/control/{verb}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {CONTROL_KEY}", "Content-Type": "application/json"},
            method="POST",
        )
        try:
            with _OPENER.open(request, timeout=CALL_SECONDS):
                pass
        except urllib.error.HTTPError as error:
            raise SimulatorFailed(f"{verb}: HTTP {error.code}") from error


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    port: int, data: Path, config: Path, start: datetime, door: Door
) -> Iterator[Simulator]:
    """Run the simulator from virtual moment `start` for as long as the block lasts."""
    data.mkdir(parents=True, exist_ok=True)
    log = (data / "demo.log").open("ab")
    command = [
        *(sys.executable, "-c", _DIE_WITH_US, "-m", "simulator", "serve", "--port", str(port)),
        *("--data", str(data), "--config", str(config), "--virtual-time", start.isoformat()),
    ]
    process = subprocess.Popen(  # noqa: S603 - our own program, nothing of it from outside
        command, cwd=ROOT, stdout=log, stderr=log, env=_environment()
    )
    try:
        _wait_until_it_answers(process, port)
        yield Simulator(port, door)
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)
        log.close()


def _environment() -> dict[str, str]:
    """Nothing of ours: the simulator is somebody else's program."""
    kept = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _wait_until_it_answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with _OPENER.open(f"http://127.0.0.1:{port}/livez", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise SimulatorFailed("the simulator did not start; see demo.log in its folder")
