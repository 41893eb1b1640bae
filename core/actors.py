"""Who acts: a person, the system, a payer, a clearinghouse, or a caller of the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.ids import uuid7

PERSON, SYSTEM, PAYER, CLEARINGHOUSE, API = "person", "system", "payer", "clearinghouse", "api"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts. `name` is shown on timelines; `user` is set for persons only."""

    kind: str = SYSTEM
    name: str = "System"
    user: Any = None
    source: str = ""
    request_id: UUID = field(default_factory=uuid7)


_current: ContextVar[Actor | None] = ContextVar("actor", default=None)


def current_actor() -> Actor:
    """The actor of the code now running; the system where nobody else was named."""
    return _current.get() or Actor()


def person(user: Any, source: str = "screen", request_id: UUID | None = None) -> Actor:
    """The actor for a signed-in user."""
    name = user.get_full_name() or user.get_username()
    return Actor(PERSON, name, user, source, request_id or uuid7())


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Within the block, timeline, audit and ledger name `actor`."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)
