"""Fixtures of the simulator's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A simulator where every claim is paid, unless a test says otherwise."""
    made = World(tmp_path)
    yield made
    made.service.store.close()
