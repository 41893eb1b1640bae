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


def enqueue(store: Store, letter: Letter, kind: str, content: bytes) -> None:
    """Queue one answer. Its event id follows from its content, so equal answers have one id."""
    seed = f"{letter.config.seed}|{letter.address.sender_id}|".encode()
    store.add(
        "delivery",
        event_id=f"msg_{hashlib.sha256(seed + content).hexdigest()[:32]}",
        sender_id=letter.address.sender_id,
        route=letter.address.route,
        name=f"{kind}_{letter.control_number:09d}",
        content=content,
        created_at=stamp(letter.moment),
        due_at=stamp(letter.moment),
    )
