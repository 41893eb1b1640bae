"""A payment run: what is due is decided, gathered by payer and payee, and paid in one 835 each."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator import codec, judge
from simulator.adjudicate import Decision, adjudicate, reverse
from simulator.answers import Address, remittance
from simulator.behaviours import Behaviour
from simulator.calendar import local, payment_moment
from simulator.claims import ReceivedClaim
from simulator.config import Config, PayerConfig
from simulator.money import ZERO
from simulator.outbox import enqueue, next_letter
from simulator.store import Store, stamp
from x12.transactions.remittance_835.model import (
    PartyIdentity,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
)

# These spoil the file they are in, so each gets a payment of its own.
_ALONE = frozenset({Behaviour.TWICE_835, Behaviour.UNBALANCED_835, Behaviour.TRUNCATED_835})
_TOO_MUCH = Decimal("10.00")


def run_payments(store: Store, config: Config, at: datetime) -> int:
    """Pay every accepted claim that is due by `at`; answers how many 835 went out."""
    sql = (
        "SELECT * FROM claim WHERE pay_at <= ? AND (state = 'accepted'"
        " OR (state = 'finished' AND behaviour = 'reverse')) ORDER BY id"
    )
    groups: dict[tuple[str, ...], list[sqlite3.Row]] = {}
    for row in store.all(sql, stamp(at)):
        if row["payer_id"] not in config.payers:
            continue  # taken out of the configuration: it waits until it is back
        alone = str(row["id"]) if row["behaviour"] in _ALONE else ""
        key = (row["sender_id"], row["route"], row["payer_id"], row["payee"], row["usage"], alone)
        groups.setdefault(key, []).append(row)
    for rows in groups.values():
        _pay(store, config, rows, at)
    return len(groups)


def plan_run(store: Store, config: Config, since: datetime, factor: int = 1) -> str:
    """Plan the payment run that comes `factor` 835 delays after `since`; answers its moment."""
    pay_at = payment_moment(config, since + timedelta(seconds=config.delays["835"] * factor))
    sql = (
        "INSERT INTO work (due_at, kind, sender_id, route, data)"
        " VALUES (?, 'payment_run', '', '', '{}') ON CONFLICT DO NOTHING"
    )
    store.run(sql, stamp(pay_at))
    return stamp(pay_at)


def _pay(store: Store, config: Config, rows: Sequence[sqlite3.Row], at: datetime) -> None:
    first = rows[0]
    payer = config.payers[first["payer_id"]]
    payee = _payee(codec.loads(ReceivedClaim, first["record"]))
    paid_on = local(config, at).date()
    answers: list[RemittanceClaim] = []
    for row in rows:
        answers += _settle(store, config, payer, row, at)
    answers.sort(key=lambda answer: answer.status_code != "22")  # reversals come first
    account = (first["sender_id"], payer.payer_id, payee.identifier)
    claims_amount = sum((answer.paid_amount for answer in answers), ZERO)
    adjustments = _carried(store, account, claims_amount, paid_on)
    trace = f"{paid_on:%y%m%d}{store.next_number(f'trace {payer.payer_id}'):06d}"
    record = remittance(payer, payee, answers, adjustments, trace_number=trace, paid_on=paid_on)
    _send(store, config, first, record, at)


def _settle(
    store: Store, config: Config, payer: PayerConfig, row: sqlite3.Row, at: datetime
) -> list[RemittanceClaim]:
    """The answers to one claim: its decision, after the reversal of the one it replaces."""
    if row["state"] == "finished":
        return [_think_again(store, config, row, at)]
    claim = codec.loads(ReceivedClaim, row["record"])
    answers: list[RemittanceClaim] = []
    if row["replaces"]:
        answers.append(_take_back(store, row["replaces"]))
    if claim.frequency_code == judge.VOID:
        store.run("UPDATE claim SET state = 'reversed' WHERE id = ?", row["id"])
        return answers
    decision = _decide(store, config, payer, row, claim)
    sql = "UPDATE claim SET state = 'finished', result = ?, deductible = ? WHERE id = ?"
    result = codec.dumps(decision.claim)
    store.run(sql, result, str(decision.deductible_amount), row["id"])
    if row["behaviour"] == Behaviour.REVERSE:
        again_at = plan_run(store, config, at)
        store.run("UPDATE claim SET pay_at = ? WHERE id = ?", again_at, row["id"])
    return [*answers, decision.claim]


def _think_again(store: Store, config: Config, row: sqlite3.Row, at: datetime) -> RemittanceClaim:
    """The reversal of a decision; the claim is decided anew, and for good, in a later run."""
    answer = _take_back(store, row["id"])
    sql = "UPDATE claim SET state = 'accepted', behaviour = ?, pay_at = ? WHERE id = ?"
    store.run(sql, Behaviour.PAY.value, plan_run(store, config, at), row["id"])
    return answer


def _decide(
    store: Store, config: Config, payer: PayerConfig, row: sqlite3.Row, claim: ReceivedClaim
) -> Decision:
    year = claim.first_day.year if claim.first_day else 0
    used = _used(store, payer.payer_id, claim.member_id, year)
    decision = adjudicate(
        claim,
        payer,
        Behaviour(row["behaviour"]),
        payer_claim_number=row["payer_claim_number"],
        received_on=local(config, datetime.fromisoformat(row["received_at"])).date(),
        deductible_left=max(payer.deductible - used, ZERO),
    )
    _set_used(store, payer.payer_id, claim.member_id, year, used + decision.deductible_amount)
    return decision


def _take_back(store: Store, claim_id: int) -> RemittanceClaim:
    (row,) = store.claims([claim_id])
    claim = codec.loads(ReceivedClaim, row["record"])
    year = claim.first_day.year if claim.first_day else 0
    used = _used(store, row["payer_id"], row["member_id"], year)
    _set_used(store, row["payer_id"], row["member_id"], year, used - Decimal(row["deductible"]))
    store.run("UPDATE claim SET state = 'reversed' WHERE id = ?", claim_id)
    return reverse(codec.loads(RemittanceClaim, row["result"]))


def _used(store: Store, payer_id: str, member_id: str, year: int) -> Decimal:
    sql = "SELECT used FROM deductible WHERE payer_id = ? AND member_id = ? AND year = ?"
    row = store.one(sql, payer_id, member_id, year)
    return Decimal(row["used"]) if row else ZERO


def _set_used(store: Store, payer_id: str, member_id: str, year: int, used: Decimal) -> None:
    sql = (
        "INSERT INTO deductible VALUES (?, ?, ?, ?)"
        " ON CONFLICT (payer_id, member_id, year) DO UPDATE SET used = excluded.used"
    )
    store.run(sql, payer_id, member_id, year, str(used))


def _carried(
    store: Store,
    account: tuple[str, str, str],
    claims_amount: Decimal,
    paid_on: date,
) -> list[ProviderAdjustment]:
    """Forwarding balances: what is owed to the payer is taken now, a shortfall is carried on.

    A payment is never less than nothing (BAL-0); a carried balance is never a negative claim.
    """
    sender_id, payer_id, payee = account
    where = "sender_id = ? AND payer_id = ? AND payee = ?"
    owed = store.all(f"SELECT * FROM balance WHERE {where} ORDER BY id", *account)  # noqa: S608
    store.run(f"DELETE FROM balance WHERE {where}", *account)  # noqa: S608 - the words are ours
    year_end = date(paid_on.year, 12, 31)

    def adjustment(reference: str, amount: Decimal) -> ProviderAdjustment:
        return ProviderAdjustment(payee, year_end, "FB", reference, amount)

    found = [adjustment(row["reference"], Decimal(row["amount"])) for row in owed]
    left = claims_amount - sum((one.amount for one in found), ZERO)
    if left < 0:
        reference = f"{payer_id[:10]}{paid_on:%Y%m%d}N{store.next_number('balance')}"
        store.add(
            "balance",
            sender_id=sender_id,
            payer_id=payer_id,
            payee=payee,
            reference=reference,
            amount=str(-left),
        )
        found.append(adjustment(reference, left))
    return found


def _payee(claim: ReceivedClaim) -> PartyIdentity:
    return PartyIdentity(
        name=claim.billing_name,
        identifier=claim.billing_npi,
        identifier_qualifier="XX",
        tax_id=claim.billing_tax_id,
    )


def _send(store: Store, config: Config, row: sqlite3.Row, record: Remittance, at: datetime) -> None:
    """Write and queue the 835, spoiled or twice where the claim's fate says so."""
    fate = Behaviour(row["behaviour"])
    if fate is Behaviour.UNBALANCED_835:
        record = _unbalanced(record)
    address = Address(row["sender_id"], row["route"], row["usage"])
    copies = 2 if fate is Behaviour.TWICE_835 else 1
    for _ in range(copies):
        letter = next_letter(store, config, address, at)
        content = letter.write(record)
        if fate is Behaviour.TRUNCATED_835:
            content = content[: content.index(b"SVC*") + 20]
        enqueue(store, letter, "835", content)


def _unbalanced(record: Remittance) -> Remittance:
    """Ten dollars too much at the claim and in the payment, which no line explains."""
    first, *others = record.claims
    wrong = replace(first, paid_amount=first.paid_amount + _TOO_MUCH)
    return replace(
        record,
        payment_amount=record.payment_amount + _TOO_MUCH,
        method_code="ACH",
        handling_code="I",
        claims=(wrong, *others),
    )
