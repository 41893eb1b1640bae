"""Settling one claim in a payment run: its decision, and what its scenario has follow from it.

What follows later is a row of `later`. `take_back`, `again`, `correct` and `rest` are claims in an
835; `offset`, `refund` and `recoup` are PLBs, which wait for an 835 that goes to the same payee.
"""

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from simulator import accumulators, codec, crossover, judge
from simulator.adjudicate import (
    Decision,
    adjudicate,
    halves,
    reverse,
    worded,
)
from simulator.arrival import plan_run
from simulator.calendar import local
from simulator.claims import ReceivedClaim
from simulator.config import Config
from simulator.history import payer_number
from simulator.money import ZERO, cents
from simulator.payer import PayerConfig
from simulator.scenarios.parts import (
    Adjust,
    Correct,
    Interest,
    Part,
    RefundSeen,
    Split,
    TakeBack,
)
from simulator.store import Store, stamp
from x12.transactions.remittance_835.model import RemittanceClaim

_CORRECTED = "7"


@dataclass(frozen=True, slots=True)
class Held:
    """One pair of a PLB; a positive amount lowers the payment."""

    code: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Answer:
    """A claim as it was meant, and what an 835 says to it."""

    claim: ReceivedClaim
    scenario: str
    answer: RemittanceClaim


@dataclass(slots=True)
class Settled:
    """What one 835 holds."""

    answers: list[Answer] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def add(self, claim: ReceivedClaim, scenario: str, answer: RemittanceClaim) -> None:
        """One more answer."""
        self.answers.append(Answer(claim, scenario, answer))


class Settling:
    """One payment run of one payer."""

    def __init__(self, store: Store, config: Config, payer: PayerConfig, at: datetime) -> None:
        self.store, self.config, self.payer, self.at = store, config, payer, at

    def settle(self, row: sqlite3.Row, into: Settled) -> None:
        """Add what is due for one claim: its first answer, or the step that `later` says."""
        claim = codec.loads(ReceivedClaim, row["record"])
        step = row["step"]
        if step:
            self.store.run("UPDATE later SET done = 1 WHERE id = ?", row["later_id"])
            if row["state"] == _STATE_AT[step]:
                _STEPS[step](self, row, claim, into)
            return
        if row["replaces"]:
            (earlier,) = self.store.claims([row["replaces"]])
            into.add(claim, earlier["behaviour"], self._take_back(earlier))
        if claim.frequency_code == judge.VOID:
            self.store.run("UPDATE claim SET state = 'reversed' WHERE id = ?", row["id"])
            return
        self._first(row, claim, into)

    def _first(self, row: sqlite3.Row, claim: ReceivedClaim, into: Settled) -> None:
        scenario = self.config.scenario(row["behaviour"])
        answer = self._decide(row, claim, scenario.decision, row["payer_claim_number"])
        payment, state = scenario.payment, "finished"
        if isinstance(payment, Interest) and answer.paid_amount > 0:
            answer = replace(answer, supplemental_amounts=(("I", payment.amount),))
            into.held.append(Held("L6", answer.payer_claim_number, -payment.amount))
        if isinstance(payment, Adjust):
            into.held.append(Held(payment.code, payment.reference, payment.amount))
        answer = worded(answer, scenario.wording)
        parts = halves(answer) if isinstance(payment, Split) else None
        if parts:
            state = "accepted"  # until the rest is paid, nothing of it can be corrected
            self._later(row, "rest")
        self.store.run(
            "UPDATE claim SET state = ?, result = ?, pay_at = NULL WHERE id = ?",
            *(state, codec.dumps(answer), row["id"]),
        )
        if not parts:
            self._plan_afterwards(row, answer, scenario.afterwards)
        into.add(claim, scenario.name, parts[0] if parts else answer)

    def rest(self, row: sqlite3.Row, claim: ReceivedClaim, into: Settled) -> None:
        """The second half of a claim that was split."""
        scenario = self.config.scenario(row["behaviour"])
        answer = codec.loads(RemittanceClaim, row["result"])
        self.store.run("UPDATE claim SET state = 'finished' WHERE id = ?", row["id"])
        self._plan_afterwards(row, answer, scenario.afterwards)
        parts = halves(answer)
        into.add(claim, scenario.name, parts[1] if parts else answer)

    def take_back(self, row: sqlite3.Row, claim: ReceivedClaim, into: Settled) -> None:
        """The reversal of a decision; the claim is decided anew, and for good, in a later run."""
        into.add(claim, row["behaviour"], self._take_back(row))
        self.store.run("UPDATE claim SET state = 'accepted', pay_at = NULL WHERE id = ?", row["id"])
        self._later(row, "again")

    def again(self, row: sqlite3.Row, claim: ReceivedClaim, into: Settled) -> None:
        """The new decision after a reversal in an 835 before."""
        part = self._correction(row)
        answer = self._decide(row, claim, part.decision, row["payer_claim_number"])
        self._finish(row, answer)
        into.add(claim, row["behaviour"], answer)

    def correct(self, row: sqlite3.Row, claim: ReceivedClaim, into: Settled) -> None:
        """Reversal and new decision in one 835, under a new number of the payer (W-15, W-18)."""
        part = self._correction(row)
        back = self._take_back(row)
        number = payer_number(self.store, self.config, claim, self.at)
        answer = self._decide(row, claim, part.decision, number)
        answer = replace(answer, frequency_code=_CORRECTED)
        self.store.run("UPDATE claim SET payer_claim_number = ? WHERE id = ?", number, row["id"])
        self._finish(row, answer)
        into.add(claim, row["behaviour"], back)
        into.add(claim, row["behaviour"], answer)
        owed = -(back.paid_amount + answer.paid_amount)
        if part.delayed and owed > 0:
            into.held.append(Held("WO", number, -owed))
            self._later(row, "recoup", owed)

    def _correction(self, row: sqlite3.Row) -> Correct:
        part = self.config.scenario(row["behaviour"]).afterwards
        return part if isinstance(part, Correct) else Correct()

    def _finish(self, row: sqlite3.Row, answer: RemittanceClaim) -> None:
        self.store.run(
            "UPDATE claim SET state = 'finished', result = ?, pay_at = NULL WHERE id = ?",
            *(codec.dumps(answer), row["id"]),
        )

    def _plan_afterwards(
        self, row: sqlite3.Row, answer: RemittanceClaim, part: Part | None
    ) -> None:
        if isinstance(part, Correct):
            self._later(row, "take_back" if part.apart else "correct")
        elif isinstance(part, TakeBack | RefundSeen) and answer.paid_amount > 0:
            share = part.percent if isinstance(part, TakeBack) else Decimal(1)
            step = "offset" if isinstance(part, TakeBack) else "refund"
            self._later(row, step, cents(answer.paid_amount * share))

    def _later(self, row: sqlite3.Row, step: str, amount: Decimal = ZERO) -> None:
        due_at = plan_run(self.store, self.config, self.at)
        self.store.add("later", claim_id=row["id"], step=step, due_at=due_at, amount=str(amount))

    def _decide(
        self, row: sqlite3.Row, claim: ReceivedClaim, part: Part, number: str
    ) -> RemittanceClaim:
        store, payer = self.store, self.payer
        received_at = datetime.fromisoformat(row["received_at"])
        year = accumulators.year_of(claim)
        decision: Decision = adjudicate(
            claim,
            payer,
            part,
            payer_claim_number=number,
            received_on=local(self.config, received_at).date(),
            year=accumulators.used_in(store, payer.payer_id, claim.member_id, year),
            next_payer=crossover.next_payer(self.config, payer, claim),
        )
        answer = decision.claim
        patient = answer.patient_responsibility_amount or ZERO
        accumulators.use(store, payer.payer_id, claim, decision.deductible_amount, patient)
        used = str(decision.deductible_amount)
        store.run("UPDATE claim SET deductible = ? WHERE id = ?", used, row["id"])
        if answer.crossover_payer_id:
            crossover.cross_over(store, self.config, row, claim, answer, self.at)
        return answer

    def _take_back(self, row: sqlite3.Row) -> RemittanceClaim:
        claim = codec.loads(ReceivedClaim, row["record"])
        result = codec.loads(RemittanceClaim, row["result"])
        patient = result.patient_responsibility_amount or ZERO
        accumulators.use(self.store, row["payer_id"], claim, -Decimal(row["deductible"]), -patient)
        self.store.run("UPDATE claim SET state = 'reversed' WHERE id = ?", row["id"])
        return reverse(result)


# The state in which a claim must still be for a step to be taken.
_STATE_AT = {
    "rest": "accepted",
    "again": "accepted",
    "take_back": "finished",
    "correct": "finished",
}
_STEPS = {
    "rest": Settling.rest,
    "again": Settling.again,
    "take_back": Settling.take_back,
    "correct": Settling.correct,
}


def due_plbs(store: Store, account: tuple[str, str, str], at: datetime) -> list[Held]:
    """The PLBs that wait for an 835 to this payee, and are in it now.

    An offset or a refund of a claim that was reversed meanwhile is dropped: it was settled.
    """
    sql = (
        "SELECT later.*, claim.state, claim.payer_claim_number FROM later"
        " JOIN claim ON claim.id = later.claim_id WHERE later.done = 0 AND later.due_at <= ?"
        " AND later.step IN ('offset', 'refund', 'recoup')"
        " AND claim.sender_id = ? AND claim.payer_id = ? AND claim.payee = ? ORDER BY later.id"
    )
    found: list[Held] = []
    for row in store.all(sql, stamp(at), *account):
        store.run("UPDATE later SET done = 1 WHERE id = ?", row["id"])
        reference, amount = row["payer_claim_number"], Decimal(row["amount"])
        if row["step"] != "recoup" and row["state"] != "finished":
            continue
        found.append(Held("WO", reference, amount))
        if row["step"] == "refund":
            found.append(Held("72", reference, -amount))
    return found
