"""What every decision keeps: who, when, and in which words."""

from typing import Any

from core import clock
from core.actors import current_actor
from core.errors import ApplicationError

LEAST_REASON, MOST_WORDS = 5, 300


def decided(note: str) -> dict[str, Any]:
    """The columns of a row that somebody decides on now."""
    actor = current_actor()
    return {
        "decided_by": actor.user,
        "decided_by_name": actor.name,
        "decided_at": clock.now(),
        "decision_note": " ".join(note.split())[:MOST_WORDS],
    }


def worded(text: str) -> str:
    """A reason in one line. Raises ApplicationError at `note` for one that says nothing."""
    reason = " ".join(text.split())[:MOST_WORDS]
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say in a few words why.", field="note")
    return reason
