"""What leaves: every answer is a row before it is sent, with a name for life."""

import hashlib
from datetime import datetime

from simulator.answers import Address, Letter
from simulator.config import Config
from simulator.store import Store, stamp


def next_letter(store: Store, config: Config, address: Address, moment: datetime) -> Letter:
    """An answer to this practice under the next interchange control number."""
    number = store.next_number(f"interchange {address.sender_id}")
    return Letter(config, address, moment, number)


def enqueue(store: Store, letter: Letter, kind: str, content: bytes) -> str:
    """Queue one answer; returns its name. Its event id follows from its content.

    The same bytes sent once more are another event: the number of the letter tells them apart.
    """
    seed = f"{letter.config.seed}|{letter.address.sender_id}|".encode()
    event_id = f"msg_{hashlib.sha256(seed + content).hexdigest()[:32]}"
    if store.one("SELECT 1 FROM delivery WHERE event_id = ?", event_id):
        again = f"{event_id}|{letter.control_number}".encode()
        event_id = f"msg_{hashlib.sha256(again).hexdigest()[:32]}"
    name = f"{kind}_{letter.control_number:09d}"
    store.add(
        "delivery",
        event_id=event_id,
        sender_id=letter.address.sender_id,
        route=letter.address.route,
        name=name,
        content=content,
        created_at=stamp(letter.moment),
        due_at=stamp(letter.moment),
    )
    return name
