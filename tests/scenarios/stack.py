"""Real parts around a test: a Celery worker, the payer simulator, and people with browsers."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client

from claims.choices import PostingLevel, TransportKind
from claims.models import PayerFilingSettings, TradingPartner
from claims.services.credentials import create_credential, seal_api_key
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.architecture.tree import ROOT
from tests.cast import client_of
from tests.factories.claims import World, make_world

KEY = "scenario-key"
PATIENCE = 60  # seconds; the budget of the road is a minute
FEES = {"99213": "92.10", "99214": "130.00", "20610": "68.00", "J3301": "8.00"}
DELAYS = {"ta1": 0, "999": 0, "clearinghouse_277ca": 1, "payer_277ca": 1, "835": 2}


@dataclass
class Stack:
    """One practice with its route to the simulator, and the processes around it."""

    world: World
    folder: Path
    environment: dict[str, str]
    simulator_url: str = ""
    sftp_port: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def practice(self) -> Practice:
        return self.world.practice

    def signed_in(self, role: Role) -> Client:
        """The browser of a member in `role`."""
        return client_of(self.practice, role)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start one process of ours, in a session of its own."""
        log = (self.folder / f"process-{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def start_worker(self, *, beat: bool = True) -> subprocess.Popen[bytes]:
        """A real Celery worker; with its beat, so that what is due is swept."""
        words = ["celery", "-A", "config", "worker", "-c", "1", "--loglevel", "WARNING"]
        if beat:
            words += ["-B", "--schedule", str(self.folder / "beat")]
        return self.start(*words)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As a power cut would: the whole tree, at once."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End every process that is left."""
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)


def wait_for(what: str, found: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
    """The first true answer of `found`; the test fails with `what` when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.25)
    raise AssertionError(f"{what}: not within {seconds} s")


@contextmanager
def real_stack(
    practice: Practice, web_url: str, folder: Path, environment: dict[str, str]
) -> Iterator[Stack]:
    """A practice with its payers behind a real simulator process. The caller starts a worker."""
    port, sftp_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    with practice_scope(practice):
        world = make_world(practice, transport=TransportKind.HTTPS)
        _route(world.partner, url)
        PayerFilingSettings.objects.update(posts=PostingLevel.AUTOMATIC)
        credential, secret = create_credential(partner=world.partner, name="Clearinghouse")
    stack = Stack(world, folder, environment | {"CLAIMLINE_VAR_DIR": str(folder)}, url, sftp_port)
    callback = {"sender_id": "SUMMIT01", "secret": secret,
                "url": f"{web_url}/payers/v1/{credential.key_id}/events"}  # fmt: skip
    config = folder / "simulator.json"
    config.write_text(json.dumps(_config(callback, folder)))
    stack.start(
        "simulator", "serve", "--host", "127.0.0.1", "--port", str(port),
        "--sftp-port", str(sftp_port),
        "--data", str(folder / "simulator"), "--config", str(config),
    )  # fmt: skip
    try:
        wait_for("the simulator answers", lambda: _answers(port), seconds=30)
        yield stack
    finally:
        stack.stop()


def _route(partner: TradingPartner, url: str) -> None:
    TradingPartner.objects.filter(pk=partner.pk).update(
        endpoint_url=url, api_key_sealed=seal_api_key(partner, KEY)
    )


def _config(callback: dict[str, str], folder: Path) -> dict[str, Any]:
    payers = [
        {"payer_id": "MCRPB", "name": "MEDICARE PART B", "tax_id": "841111111", "fees": FEES},
        {"payer_id": "12345", "name": "ACME HEALTH PLAN", "tax_id": "842222222", "fees": FEES},
    ]
    return {
        "clearinghouse": {"name": "OPEN CLEARINGHOUSE", "id": "OPENCH01"},
        "key": KEY, "payers": payers, "callbacks": [callback], "folders": [],
        "sftp": [{"sender_id": "SUMMIT01", "user": "summit", "password": KEY,
                  "home": str(folder / "sftp-home")}],
        "delays_seconds": DELAYS, "seed": 1, "mix": {"pay": 1},
    }  # fmt: skip


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0
