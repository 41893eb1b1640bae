"""How a key that opens a door is doing, whoever holds it: a payer or the practice's own systems."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from core import clock
from core.choices import KeyStanding

WARNED_BEFORE = timedelta(days=14)


class Key(Protocol):
    """What a key knows of its own life."""

    practice: Any
    revoked_at: datetime | None
    expires_at: datetime | None
    last_used_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether it opens the door now."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One word for a chip, and the sentence that says more."""

    state: KeyStanding
    words: str


def standing_of_key(key: Key) -> Standing:
    """How the key is doing: red only where somebody must act."""
    end = key.expires_at
    day = f"{clock.local(end, key.practice):%m/%d/%Y}" if end else ""
    if key.revoked_at:
        return Standing(KeyStanding.REVOKED, "Whatever comes with it is refused.")
    if not key.is_live:
        return Standing(KeyStanding.EXPIRED, f"It ended on {day}: whatever comes is refused.")
    if end and end <= clock.now() + WARNED_BEFORE:
        return Standing(KeyStanding.ENDS_SOON, f"It ends on {day}; then it is refused.")
    if key.last_used_at is None:
        return Standing(KeyStanding.UNUSED, "Nothing has come with it yet.")
    return Standing(KeyStanding.LIVE, "What comes with it is taken in.")
