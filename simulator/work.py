"""The work that falls due: each row becomes an answer in the outbox, or a payment run."""

import json
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from simulator import codec, truth
from simulator.answers import Address, Answered, BatchFacts, Letter, acknowledgement_277
from simulator.claims import ReceivedClaim
from simulator.config import Config
from simulator.judge import RECEIVED, Verdict
from simulator.outbox import enqueue, next_letter
from simulator.payer import PayerConfig
from simulator.payments import run_payments
from simulator.scenarios.parts import ACK_277CA, ACK_999
from simulator.spoil import flaw_of, misdirected, spoiled
from simulator.store import Store, stamp
from x12.transactions.ack_277ca.model import PAYER
from x12.transactions.ack_999.model import Acknowledgement999
from x12.transactions.ack_ta1 import InterchangeAcknowledgement


def next_work(store: Store) -> sqlite3.Row | None:
    """The earliest row that is not done."""
    return store.one("SELECT * FROM work WHERE done_at IS NULL ORDER BY due_at, id LIMIT 1")


def do_work(store: Store, config: Config, row: sqlite3.Row, at: datetime) -> None:
    """Do one row, once: its answers are queued in the transaction that marks it done."""
    with store.transaction():
        sql = "UPDATE work SET done_at = ? WHERE id = ? AND done_at IS NULL"
        if store.run(sql, stamp(at), row["id"]):
            _KINDS[row["kind"]](store, config, row, at)


def give_up(store: Store, row: sqlite3.Row, at: datetime) -> None:
    """Leave a row that fails: one bad claim must not hold up everybody else's answers.

    What a failed payment run would have paid is still open, and the next run finds it.
    """
    store.run("UPDATE work SET done_at = ?, failed = 1 WHERE id = ?", stamp(at), row["id"])


def _ta1(store: Store, config: Config, row: sqlite3.Row, at: datetime) -> None:
    data = json.loads(row["data"])
    letter = next_letter(store, config, _address(row, data), at)
    answer = codec.loads(InterchangeAcknowledgement, data["record"])
    enqueue(store, letter, "TA1", letter.write_ta1(answer))


def _999(store: Store, config: Config, row: sqlite3.Row, at: datetime) -> None:
    data = json.loads(row["data"])
    letter = next_letter(store, config, _address(row, data), at)
    _send(store, letter, ACK_999, codec.loads(Acknowledgement999, data["record"]), data)


def _clearinghouse_277(store: Store, config: Config, row: sqlite3.Row, at: datetime) -> None:
    _277(store, config, row, at, None)


def _payer_277(store: Store, config: Config, row: sqlite3.Row, at: datetime) -> None:
    payer = config.payers.get(json.loads(row["data"])["payer_id"])
    if payer:
        _277(store, config, row, at, payer)


def _277(
    store: Store, config: Config, row: sqlite3.Row, at: datetime, payer: PayerConfig | None
) -> None:
    data = json.loads(row["data"])
    answered = [_answered(claim, by_payer=bool(payer)) for claim in store.claims(data["claims"])]
    if not answered:
        return
    letter = next_letter(store, config, _address(row, data), at)
    record = acknowledgement_277(letter, _facts(data["facts"]), answered, payer)
    _send(store, letter, ACK_277CA, record, data)


def _send(store: Store, letter: Letter, kind: str, record: Any, data: dict[str, Any]) -> None:
    """Queue a 999 or 277CA: whole, or as the scenario that `data` names spoils it."""
    name = data.get("spoiled_by")
    part = letter.config.scenario(name).acknowledgement if name else None
    content = spoiled(letter.write(misdirected(record, part)), part)
    file = enqueue(store, letter, kind, content)
    if part:
        facts = {"sender": letter.address.sender_id, "file": file, "flaw": flaw_of(part)}
        truth.note(store, letter.moment, "acknowledgement", facts | {"scenario": name})


def _address(row: sqlite3.Row, data: dict[str, Any]) -> Address:
    return Address(row["sender_id"], row["route"], data["usage"])


def _facts(raw: dict[str, Any]) -> BatchFacts:
    return BatchFacts(**{**raw, "received_on": date.fromisoformat(raw["received_on"])})


def _answered(row: sqlite3.Row, *, by_payer: bool) -> Answered:
    """What the payer says; or the clearinghouse, who passed on what it did not reject."""
    verdict = Verdict(**json.loads(row["status"]))
    claim = codec.loads(ReceivedClaim, row["record"])
    if by_payer:
        return Answered(claim, verdict, row["payer_claim_number"])
    return Answered(claim, RECEIVED if verdict.speaker == PAYER else verdict)


def _payment_run(store: Store, config: Config, _row: sqlite3.Row, at: datetime) -> None:
    run_payments(store, config, at)


_KINDS: dict[str, Callable[[Store, Config, sqlite3.Row, datetime], None]] = {
    "ta1": _ta1,
    "999": _999,
    "clearinghouse_277ca": _clearinghouse_277,
    "payer_277ca": _payer_277,
    "payment_run": _payment_run,
}
