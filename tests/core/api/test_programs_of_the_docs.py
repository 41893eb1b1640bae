"""The programs that docs/api.md and docs/webhooks.md print, run as they stand."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing.models import Journal, Payment
from core.models import Practice, WebhookDelivery, WebhookEndpoint
from core.services.deliver_webhooks import deliver_due_events
from core.services.webhook_endpoints import live_secrets, make_endpoint, send_test_event
from core.standard_webhooks import signature, signed_bytes
from core.tenancy import practice_scope
from core.views.api_docs import programs
from tests.architecture.tree import ROOT
from tests.billing.road import charged_visit, new_patient
from tests.factories.api import caller
from tests.scenarios.stack import free_port, wait_for

API, HOOKS = ((ROOT / f"docs/{name}.md").read_text() for name in ("api", "webhooks"))
BLOCKS = re.findall(r"```(?:python|bash)\n(.*?)```", API + HOOKS, re.DOTALL)
NAMES = ("send.sh", "follow.py", "read.sh", "receive.py")
PROGRAMS = dict(zip(NAMES, BLOCKS, strict=True))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the programs in it."""
    missing = [name for name in ("bash", "curl") if not shutil.which(name)]
    if missing and os.environ.get("CI"):
        pytest.fail(f"CI needs {', '.join(missing)} for the programs of the docs")
    if missing:
        pytest.skip(f"{', '.join(missing)} not on this machine")
    for name, text in PROGRAMS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def key(transactional_db: None, summit: Practice) -> str:
    with practice_scope(summit):
        patient = new_patient(summit)
        charged_visit(patient, ["60"], on=date(2026, 1, 5))
    scopes = ("claims:read", "payments:write", "journal:read", "payments:read")
    return caller(summit, *scopes).secret


def run(folder: Path, url: str, key: str, *words: str) -> tuple[int, str]:
    command = "bash" if words[0].endswith(".sh") else sys.executable
    done = subprocess.run(
        [command, *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "CLAIMLINE_URL": url, "CLAIMLINE_KEY": key},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_payment_is_sent_once_however_often_the_program_runs(
    folder: Path, key: str, live_server: Any, summit: Practice
) -> None:
    with practice_scope(summit):
        payment = (new_patient(summit).mrn, "25.00", "2026-01-07", "T-77")
        for _ in range(2):
            code, said = run(folder, live_server.url, key, "send.sh", *payment)
            assert code == 0
            assert "201 Created" in said
        assert Payment.objects.count() == 1


def test_the_books_are_followed_from_where_one_left_off(
    folder: Path, key: str, live_server: Any, summit: Practice
) -> None:
    code, said = run(folder, live_server.url, key, "follow.py", "state.txt")
    assert code == 0, said
    last = Journal.everywhere.latest("number").number
    assert said.splitlines()[-1].startswith(str(last))
    assert (folder / "state.txt").read_text() == str(last)
    assert run(folder, live_server.url, key, "follow.py", "state.txt") == (0, "")
    code, said = run(folder, live_server.url, "clk_wrong", "follow.py", "state.txt")
    assert (code, "This key is not valid" in said or "not valid" in said) == (1, True)


def test_claims_that_changed_are_read(folder: Path, key: str, live_server: Any) -> None:
    code, said = run(folder, live_server.url, key, "read.sh", "2026-01-01T00:00:00Z")
    assert (code, '"next":null' in said) == (0, True)
    code, said = run(folder, live_server.url, key, "read.sh", "yesterday")
    assert (code, '"changed_since"' in said) == (22, True)


@pytest.fixture
def receiver(folder: Path, summit: Practice, settings: Any) -> Iterator[subprocess.Popen[str]]:
    """The program of the page, listening, with an address that points to it."""
    port = free_port()
    settings.CLAIMLINE_OUTBOUND_HOSTS = [f"127.0.0.1:{port}"]
    endpoint, secret = make_endpoint(
        practice=summit, name="Ours", url=f"http://127.0.0.1:{port}/in", events=["claim.decided"]
    )
    process = subprocess.Popen(
        [sys.executable, "receive.py", str(port)], cwd=folder, stdout=subprocess.PIPE, text=True,
        env={"PATH": os.environ["PATH"], "CLAIMLINE_SECRET": secret},
    )  # fmt: skip
    yield process
    process.kill()
    process.wait()
    assert live_secrets(endpoint) == [secret]


@pytest.mark.django_db
def test_the_receiver_takes_a_genuine_event_once(
    receiver: subprocess.Popen[str], summit: Practice
) -> None:
    with practice_scope(summit):
        send_test_event(WebhookEndpoint.objects.get())

    def delivered() -> bool:
        WebhookDelivery.everywhere.update(due_at="2026-01-01T00:00:00Z")
        WebhookEndpoint.everywhere.update(paused_until=None)
        deliver_due_events()
        return WebhookDelivery.everywhere.filter(state="delivered").exists()

    wait_for("the program takes the event", delivered, seconds=20)
    assert receiver.stdout is not None
    assert receiver.stdout.readline() == "webhook.test {}\n"


def test_the_page_for_engineers_shows_the_same_programs() -> None:
    shown = programs("https://claimline.example")
    order = ("send", "python", "curl", "receive")
    assert [shown[name].strip() for name in order] == [block.strip() for block in BLOCKS]


def test_the_signature_to_compare_with_is_right() -> None:
    secret, event_id, stamp, body, expected = re.search(
        r"the secret `(.+?)`, the id `(.+?)`, the timestamp `(.+?)` and the body `(.+?)`"
        r" give\n`(.+?)`",
        HOOKS,
    ).groups()  # type: ignore[union-attr]
    assert signature(secret, signed_bytes(event_id, stamp, body.encode())) == expected
