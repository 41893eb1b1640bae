"""The track on the page of a batch: how far it came, and which claims are at each step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claims.choices import AttemptState
from claims.models import SubmissionAttempt
from claims.states import EVIDENCE_RANK

A = AttemptState


@dataclass(frozen=True)
class Part:
    """Some claims of a step, in words that open them: `key` chooses them on the page."""

    words: str
    key: str


@dataclass(frozen=True)
class Step:
    """One step of the track: done, how many, what went wrong."""

    label: str
    is_done: bool
    words: str
    is_bad: bool = False
    parts: tuple[Part, ...] = ()


Choice = Callable[[SubmissionAttempt], bool]


def _passed(floor: str, rejected: str) -> Choice:
    """Came as far as `floor` and was not turned away there."""
    return lambda one: one.evidence_rank >= EVIDENCE_RANK[floor] and one.state != rejected


def _turned_away(state: str) -> Choice:
    return lambda one: one.state == state


def _awaits(floor: str) -> Choice:
    """Did not come as far as `floor`, and was not turned away before it."""
    rejected = {A.FILE_REJECTED, A.CH_REJECTED, A.PAYER_REJECTED, A.REFUSED}
    return lambda one: one.evidence_rank < EVIDENCE_RANK[floor] and one.state not in rejected


CHOICES: dict[str, tuple[str, Choice]] = {
    "sent": ("sent", _passed(A.SENT, "")),
    "file-accepted": ("in a file that was accepted", _passed(A.FILE_ACCEPTED, A.FILE_REJECTED)),
    "file-rejected": ("in a file that was rejected", _turned_away(A.FILE_REJECTED)),
    "file-awaited": ("in a file nobody answered yet", _awaits(A.FILE_ACCEPTED)),
    "ch-accepted": ("accepted by the clearinghouse", _passed(A.CH_ACCEPTED, A.CH_REJECTED)),
    "ch-rejected": ("rejected by the clearinghouse", _turned_away(A.CH_REJECTED)),
    "ch-awaited": ("the clearinghouse has not answered", _awaits(A.CH_ACCEPTED)),
    "payer-accepted": ("taken in by the payer", _passed(A.PAYER_RECEIVED, A.PAYER_REJECTED)),
    "payer-rejected": ("rejected by the payer", _turned_away(A.PAYER_REJECTED)),
    "payer-awaited": ("the payer has not answered", _awaits(A.PAYER_RECEIVED)),
}


def chosen(attempts: Sequence[SubmissionAttempt], key: str) -> list[SubmissionAttempt]:
    """The claims of one part; all of them for a key that is not known."""
    if key not in CHOICES:
        return list(attempts)
    fits = CHOICES[key][1]
    return [one for one in attempts if fits(one)]


def parts(attempts: Sequence[SubmissionAttempt], **words: str) -> tuple[Part, ...]:
    """The parts that hold any claim: `file_accepted="accepted"` becomes "3 accepted"."""
    found = []
    for name, what in words.items():
        key = name.replace("_", "-")
        count = len(chosen(attempts, key))
        if count:
            found.append(Part(f"{count:,} {what}", key))
    return tuple(found)
