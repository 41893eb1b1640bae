"""One thing after another: what is due first, and doing it."""

from datetime import datetime

from simulator import log
from simulator.clock import VirtualClock
from simulator.config import Config
from simulator.deliver import deliver, next_delivery
from simulator.store import Store
from simulator.work import do_work, give_up, next_work


def due(store: Store) -> datetime | None:
    """When the next thing is due: work before deliveries of the same moment."""
    rows = (next_work(store), next_delivery(store))
    moments = [datetime.fromisoformat(row["due_at"]) for row in rows if row]
    return min(moments, default=None)


def step(store: Store, config: Config, at: datetime) -> bool:
    """Do the one thing that is due first; True when it was an answer that arrived."""
    work, parcel = next_work(store), next_delivery(store)
    if parcel and not (work and work["due_at"] <= parcel["due_at"]):
        return deliver(store, config, parcel, at).state == "done"
    if work:
        try:
            do_work(store, config, work, at)
        except Exception:
            log.fail("work_failed", kind=work["kind"], sender_id=work["sender_id"])
            give_up(store, work, at)
    return False


def advance(store: Store, config: Config, clock: VirtualClock, to: datetime) -> int:
    """Do and deliver all that falls due up to `to`, in order; answers how many answers arrived."""
    arrived = 0
    while (moment := due(store)) and moment <= to:
        clock.move_to(moment)
        arrived += step(store, config, clock.now())
    clock.move_to(to)
    return arrived
