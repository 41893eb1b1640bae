"""The stack that every scenario runs on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.models import Practice
from tests.scenarios.stack import Stack, real_stack


@pytest.fixture
def stack(  # noqa: PLR0917  (fixtures are named, not placed)
    transactional_db: None,
    live_server: Any,
    summit: Practice,
    tmp_path: Path,
    process_environment: dict[str, str],
    settings: Any,
) -> Iterator[Stack]:
    """Web server, simulator and routes; the test starts workers as it likes."""
    settings.CLAIMLINE_WAKE_WORKERS = True
    settings.CLAIMLINE_RAISE_IN_SWEEPS = False
    settings.CLAIMLINE_VAR_DIR = tmp_path
    with real_stack(summit, live_server.url, tmp_path, process_environment) as running:
        yield running
