"""The truth file: what was decided and meant, whatever the answers that left look like.

One JSON object a line, with numbers and codes and never a name. A test compares what a practice has
posted with it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.adjudicate import is_whole_denial
from simulator.claims import ReceivedClaim
from simulator.judge import Verdict
from simulator.payer import PayerConfig
from simulator.pricing import allowed_amount
from simulator.scenarios.parts import Scenario
from simulator.store import Store, stamp
from x12.transactions.remittance_835.model import Remittance, RemittanceClaim, RemittanceLine

PAID, DENIED, REVERSED, FORWARDED, CROSSED_OVER = (
    "paid", "denied", "reversed", "forwarded", "crossed_over",
)  # fmt: skip
_STATUSES = {"22": REVERSED, "23": FORWARDED, "19": CROSSED_OVER, "20": CROSSED_OVER}
_PAGE = 1000


def note(store: Store, at: datetime, kind: str, facts: dict[str, Any]) -> None:
    """Keep one line of the truth, in the transaction of what it tells."""
    text = json.dumps({"kind": kind, "at": stamp(at), **facts}, default=_plain)
    store.add("truth", kind=kind, line=text)


def _plain(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def lines_of(store: Store, after: int = 0) -> Iterator[str]:
    """The truth so far from line number `after` on, page by page."""
    while rows := store.all("SELECT * FROM truth WHERE id > ? ORDER BY id LIMIT ?", after, _PAGE):
        for row in rows:
            yield str(row["line"])
        after = rows[-1]["id"]


def of_claim(
    claim: ReceivedClaim, sender_id: str, scenario: Scenario, verdict: Verdict, number: str
) -> dict[str, Any]:
    """What was said about a claim before it was decided; `number` is the payer's."""
    return {
        "sender": sender_id,
        "claim": claim.number,
        "payer": claim.payer_id,
        "frequency": claim.frequency_code,
        "rank": claim.payer_rank,
        "charge": claim.charge_amount,
        "scenario": scenario.name,
        "rejected": verdict.is_rejection,
        "verdict": asdict(verdict),
        "payer_claim_number": number,
    }


def of_remittance(
    record: Remittance, sender_id: str, payer: PayerConfig, files: Sequence[str], flaw: str
) -> dict[str, Any]:
    """One 835 as it was meant. `flaw` says how the file that left differs, "" where it does not."""
    return {
        "sender": sender_id,
        "payer": payer.payer_id,
        "payer_identifier": record.payer_identifier,
        "trace": record.trace_number,
        "amount": record.payment_amount,
        "method": record.method_code,
        "paid_on": record.paid_on,
        "files": list(files),
        "flaw": flaw,
        "adjustments": [
            {"code": one.reason_code, "reference": one.reference, "amount": one.amount}
            for one in record.provider_adjustments
        ],
    }


def of_payment(
    claim: ReceivedClaim,
    payer: PayerConfig,
    answer: RemittanceClaim,
    *,
    trace: str,
    scenario: str,
    sender_id: str,
) -> dict[str, Any]:
    """One claim in one 835. `claim` is which one was meant, `written_as` what CLP01 says."""
    return {
        "sender": sender_id,
        "trace": trace,
        "payer": payer.payer_id,
        "claim": claim.number,
        "written_as": answer.patient_control_number,
        "payer_claim_number": answer.payer_claim_number,
        "scenario": scenario,
        "status": answer.status_code,
        "meaning": _meaning(answer),
        "charge": answer.charge_amount,
        "paid": answer.paid_amount,
        "patient": answer.patient_responsibility_amount or Decimal(0),
        "lines": list(_lines(claim, payer, answer.lines)),
    }


def _meaning(answer: RemittanceClaim) -> str:
    known = _STATUSES.get(answer.status_code)
    return known or (DENIED if is_whole_denial(answer) else PAID)


def _lines(
    claim: ReceivedClaim, payer: PayerConfig, answers: Iterable[RemittanceLine]
) -> Iterator[dict[str, Any]]:
    """Which line each was meant for is told by its place: the answer need not say it."""
    left = list(claim.lines)
    for answer in answers:
        named = [line for line in left if line.control_number == answer.line_control_number]
        alike = [line for line in left if line.charge_amount == abs(answer.charge_amount)]
        line = next(iter(named or alike or left), None)
        if line:
            left.remove(line)
        yield {
            "line": line.control_number if line else "",
            "code": answer.procedure_code,
            "billed_as": line.procedure_code if line else "",
            "charge": answer.charge_amount,
            "paid": answer.paid_amount,
            "contract": allowed_amount(line, payer) if line else None,
            "adjustments": [
                {"group": one.group_code, "reason": one.reason_code, "amount": one.amount}
                for one in answer.adjustments
            ],
        }
