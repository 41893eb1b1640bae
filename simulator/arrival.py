"""One interchange being taken in, and the work that is planned because of it: answers, payments."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulator.calendar import payment_moment
from simulator.config import Config
from simulator.store import Store, stamp


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who sent it, by which door, whether in earnest (P) or as a test (T), and when."""

    sender_id: str
    route: str
    usage: str
    at: datetime


def plan(
    store: Store,
    config: Config,
    came: Arrival,
    kind: str,
    data: dict[str, Any],
    *,
    last_first: bool = False,
    route: str = "",
) -> None:
    """Plan one answer after its delay; with `last_first`, after the payment and in reverse.

    `route` is where it goes when it does not go back by the door that the claims came by.
    """
    delay = timedelta(seconds=config.delays[kind])
    due = came.at + delay
    if last_first:
        paid = payment_moment(config, came.at + timedelta(seconds=config.delays["835"]))
        longest = timedelta(seconds=1 + max(config.delays[name] for name in _BEFORE_PAYMENT))
        due = paid + longest - delay
    store.add(
        "work",
        due_at=stamp(due),
        kind=kind,
        sender_id=came.sender_id,
        route=route or came.route,
        data=json.dumps({"usage": came.usage, **data}, sort_keys=True),
    )


_BEFORE_PAYMENT = ("ta1", "999", "clearinghouse_277ca", "payer_277ca")


def plan_run(store: Store, config: Config, since: datetime, factor: int = 1) -> str:
    """Plan the payment run that comes `factor` 835 delays after `since`; answers its moment."""
    pay_at = payment_moment(config, since + timedelta(seconds=config.delays["835"] * factor))
    sql = (
        "INSERT INTO work (due_at, kind, sender_id, route, data)"
        " VALUES (?, 'payment_run', '', '', '{}') ON CONFLICT DO NOTHING"
    )
    store.run(sql, stamp(pay_at))
    return stamp(pay_at)
