"""Senders: one whose clock is the test's, and one whose clock is the wall's, for real servers."""

import pytest

from claims.services.credentials import create_credential
from tests.claims.callbacks.sender import Sender
from tests.factories.claims import World


@pytest.fixture
def sender(world: World) -> Sender:
    """A clearinghouse that signs by the clock of the test."""
    return Sender(*create_credential(partner=world.partner, name="Open Clearinghouse"), world)


@pytest.fixture
def real_sender(world: World) -> Sender:
    """A clearinghouse for a server of its own process or threads, with room for floods."""
    credential, secret = create_credential(
        partner=world.partner, name="Open Clearinghouse", events_per_minute=100_000
    )
    return Sender(credential, secret)
