"""An address of Summit's on a real server, and something that happens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.models import Practice, WebhookEndpoint
from core.services.webhook_endpoints import make_endpoint
from core.webhooks.events import EventKind, declare_event
from core.webhooks.tell import tell
from tests.servers.sink import Sink, sink

HAPPENED = declare_event("test.happened", "Something of a test.", {"number": 1})


@pytest.fixture
def door() -> Iterator[Sink]:
    with sink() as server:
        yield server


@pytest.fixture
def endpoint(in_summit: Practice, door: Sink, settings: Any) -> WebhookEndpoint:
    """The installation names the test's server among the hosts that it may call."""
    settings.CLAIMLINE_OUTBOUND_HOSTS = [door.address]
    row, _ = make_endpoint(
        practice=in_summit, name="Our ledger", url=door.url, events=[HAPPENED.name]
    )
    return row


@pytest.fixture
def happens(in_summit: Practice) -> Callable[..., int]:
    """Tell of things that happened, by their numbers."""

    def told(*numbers: int, kind: EventKind = HAPPENED) -> int:
        return tell(kind, in_summit.pk, numbers, lambda number: {"number": number})

    return told
