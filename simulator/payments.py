"""A payment run: what is due is decided, gathered by payer and payee, and paid in one 835 each."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from simulator import codec, remit_file, truth
from simulator.answers import Address, remittance
from simulator.calendar import local
from simulator.claims import ReceivedClaim
from simulator.config import Config
from simulator.money import ZERO
from simulator.settle import Held, Settled, Settling, due_plbs
from simulator.store import Store, stamp
from x12.transactions.remittance_835.model import PartyIdentity, ProviderAdjustment

_DUE = (
    "SELECT claim.*, '' AS step, 0 AS later_id FROM claim"
    " WHERE state = 'accepted' AND pay_at <= ?"
    " UNION ALL SELECT claim.*, later.step, later.id FROM later"
    " JOIN claim ON claim.id = later.claim_id WHERE later.done = 0 AND later.due_at <= ?"
    " AND later.step IN ('take_back', 'again', 'correct', 'rest') ORDER BY 1"
)
Account = tuple[str, str, str]  # sender, payer, payee


def run_payments(store: Store, config: Config, at: datetime) -> int:
    """Pay every accepted claim that is due by `at`; answers how many 835 went out."""
    groups: dict[tuple[str, ...], list[sqlite3.Row]] = {}
    for row in store.all(_DUE, stamp(at), stamp(at)):
        if row["payer_id"] not in config.payers:
            continue  # taken out of the configuration: it waits until it is back
        alone = str(row["id"]) if _spoils(config, row) else ""
        key = (row["sender_id"], row["route"], row["payer_id"], row["payee"], row["usage"], alone)
        groups.setdefault(key, []).append(row)
    return sum(_pay(store, config, rows, at) for rows in groups.values())


def _spoils(config: Config, row: sqlite3.Row) -> bool:
    """Whether the claim spoils the file that it is in, so that it gets a payment of its own."""
    return not row["step"] and config.scenario(row["behaviour"]).file is not None


def _pay(store: Store, config: Config, rows: Sequence[sqlite3.Row], at: datetime) -> bool:
    first = rows[0]
    payer = config.payers[first["payer_id"]]
    payee = _payee(codec.loads(ReceivedClaim, first["record"]))
    paid_on = local(config, at).date()
    settled = Settled()
    settling = Settling(store, config, payer, at)
    for row in rows:
        settling.settle(row, settled)
    if not settled.answers:
        return False
    flaw = config.scenario(first["behaviour"]).file if _spoils(config, first) else None
    account = (first["sender_id"], payer.payer_id, first["payee"])
    if flaw is None:
        settled.held += due_plbs(store, account, at)
    settled.answers.sort(key=lambda one: one.answer.status_code != "22")  # reversals come first
    answers = [one.answer for one in settled.answers]
    claims_amount = sum((answer.paid_amount for answer in answers), ZERO)
    adjustments = _adjustments(store, account, settled.held, claims_amount, paid_on)
    trace = f"{paid_on:%y%m%d}{store.next_number(f'trace {payer.payer_id}'):06d}"
    record = remittance(payer, payee, answers, adjustments, trace_number=trace, paid_on=paid_on)
    address = Address(first["sender_id"], payer.answers or first["route"], first["usage"])
    names, wrong = remit_file.send(store, config, address, record, flaw, at)
    facts = truth.of_remittance(record, first["sender_id"], payer, names, wrong)
    truth.note(store, at, "remittance", facts)
    for one in settled.answers:
        told = {"trace": trace, "scenario": one.scenario, "sender_id": first["sender_id"]}
        truth.note(store, at, "payment", truth.of_payment(one.claim, payer, one.answer, **told))
    return True


def _adjustments(
    store: Store, account: Account, held: Iterable[Held], claims_amount: Decimal, paid_on: date
) -> list[ProviderAdjustment]:
    """Forwarding balances and what else is held: what is owed is taken now, a shortfall carried on.

    A payment is never less than nothing (BAL-0); a carried balance is never a negative claim.
    """
    sender_id, payer_id, payee = account
    payee_npi = payee.partition("/")[0]
    key = (sender_id, payer_id, payee_npi)
    where = "sender_id = ? AND payer_id = ? AND payee = ?"
    owed = store.all(f"SELECT * FROM balance WHERE {where} ORDER BY id", *key)  # noqa: S608
    store.run(f"DELETE FROM balance WHERE {where}", *key)  # noqa: S608 - the words are ours
    year_end = date(paid_on.year, 12, 31)
    pairs = [Held("FB", row["reference"], Decimal(row["amount"])) for row in owed]
    pairs += held
    left = claims_amount - sum((one.amount for one in pairs), ZERO)
    if left < 0:
        reference = f"{payer_id[:10]}{paid_on:%Y%m%d}N{store.next_number('balance')}"
        store.add(
            "balance",
            sender_id=sender_id,
            payer_id=payer_id,
            payee=payee_npi,
            reference=reference,
            amount=str(-left),
        )
        pairs.append(Held("FB", reference, left))
    return [
        ProviderAdjustment(payee_npi, year_end, one.code, one.reference, one.amount)
        for one in pairs
    ]


def _payee(claim: ReceivedClaim) -> PartyIdentity:
    return PartyIdentity(
        name=claim.billing_name,
        identifier=claim.billing_npi,
        identifier_qualifier="XX",
        tax_id=claim.billing_tax_id,
    )
