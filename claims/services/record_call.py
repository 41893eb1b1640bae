"""Keeping that somebody called and what was answered: one audit row, whoever it was.

A call with a key that nobody has leaves a row as well, so that it takes as long as any other.
"""

import hashlib
from dataclasses import dataclass

from claims.models import PayerCredential
from core import audit
from core.actors import API, Actor, acting_as

TAKEN, REFUSED = "callback.taken", "callback.refused"
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it is remembered: nothing of the body but its hash."""

    key_hint: str
    event_id: str
    media_type: str
    body: bytes
    status: int
    word: str
    why: str
    message_id: str


def record_call(credential: PayerCredential | None, call: Call) -> None:
    """Append the call to the audit log. Of a refused stranger no word is believed, only kept."""
    is_taken = bool(call.message_id)
    name = credential.partner.name if credential and is_taken else "Unknown caller"
    with acting_as(Actor(API, name, source="callback")):
        audit.record(
            TAKEN if is_taken else REFUSED,
            subject=credential,
            practice=credential.practice if credential else None,
            after={
                "event_id": _storable(call.event_id),
                "media_type": _storable(call.media_type)[:80],
                "size": len(call.body),
                "sha256": hashlib.sha256(call.body).hexdigest(),
                "status": call.status,
                "answer": call.word,
                "why": call.why,
                "message": call.message_id,
            },
            note=f"key {_storable(call.key_hint)}",
        )


def _storable(text: str) -> str:
    """A caller's own words without what a database refuses to keep."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:LONGEST_ID]
