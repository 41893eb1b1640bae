"""A claim passed on to the next payer, who decides it from what this one decided (domain C.1)."""

import sqlite3
from dataclasses import replace
from datetime import datetime

from simulator import judge
from simulator.adjudicate import NextPayer, patient_amount
from simulator.arrival import Arrival, plan_run
from simulator.claims import Line, OtherCoverage, ReceivedClaim
from simulator.config import Config
from simulator.history import ACCEPTED, History, keep, payer_number, scenario_of
from simulator.money import ZERO
from simulator.payer import PayerConfig
from simulator.store import Store
from x12.transactions.remittance_835.model import RemittanceClaim

_RANKS = "PST"


def next_payer(config: Config, payer: PayerConfig, claim: ReceivedClaim) -> NextPayer | None:
    """Whom the claim itself names next, where that payer is one of ours; else whom `payer` does."""
    named = _coverage_after(config, claim)
    found = config.payers.get(named.payer_id if named else payer.crosses_to)
    return NextPayer(found.payer_id, found.name) if found else None


def _coverage_after(config: Config, claim: ReceivedClaim) -> OtherCoverage | None:
    later = [
        one
        for one in claim.others
        if one.payer_rank > claim.payer_rank and one.payer_id in config.payers
    ]
    return min(later, key=lambda one: one.payer_rank, default=None)


def cross_over(  # noqa: PLR0917 - a claim, its answer, and where both are kept
    store: Store,
    config: Config,
    row: sqlite3.Row,
    claim: ReceivedClaim,
    answer: RemittanceClaim,
    at: datetime,
) -> None:
    """The next payer has the claim now; the practice has sent it none. Once for each claim."""
    target, named = config.payers[answer.crossover_payer_id], _coverage_after(config, claim)
    place = min(_RANKS.find(claim.payer_rank) + 1, len(_RANKS) - 1)
    passed_on = replace(
        claim,
        payer_id=target.payer_id,
        payer_name=target.name,
        payer_rank=named.payer_rank if named else _RANKS[place],
        claim_filing_code=named.claim_filing_code if named else "CI",
        member_id=named.member_id if named else claim.member_id,
        frequency_code="1",
        earlier_claim_number="",
        others=(),
        lines=_with_decisions(claim, answer),
    )
    history = History(store, row["sender_id"], passed_on)
    if history.is_duplicate():
        return
    keep(
        store,
        passed_on,
        scenario_of(config, passed_on, history.times_seen).name,
        judge.TAKEN,
        came=Arrival(row["sender_id"], row["route"], row["usage"], at),
        state=ACCEPTED,
        pay_at=plan_run(store, config, at),
        payer_claim_number=payer_number(store, config, passed_on, at),
    )


def _with_decisions(claim: ReceivedClaim, answer: RemittanceClaim) -> tuple[Line, ...]:
    lines = []
    for line, said in zip(claim.lines, answer.lines, strict=True):
        patient = patient_amount(said.adjustments)
        lines.append(
            replace(
                line,
                earlier_paid_amount=(line.earlier_paid_amount or ZERO) + said.paid_amount,
                earlier_patient_amount=patient,
                earlier_allowed_amount=said.paid_amount + patient,
            )
        )
    return tuple(lines)
