"""Which events may be told. Each app declares its own in ready()."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event: its stable name, when it happens, and an example of its data."""

    name: str
    meaning: str
    example: Mapping[str, Any]

    @property
    def group(self) -> str:
        """What it is about: claim, remittance, payment."""
        return self.name.partition(".")[0]


_kinds: dict[str, EventKind] = {}


def declare_event(name: str, meaning: str, example: Mapping[str, Any]) -> EventKind:
    """Declare a kind. `example` has every key that its data has. Raises ValueError when declared
    twice with another meaning.
    """
    kind = EventKind(name, meaning, example)
    if _kinds.setdefault(name, kind) != kind:
        raise ValueError(f"event {name} is declared twice")
    return kind


def event_kinds() -> list[EventKind]:
    """Every kind that an address may ask for, by name."""
    return [_kinds[name] for name in sorted(_kinds) if name != TEST]


def all_event_kinds() -> list[EventKind]:
    """The same, and the test event."""
    return [_kinds[name] for name in sorted(_kinds)]


TEST_EVENT = declare_event(TEST, "Somebody pressed Send a test event on the address's page.", {})
