"""Trouble at the HTTP door: refused before the claims are taken, or taken without a word."""

import hashlib

import x12
from simulator import truth
from simulator.claims import received_claim, single_batches
from simulator.clock import Clock
from simulator.config import Config
from simulator.history import History, scenario_of
from simulator.scenarios.parts import LoseAnswer, Part, Refuse, Scenario
from simulator.store import Store
from x12.transactions.claim_837p.model import ClaimBatch837P


def trouble(store: Store, config: Config, content: bytes, clock: Clock) -> Part | None:
    """What happens to this call, before it is taken; None for nothing. It is counted as happened.

    The same bytes are refused as often as the scenario says; an answer is lost once.
    """
    if not any(scenario.door for scenario in config.in_play):
        return None
    with store.transaction():
        scenario = _scenario(store, config, content)
        if scenario is None or scenario.door is None:
            return None
        digest = hashlib.sha256(content).hexdigest()
        row = store.one("SELECT times FROM door WHERE sha256 = ?", digest)
        times = int(row["times"]) if row else 0
        if times >= _most(scenario.door):
            return None
        sql = "INSERT INTO door VALUES (?, 1) ON CONFLICT (sha256) DO UPDATE SET times = times + 1"
        store.run(sql, digest)
        facts = {"scenario": scenario.name, "sha256": digest, "times": times + 1}
        truth.note(store, clock.now(), "door", facts)
        return scenario.door


def _most(part: Part) -> int:
    return part.times if isinstance(part, Refuse) else int(isinstance(part, LoseAnswer))


def _scenario(store: Store, config: Config, content: bytes) -> Scenario | None:
    """The first claim's that has trouble at the door."""
    for found in x12.read_interchanges(content):
        for item in found.transactions:
            if not isinstance(item.record, ClaimBatch837P):
                continue
            for single in single_batches(item.record):
                claim = received_claim(single)
                seen = History(store, found.sender_id, claim).times_seen
                scenario = scenario_of(config, claim, seen)
                if scenario.door:
                    return scenario
    return None
