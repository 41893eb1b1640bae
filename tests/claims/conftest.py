"""The claim world at Summit, with its biller acting, on the morning of W-01."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from claims.choices import TransportKind
from claims.models import TradingPartner
from claims.services import send_inquiry
from core import clock
from core.models import Practice
from tests.claims.line import Line
from tests.factories.claims import World, make_world

NOVEMBER_23 = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # 09:30 at Summit


@pytest.fixture
def world(in_summit: Practice, settings: object, tmp_path: object) -> Iterator[World]:
    """Everything a claim needs; files go below the test's own folder."""
    settings.CLAIMLINE_VAR_DIR = tmp_path
    with clock.travel(NOVEMBER_23):
        yield make_world(in_summit)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, world: World) -> Line:
    """The clearinghouse takes questions, and the test says what it answers."""
    found = Line()
    TradingPartner.objects.update(
        transport=TransportKind.HTTPS, endpoint_url="https://clearinghouse.example"
    )
    monkeypatch.setattr(send_inquiry, "transport_for", lambda _partner: found)
    return found
