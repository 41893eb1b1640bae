"""Taking a file in: kept whole first, then judged; every answer is planned as a row of work.

All of it is one transaction: a file is taken with all that follows from it, or not at all.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import x12
from simulator import codec, judge, truth
from simulator.arrival import Arrival, plan, plan_run
from simulator.calendar import local
from simulator.claims import ReceivedClaim, received_claim, single_batches
from simulator.config import Config
from simulator.envelope import ACCEPTED, REJECTED, judge_group, judge_interchange
from simulator.foresight import FileFate, foresee, spoils
from simulator.history import History, keep, payer_number, scenario_of
from simulator.payer import CALLBACK, DENY, FOLDER
from simulator.scenarios.parts import (
    ACK_277CA,
    CLEARINGHOUSE,
    PAYER,
    PAYMENT,
    Hold,
    Scenario,
    Silent,
)
from simulator.store import Store, stamp
from x12.transactions.claim_837p.check import check as check_content
from x12.transactions.claim_837p.model import ClaimBatch837P
from x12.values import to_text

_DUPLICATE = "deny_duplicate"  # the scenario of a repetition that is denied and not rejected


class UnknownSender(Exception):
    """The file's ISA06 is no practice we could answer."""


class KeyReused(Exception):
    """The idempotency key came before with other bytes."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets in its hand. `is_new` is False for a repetition."""

    number: str
    is_new: bool


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
            route=CALLBACK if route == CALLBACK else FOLDER,  # by call or as a file
            content=content,
            received_at=stamp(at),
        )
        for found in interchanges:
            came = Arrival(found.sender_id or sender_id, route, found.usage or "P", at)
            _take_interchange(store, config, found, came)
    return Receipt(receipt, is_new=True)


def find_submission(store: Store, caller: str, idempotency_key: str) -> sqlite3.Row | None:
    """The file that this caller sent under this key."""
    sql = "SELECT * FROM submission WHERE caller = ? AND idempotency_key = ?"
    return store.one(sql, caller, idempotency_key)


def _take_interchange(store: Store, config: Config, found: x12.Interchange, came: Arrival) -> None:
    sql = "SELECT 1 FROM interchange WHERE sender_id = ? AND control_number = ?"
    repeated = store.one(sql, came.sender_id, found.control_number) is not None
    judged = {"receiver_id": config.clearinghouse_id, "is_repeated": repeated}
    local_at = local(config, came.at)
    answer = judge_interchange(found, local_at, **judged)  # type: ignore[arg-type]
    fate = FileFate()
    if answer.verdict != REJECTED:
        fate = foresee(store, config, found, came)
        answer = judge_interchange(found, local_at, refused=fate.ta1_note, **judged)  # type: ignore[arg-type]
    rejected = answer.verdict == REJECTED
    if (rejected or found.acknowledgement_requested) and not fate.silent:
        record = {"record": codec.dumps(answer)}
        plan(store, config, came, "ta1", record, last_first=fate.reorder)
    facts = {"sender": came.sender_id, "interchange": found.control_number, "silent": fate.silent}
    truth.note(
        store, came.at, "file", facts | {"verdict": answer.verdict, "note": answer.note_code}
    )
    if rejected or fate.silent:
        return
    store.add("interchange", sender_id=came.sender_id, control_number=found.control_number)
    for group in found.groups:
        _take_group(store, config, group, came, fate)


def _take_group(
    store: Store, config: Config, group: x12.Group, came: Arrival, fate: FileFate
) -> None:
    verdict = judge_group(group, fate.refused)
    record = {"record": codec.dumps(verdict), "spoiled_by": fate.spoils_999}
    plan(store, config, came, "999", record, last_first=fate.reorder)
    for item, one in zip(group.transactions, verdict.sets, strict=True):
        if not isinstance(item.record, ClaimBatch837P):
            continue
        if one.verdict == ACCEPTED:
            _take_set(store, config, item, came, fate)
        else:
            numbers = [claim.patient_control_number for claim in item.record.claims()]
            facts = {"sender": came.sender_id, "set": item.control_number, "claims": numbers}
            truth.note(store, came.at, "set_rejected", facts)


def _take_set(
    store: Store, config: Config, item: x12.Transaction, came: Arrival, fate: FileFate
) -> None:
    batch: ClaimBatch837P = item.record
    answers: dict[tuple[str, str, int], list[int]] = {}
    for single in single_batches(batch):
        claim = received_claim(single)
        claim_id, scenario, verdict = _take_claim(store, config, claim, check_content(single), came)
        alone = (scenario.name, claim_id) if spoils(scenario, ACK_277CA) else ("", 0)
        for speaker in _speakers(verdict, scenario):
            whose = claim.payer_id if speaker == PAYER else ""
            answers.setdefault((whose, *alone), []).append(claim_id)
    facts = {
        "batch_reference": batch.reference,
        "submitter_name": to_text(batch.submitter.name)[0],
        "submitter_id": batch.submitter.identifier,
        "received_on": str(local(config, came.at).date()),
    }
    for (payer_id, spoiled_by, _), members in sorted(answers.items(), key=_clearinghouse_first):
        data: dict[str, Any] = {"facts": facts, "claims": members, "spoiled_by": spoiled_by}
        kind, route = "clearinghouse_277ca", ""
        if payer_id:
            data["payer_id"] = payer_id
            kind, route = "payer_277ca", config.payers[payer_id].answers
        plan(store, config, came, kind, data, last_first=fate.reorder, route=route)


def _clearinghouse_first(answer: tuple[tuple[str, str, int], list[int]]) -> bool:
    (payer_id, *_), _ = answer
    return bool(payer_id)


def _take_claim(
    store: Store,
    config: Config,
    claim: ReceivedClaim,
    faults: Sequence[x12.Fault],
    came: Arrival,
) -> tuple[int, Scenario, judge.Verdict]:
    """Decide who takes or rejects the claim; answers its id, what it meets, and what is said."""
    history = History(store, came.sender_id, claim)
    scenario = scenario_of(config, claim, history.times_seen)
    payer = config.payers.get(claim.payer_id)
    verdict = judge.by_clearinghouse(
        faults, knows_payer=payer is not None, receipt=scenario.receipt
    )
    earlier = history.named_original()
    is_duplicate = history.is_duplicate()
    if payer and payer.duplicates == DENY and is_duplicate and not verdict.is_rejection:
        scenario, is_duplicate = config.scenario(_DUPLICATE), False
    if not verdict.is_rejection:
        verdict = judge.by_payer(
            claim,
            received_on=local(config, came.at).date(),
            receipt=scenario.receipt,
            is_duplicate=is_duplicate,
            earlier_state=history.state_of(earlier),
        )
    accepted: dict[str, Any] = {}
    if not verdict.is_rejection:
        accepted = {
            "state": "accepted",
            "pay_at": _plan_payment(store, config, scenario, came),
            "payer_claim_number": payer_number(store, config, claim, came.at),
            "replaces": earlier["id"] if earlier else None,
        }
    claim_id = keep(store, claim, scenario.name, verdict, came=came, **accepted)
    number = accepted.get("payer_claim_number", "")
    facts = truth.of_claim(claim, came.sender_id, scenario, verdict, number)
    truth.note(store, came.at, "claim", facts)
    return claim_id, scenario, verdict


def _speakers(verdict: judge.Verdict, scenario: Scenario) -> tuple[str, ...]:
    silent = scenario.receipt.by if isinstance(scenario.receipt, Silent) else ""
    if silent == CLEARINGHOUSE:
        return ()
    if verdict.speaker != judge.PAYER or silent == PAYER:
        return (CLEARINGHOUSE,)
    return (CLEARINGHOUSE, PAYER)


def _plan_payment(store: Store, config: Config, scenario: Scenario, came: Arrival) -> str | None:
    part = scenario.receipt
    if isinstance(part, Silent) and part.by in {CLEARINGHOUSE, PAYER, PAYMENT}:
        return None
    return plan_run(store, config, came.at, part.factor if isinstance(part, Hold) else 1)
