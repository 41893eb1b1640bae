"""PostgreSQL killed while a long remittance is posted: nothing or all of it, then it goes on."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from launcher.engines import Engines, EngineSet, postgres
from tests.architecture.tree import ROOT
from tests.scenarios.posting_ground import CLAIMS
from tests.scenarios.stack import wait_for

pytestmark = pytest.mark.scenario
REVERSED = 8  # of the claims: each has a mirror and a new posting


class Server:
    """A PostgreSQL of this test's own, durable as in production, with a migrated database."""

    def __init__(self, engines: Engines, engine_set: EngineSet) -> None:
        self.engines, self.engine_set = engines, engine_set
        self.environment = dict(os.environ) | engines.environment() | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        }  # fmt: skip

    def run(self, *words: str) -> str:
        """One of our processes, to its end."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def ground(self, *words: str) -> str:
        return self.run("-m", "tests.scenarios.posting_ground", *words)

    def told(self) -> dict[str, Any]:
        return json.loads(self.ground("tell"))

    def kill(self) -> None:
        """As a power cut would: the server and every process that serves a connection, at once."""
        server = self.engine_set.postgres
        assert server is not None
        assert server.child is not None
        connection = psycopg2.connect(self.engines.admin_url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            pids = [pid for (pid,) in cursor.fetchall()]
        connection.close()
        server.child.process.kill()
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        server.child.process.wait()

    def start_again(self) -> None:
        """It recovers from its log by itself."""
        assert self.engine_set.postgres is not None
        self.engine_set.postgres.start()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(postgres, "THROW_AWAY_SETTINGS", {})
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    engine_set = EngineSet(data=None)
    found = Server(engine_set.start(), engine_set)
    try:
        found.run("manage.py", "migrate", "--no-input", "--verbosity", "0")
        yield found
    finally:
        engine_set.stop()


def die_at(server: Server, pause: str, mark: Path) -> None:
    """A worker gets to `pause`, and there PostgreSQL is killed under it."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.scenarios.posting_ground", "work", pause, str(mark)],
        cwd=ROOT, env=server.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(f"the worker is at: {pause}", mark.exists, seconds=120)
        server.kill()
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    server.start_again()


def test_nothing_of_it_or_all_of_it_and_then_it_goes_on_by_itself(
    server: Server, tmp_path: Path
) -> None:
    server.ground("lay-out")
    before = server.told()
    assert (before["state"], before["journals"], before["wrong"]) == ("matched", 0, [])

    die_at(server, "third part", tmp_path / "one")
    cut = server.told()
    assert (cut["state"], cut["journals"], cut["wrong"]) == ("matched", 0, [])
    assert cut["job"] == "running"
    assert 0 < cut["done"] < cut["total"], "how far it was could be seen from outside"

    die_at(server, "committed", tmp_path / "two")
    whole = server.told()
    assert (whole["state"], whole["wrong"]) == ("posted", [])
    # The refused move no account; the provider adjustments have a journal of their own.
    refused = sum(n % 33 == 7 for n in range(CLAIMS))
    assert whole["journals"] == CLAIMS - refused + REVERSED + 1

    server.ground("work")
    after = server.told()
    assert (after["job"], after["journals"]) == ("done", whole["journals"])
    assert after["done"] == after["total"]
