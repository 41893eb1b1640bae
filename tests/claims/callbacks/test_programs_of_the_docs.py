"""The programs that docs/callbacks.md prints, run as they stand against a running server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from claims.callbacks.signature import sign
from claims.keys import how_to
from claims.models import InboundMessage
from core.services.documents import read_document
from tests.architecture.tree import ROOT
from tests.claims.callbacks.sender import Sender
from tests.claims.documents import document
from tests.factories.claims import World

PAGE = (ROOT / "docs/callbacks.md").read_text()
BLOCKS = dict(re.findall(r"```(python|bash)\n(.*?)```", PAGE, re.DOTALL))
COMMANDS = {"python": (sys.executable, "send.py"), "bash": ("bash", "send.sh")}
NEEDED = ("bash", "curl", "openssl")
FILE = document("w32.277")


@pytest.fixture
def run(live_server: Any, tmp_path: Path, real_sender: Sender) -> Any:
    """Run a program of the page on a file, with the address and the secret in the environment."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing and os.environ.get("CI"):
        pytest.fail(f"CI needs {', '.join(missing)} for the programs of the docs")
    if missing:
        pytest.skip(f"{', '.join(missing)} not on this machine")

    def program(language: str, name: str, content: str, secret: str = "") -> tuple[int, str]:
        (tmp_path / name).write_text(content)
        command, script = COMMANDS[language]
        (tmp_path / script).write_text(BLOCKS[language])
        done = subprocess.run(
            [command, script, name],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
            env={"PATH": os.environ["PATH"],
                 "CLAIMLINE_ADDRESS": live_server.url + real_sender.address,
                 "CLAIMLINE_SECRET": secret or real_sender.secret},
        )  # fmt: skip
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout

    return program


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", COMMANDS)
def test_a_program_delivers_a_file_and_an_event(world: World, run: Any, language: str) -> None:
    code, said = run(language, "answers.277", FILE)
    assert code == 0
    assert "202" in said
    assert '"accepted"' in said
    assert read_document(InboundMessage.objects.get().document).decode() == FILE

    _, said = run(language, "ping.json", '{"type": "ping"}')
    assert "202" in said
    assert InboundMessage.objects.filter(event_type="ping").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", COMMANDS)
def test_a_program_says_what_the_door_refused(world: World, run: Any, language: str) -> None:
    _, said = run(language, "ping.json", '{"type": "ping"', "")
    assert "400" in said
    assert '"malformed"' in said
    _, said = run(language, "ping.json", '{"type": "ping"}', "whsec_" + "A" * 43 + "=")
    assert "401" in said
    assert '"unauthorized"' in said


def test_the_page_of_a_key_shows_the_same_programs() -> None:
    shown = how_to("https://claimline.example/payers/v1/KEY/events")
    assert {"python": shown["python"].strip(), "bash": shown["curl"].strip()} == {
        language: block.strip() for language, block in BLOCKS.items()
    }


def test_the_signature_to_compare_with_is_right() -> None:
    secret, event_id, stamp, body, signature = re.search(
        r"the secret `(.+?)`, the id `(.+?)`,\s+the timestamp `(.+?)` and the body `(.+?)`"
        r" give `(.+?)`",
        PAGE,
    ).groups()  # type: ignore[union-attr]
    assert sign(secret, event_id, stamp, body.encode()) == signature
