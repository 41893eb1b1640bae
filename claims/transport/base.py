"""What every road to a trading partner can say: taken, refused, busy, or nobody knows."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file to send. The same parcel keeps the same name, bytes and key at every try."""

    file_name: str
    content: bytes
    idempotency_key: str
    control_number: str = ""  # of the interchange in it (ISA13)


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
class NotDelivered:
    """The line failed before the file could count as there: it may be sent again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Nothing may go over this line until a person has looked. The file did not arrive."""

    stop: str  # choices.LineStop
    reason: str
    host_key: str = ""  # the one that was offered


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
    line_failed: bool = field(default=False, compare=False)  # nobody answered at all


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial of the line showed, in words for a person."""

    is_well: bool
    words: str
    stopped: Stopped | None = None


@dataclass(frozen=True, slots=True)
class Replied:
    """A question answered while we waited: the answer as it came."""

    content: bytes


Outcome = Accepted | Rejected | Throttled | Unknown | NotDelivered | Stopped
Resolution = Found | NotFound | CannotTell | Stopped
Reply = Replied | Rejected | Throttled | Unknown | Stopped


FILES_ONLY = Rejected("files only: this partner takes no questions")


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

    def try_out(self) -> Tried:
        """Go as far as one can without sending anything."""
