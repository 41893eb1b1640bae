"""What every road to a trading partner can say: taken, refused, busy, or nobody knows."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file to send. The same parcel keeps the same name, bytes and key at every try."""

    file_name: str
    content: bytes
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side has the file."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The other side will not take it, and will not at the next try either."""

    reason: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """The other side asks us to come back later; it has not taken the file."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Timeouts, resets and unreadable answers: the file may or may not have arrived."""

    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A doubt resolved: the other side has the file."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class NotFound:
    """A doubt resolved: the other side does not have the file."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The doubt stays."""

    reason: str = field(default="")


@dataclass(frozen=True, slots=True)
class Replied:
    """A question answered while we waited: the answer as it came."""

    content: bytes


Outcome = Accepted | Rejected | Throttled | Unknown
Resolution = Found | NotFound | CannotTell
Reply = Replied | Rejected | Throttled | Unknown


class Transport(Protocol):
    """A road to one trading partner (reliability 1.4)."""

    def submit(self, parcel: Parcel) -> Outcome:
        """Send the parcel once. Never raises for what the network or the other side does."""

    def ask(self, parcel: Parcel) -> Reply:
        """Ask a question and wait for its answer. A question may be asked twice: it has no effect.

        Never raises for what the network or the other side does.
        """

    def resolve(self, parcel: Parcel) -> Resolution:
        """Ask whether the parcel arrived. Asked before any resend."""
