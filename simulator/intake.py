"""Taking a file in: kept whole first, then judged; every answer is planned as a row of work.

All of it is one transaction: a file is taken with all that follows from it, or not at all.
"""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import x12
from simulator import behaviours, codec, judge
from simulator.adjudicate import is_whole_denial
from simulator.behaviours import Behaviour
from simulator.calendar import local
from simulator.claims import ReceivedClaim, earlier_payments, received_claim, single_batches
from simulator.config import Config
from simulator.envelope import ACCEPTED, REJECTED, judge_group, judge_interchange
from simulator.payments import plan_run
from simulator.store import Store, stamp
from x12.transactions.claim_837p.check import check as check_content
from x12.transactions.claim_837p.model import ClaimBatch837P
from x12.transactions.remittance_835.model import RemittanceClaim
from x12.values import to_text

PEND_FACTOR = 10  # a pended claim waits this many times longer


class UnknownSender(Exception):
    """The file's ISA06 is no practice we could answer."""


class KeyReused(Exception):
    """The idempotency key came before with other bytes."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets in its hand. `is_new` is False for a repetition."""

    number: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One interchange being taken in: who sent it, by which door, and when."""

    sender_id: str
    route: str
    usage: str
    at: datetime


def take_in(
    store: Store,
    config: Config,
    content: bytes,
    *,
    caller: str,
    idempotency_key: str,
    route: str,
    at: datetime,
    sender_id: str = "",
) -> Receipt:
    """Keep and judge one file. The same key and bytes again change nothing.

    `sender_id` is who it must be from, "" for whoever its ISA names. Raises KeyReused and
    UnknownSender.
    """
    digest = hashlib.sha256(content).hexdigest()
    with store.transaction():
        if known := find_submission(store, caller, idempotency_key):
            if known["sha256"] != digest:
                raise KeyReused
            return Receipt(known["receipt"], is_new=False)
        interchanges = list(x12.read_interchanges(content))
        senders = {found.sender_id for found in interchanges if found.sender_id}
        allowed = {sender_id} if sender_id else config.sender_ids
        if senders - allowed or not (senders or sender_id):
            raise UnknownSender
        name = f"{caller}|{idempotency_key}|{digest}"
        receipt = f"R{hashlib.sha256(name.encode()).hexdigest()[:20].upper()}"
        store.add(
            "submission",
            caller=caller,
            idempotency_key=idempotency_key,
            sha256=digest,
            receipt=receipt,
            sender_id=sender_id or min(senders),
            route=route,
            content=content,
            received_at=stamp(at),
        )
        for found in interchanges:
            came = _Delivery(found.sender_id or sender_id, route, found.usage or "P", at)
            _take_interchange(store, config, found, came)
    return Receipt(receipt, is_new=True)


def find_submission(store: Store, caller: str, idempotency_key: str) -> sqlite3.Row | None:
    """The file that this caller sent under this key."""
    sql = "SELECT * FROM submission WHERE caller = ? AND idempotency_key = ?"
    return store.one(sql, caller, idempotency_key)


def _take_interchange(
    store: Store, config: Config, found: x12.Interchange, came: _Delivery
) -> None:
    sql = "SELECT 1 FROM interchange WHERE sender_id = ? AND control_number = ?"
    repeated = store.one(sql, came.sender_id, found.control_number) is not None
    local_at = local(config, came.at)
    answer = judge_interchange(
        found, local_at, receiver_id=config.clearinghouse_id, is_repeated=repeated
    )
    rejected = answer.verdict == REJECTED
    if rejected or found.acknowledgement_requested:
        _plan(store, config, came, "ta1", {"record": codec.dumps(answer)})
    if rejected:
        return
    store.add("interchange", sender_id=came.sender_id, control_number=found.control_number)
    for group in found.groups:
        verdict = judge_group(group, _refuse_sets(store, config, group, came))
        _plan(store, config, came, "999", {"record": codec.dumps(verdict)})
        for item, one in zip(group.transactions, verdict.sets, strict=True):
            if one.verdict == ACCEPTED and isinstance(item.record, ClaimBatch837P):
                _take_set(store, config, item, came)


def _refuse_sets(store: Store, config: Config, group: x12.Group, came: _Delivery) -> frozenset[str]:
    """Sets that a claim's fate has rejected whole; that claim is kept, so that it strikes once."""
    refused = set()
    for item in group.transactions:
        if not isinstance(item.record, ClaimBatch837P):
            continue
        for single in single_batches(item.record):
            claim = received_claim(single, {})
            times_seen = _History(store, came.sender_id, claim).times_seen
            if _behaviour(config, claim, times_seen) is Behaviour.REJECT_FILE:
                _keep(store, came, claim, Behaviour.REJECT_FILE, judge.RECEIVED)
                refused.add(item.control_number)
    return frozenset(refused)


def _take_set(store: Store, config: Config, item: x12.Transaction, came: _Delivery) -> None:
    batch: ClaimBatch837P = item.record
    earlier = earlier_payments(item.segments)
    ids: list[int] = []
    by_payer: dict[str, list[int]] = {}
    for single in single_batches(batch):
        number = single.claims()[0].patient_control_number
        claim = received_claim(single, earlier.get(number, {}))
        claim_id, passed_on = _take_claim(store, config, claim, check_content(single), came)
        ids.append(claim_id)
        if passed_on:
            by_payer.setdefault(claim.payer_id, []).append(claim_id)
    facts = {
        "batch_reference": batch.reference,
        "submitter_name": to_text(batch.submitter.name)[0],
        "submitter_id": batch.submitter.identifier,
        "received_on": str(local(config, came.at).date()),
    }
    _plan(store, config, came, "clearinghouse_277ca", {"facts": facts, "claims": ids})
    for payer_id, members in by_payer.items():
        data = {"facts": facts, "claims": members, "payer_id": payer_id}
        _plan(store, config, came, "payer_277ca", data)


def _take_claim(
    store: Store,
    config: Config,
    claim: ReceivedClaim,
    faults: Sequence[x12.Fault],
    came: _Delivery,
) -> tuple[int, bool]:
    """Decide who takes or rejects the claim; answers its id and whether the payer speaks of it."""
    history = _History(store, came.sender_id, claim)
    behaviour = _behaviour(config, claim, history.times_seen)
    verdict = judge.by_clearinghouse(
        faults, knows_payer=claim.payer_id in config.payers, behaviour=behaviour
    )
    earlier = history.named_original()
    earlier_state = history.state_of(earlier)
    if not verdict.is_rejection:
        verdict = judge.by_payer(
            claim,
            received_on=local(config, came.at).date(),
            behaviour=behaviour,
            is_duplicate=history.is_duplicate(),
            earlier_state=earlier_state,
        )
    taken = not verdict.is_rejection
    accepted: dict[str, Any] = {}
    if taken:
        accepted = {
            "state": "accepted",
            "pay_at": _plan_payment(store, config, behaviour, came),
            "payer_claim_number": _payer_number(store, config, claim, came.at),
            "replaces": earlier["id"] if earlier else None,
        }
    claim_id = _keep(store, came, claim, behaviour, verdict, **accepted)
    speaks = verdict.speaker == judge.PAYER and behaviour is not Behaviour.SILENT
    return claim_id, speaks


def _keep(
    store: Store,
    came: _Delivery,
    claim: ReceivedClaim,
    behaviour: Behaviour,
    verdict: judge.Verdict,
    **accepted: Any,
) -> int:
    """Remember a claim, as rejected unless `accepted` has more to say; answers its id."""
    columns = {"state": "rejected", "pay_at": None, "payer_claim_number": "", "replaces": None}
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
        behaviour=behaviour.value,
        status=json.dumps(asdict(verdict)),
        received_at=stamp(came.at),
        **(columns | accepted),
    )


class _History:
    """What this practice's earlier claims say about the one that comes now."""

    def __init__(self, store: Store, sender_id: str, claim: ReceivedClaim) -> None:
        self._store, self._sender_id, self._claim = store, sender_id, claim
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
            row["replaces"] == original["id"] and row["state"] == "accepted" for row in self._rows
        )
        return "replaced" if waiting else str(original["state"])

    def is_duplicate(self) -> bool:
        """An original that came before and was neither rejected nor denied as a whole."""
        if self._claim.frequency_code in {judge.REPLACEMENT, judge.VOID}:
            return False
        return any(
            row["state"] in {"accepted", "finished"} and not _denied(row) for row in self._rows
        )


def _denied(row: sqlite3.Row) -> bool:
    return bool(row["result"]) and is_whole_denial(codec.loads(RemittanceClaim, row["result"]))


def _behaviour(config: Config, claim: ReceivedClaim, times_seen: int) -> Behaviour:
    fates = behaviours.forced(
        config.scenarios, claim.number, claim.member_id, claim.patient_last_name
    )
    return behaviours.choose(
        seed=config.seed,
        mix=config.mix,
        fates=fates,
        claim_number=claim.number,
        times_seen=times_seen,
        is_primary=claim.is_primary,
    )


def _payer_number(store: Store, config: Config, claim: ReceivedClaim, at: datetime) -> str:
    day: date = local(config, at).date()
    number = store.next_number(f"claim {claim.payer_id}")
    return f"{claim.payer_id[:6]}{day:%y%j}{number:07d}"


def _plan_payment(
    store: Store, config: Config, behaviour: Behaviour, came: _Delivery
) -> str | None:
    if behaviour is Behaviour.SILENT:
        return None
    return plan_run(store, config, came.at, PEND_FACTOR if behaviour is Behaviour.PEND else 1)


def _plan(store: Store, config: Config, came: _Delivery, kind: str, data: dict[str, Any]) -> None:
    store.add(
        "work",
        due_at=stamp(came.at + timedelta(seconds=config.delays[kind])),
        kind=kind,
        sender_id=came.sender_id,
        route=came.route,
        data=json.dumps({"usage": came.usage, **data}, sort_keys=True),
    )
