"""The web server of `./run`, as a process of its own on the test database."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launcher.services import answers, web_words
from tests.architecture.tree import ROOT
from tests.scenarios.stack import free_port

PATIENCE = 300  # seconds


@contextmanager
def web_server(environment: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Its address, while it runs."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *web_words(port)], cwd=ROOT, env=dict(environment),
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            end = time.monotonic() + PATIENCE
            while not answers(f"{url}/livez"):
                assert time.monotonic() < end, (folder / "web.log").read_text()
                time.sleep(0.2)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=30)
