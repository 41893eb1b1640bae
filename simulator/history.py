"""The claims a payer has, and what its earlier ones say about the one that comes now."""

import json
import sqlite3
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from simulator import behaviours, codec, judge
from simulator.adjudicate import is_whole_denial
from simulator.arrival import Arrival
from simulator.calendar import local
from simulator.claims import ReceivedClaim
from simulator.config import Config
from simulator.scenarios.parts import Scenario
from simulator.store import Store, stamp
from x12.transactions.remittance_835.model import RemittanceClaim

ACCEPTED, FINISHED, REVERSED, REJECTED = "accepted", "finished", "reversed", "rejected"


class History:
    """What this practice's earlier claims say about the one that comes now."""

    def __init__(self, store: Store, sender_id: str, claim: ReceivedClaim) -> None:
        self._claim = claim
        sql = "SELECT * FROM claim WHERE sender_id = ? AND payer_id = ? AND number = ? ORDER BY id"
        self._rows = store.all(sql, sender_id, claim.payer_id, claim.number)

    @property
    def times_seen(self) -> int:
        """How often the payer got this claim number before."""
        return len(self._rows)

    def named_original(self) -> sqlite3.Row | None:
        """The claim that REF F8 names: this payer's, under the same claim number."""
        wanted = self._claim.earlier_claim_number
        named = [row for row in self._rows if wanted and row["payer_claim_number"] == wanted]
        return named[-1] if named else None

    def state_of(self, original: sqlite3.Row | None) -> str:
        """Its state, "replaced" while an earlier correction of it waits, "" without one."""
        if original is None:
            return ""
        waiting = any(
            row["replaces"] == original["id"] and row["state"] == ACCEPTED for row in self._rows
        )
        return "replaced" if waiting else str(original["state"])

    def is_duplicate(self) -> bool:
        """An original that came before and was neither rejected nor denied as a whole."""
        if self._claim.frequency_code in {judge.REPLACEMENT, judge.VOID}:
            return False
        return any(row["state"] in {ACCEPTED, FINISHED} and not _denied(row) for row in self._rows)


def _denied(row: sqlite3.Row) -> bool:
    return bool(row["result"]) and is_whole_denial(codec.loads(RemittanceClaim, row["result"]))


def scenario_of(config: Config, claim: ReceivedClaim, times_seen: int) -> Scenario:
    """What becomes of the claim: by a marker, by its payer's mix, or by everybody's."""
    payer = config.payers.get(claim.payer_id)
    name = behaviours.choose(
        seed=config.seed,
        mix=payer.mix if payer and payer.mix else config.mix,
        fates=behaviours.forced(
            config.scenarios,
            claim.number,
            claim.member_id,
            claim.patient_last_name,
            claim.charge_amount,
        ),
        claim_number=claim.number,
        times_seen=times_seen,
        is_primary=claim.is_primary,
    )
    return config.scenario(name)


def keep(
    store: Store,
    claim: ReceivedClaim,
    scenario: str,
    verdict: judge.Verdict,
    *,
    came: Arrival,
    **accepted: Any,
) -> int:
    """Remember a claim, as rejected unless `accepted` has more to say; answers its id."""
    columns = {"state": REJECTED, "pay_at": None, "payer_claim_number": "", "replaces": None}
    return store.add(
        "claim",
        sender_id=came.sender_id,
        route=came.route,
        usage=came.usage,
        payer_id=claim.payer_id,
        number=claim.number,
        frequency_code=claim.frequency_code,
        member_id=claim.member_id,
        payee=f"{claim.billing_npi}/{claim.billing_tax_id}",
        record=codec.dumps(claim),
        behaviour=scenario,
        status=json.dumps(asdict(verdict)),
        received_at=stamp(came.at),
        **(columns | accepted),
    )


def payer_number(store: Store, config: Config, claim: ReceivedClaim, at: datetime) -> str:
    """The next number that the claim's payer gives."""
    day: date = local(config, at).date()
    number = store.next_number(f"claim {claim.payer_id}")
    return f"{claim.payer_id[:6]}{day:%y%j}{number:07d}"
