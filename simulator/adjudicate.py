"""What a payer decides about one claim: pure functions from claim, contract and decision.

The contract's arithmetic is in pricing.py, what a scenario makes of it in decisions.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from simulator.claims import ReceivedClaim
from simulator.decisions import Case, decide_lines
from simulator.money import ZERO
from simulator.payer import PayerConfig
from simulator.pricing import Reason, Share, denied
from simulator.scenarios.parts import (
    BareLines,
    CrossOver,
    Deny,
    Forward,
    NoMatch,
    Part,
)
from x12.transactions.remittance_835.model import Adjustment, RemittanceClaim, RemittanceLine

REVERSAL, FORWARDED = "22", "23"
# CLP06 knows fewer kinds of plan than SBR09 does.
_FILING_CODES = frozenset(
    ("12", "13", "14", "15", "16", "17", "AM", "CH", "DS", "HM", "LM", "MA", "MB", "MC", "OF", "TV",
     "VA", "WC")
)  # fmt: skip
_COMMERCIAL = {"CI": "12", "BL": "12", "11": "12", "FI": "OF"}
_RANKS = {"P": "1", "S": "2", "T": "3"}
_CROSSED = {"1": "19", "2": "20", "3": "21"}
_PASSED_ON = "MA18"
_TOO_LATE: Reason = ("CO", "29", ())
_NO_YEAR = Decimal(0)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a claim, and how much of the member's deductible it used."""

    claim: RemittanceClaim
    deductible_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Year:
    """What a member's other claims of the year have used."""

    deductible: Decimal = _NO_YEAR
    out_of_pocket: Decimal = _NO_YEAR


@dataclass(frozen=True, slots=True)
class NextPayer:
    """Who a claim is passed to."""

    payer_id: str
    name: str


def adjudicate(
    claim: ReceivedClaim,
    payer: PayerConfig,
    decision: Part,
    *,
    payer_claim_number: str,
    received_on: date,
    year: Year,
    next_payer: NextPayer | None = None,
) -> Decision:
    """Decide the whole claim. Without a `next_payer` nothing can cross over."""
    share = Share.of(payer.benefits(claim.member_id), year.deductible, year.out_of_pocket)
    whole = isinstance(decision, Forward) or (
        isinstance(decision, Deny) and decision.lines == "all"
    )
    if not whole and _is_late(claim, payer, received_on):
        lines = [denied(line, _TOO_LATE) for line in claim.lines]
    else:
        lines = decide_lines(decision, Case(claim, payer, share))
    answer = _answer(claim, lines, payer_claim_number)
    if isinstance(decision, Forward):
        answer = replace(answer, status_code=FORWARDED)
    if isinstance(decision, Deny) and decision.status:
        answer = replace(answer, status_code=decision.status)
    if isinstance(decision, CrossOver) and next_payer and not is_whole_denial(answer):
        answer = _crossed(answer, next_payer)
    return Decision(answer, share.used_deductible)


def _is_late(claim: ReceivedClaim, payer: PayerConfig, received_on: date) -> bool:
    limit = payer.filing_limit_days
    first = claim.first_day
    return bool(limit and first and (received_on - first).days > limit)


def _answer(
    claim: ReceivedClaim, lines: list[RemittanceLine], payer_claim_number: str
) -> RemittanceClaim:
    adjustments = [one for line in lines for one in line.adjustments]
    patient = patient_amount(adjustments)
    return RemittanceClaim(
        patient_control_number=claim.number,
        status_code=_RANKS.get(claim.payer_rank, "3"),
        charge_amount=claim.charge_amount,
        paid_amount=sum((line.paid_amount for line in lines), ZERO),
        patient_responsibility_amount=patient or None,
        filing_code=_filing_code(claim.claim_filing_code),
        payer_claim_number=payer_claim_number,
        facility_code=claim.place_of_service_code,
        frequency_code=claim.frequency_code,
        patient_last_name=claim.patient_last_name,
        patient_first_name=claim.patient_first_name,
        member_id=claim.member_id,
        rendering_npi=claim.rendering_npi,
        remark_codes=("MA01",) if claim.claim_filing_code == "MB" else (),
        lines=tuple(lines),
    )


def patient_amount(adjustments: Iterable[Adjustment]) -> Decimal:
    """What the PR adjustments come to."""
    return sum((one.amount for one in adjustments if one.group_code == "PR"), ZERO)


def _crossed(answer: RemittanceClaim, to: NextPayer) -> RemittanceClaim:
    """Domain C.1 and W-11: processed and forwarded, with the name of who has it now."""
    return replace(
        answer,
        status_code=_CROSSED.get(answer.status_code, answer.status_code),
        crossover_payer_name=to.name,
        crossover_payer_id=to.payer_id,
        remark_codes=(*answer.remark_codes, _PASSED_ON),
    )


def _filing_code(code: str) -> str:
    return code if code in _FILING_CODES else _COMMERCIAL.get(code, "ZZ")


def worded(answer: RemittanceClaim, wording: Part | None) -> RemittanceClaim:
    """The answer in words that make it hard to find what it answers (domain E.3, E.7)."""
    if wording is None:
        return answer
    lines = tuple(replace(line, line_control_number="") for line in answer.lines)
    if isinstance(wording, BareLines):
        return replace(answer, lines=lines)
    if isinstance(wording, NoMatch):
        number = f"X{answer.payer_claim_number[::-1]}"
        return replace(
            answer, patient_control_number=wording.number, payer_claim_number=number, lines=lines
        )
    return answer


def reverse(original: RemittanceClaim) -> RemittanceClaim:
    """The reversal of an earlier answer: status 22 and every amount negated (domain E.5)."""
    return replace(
        original,
        status_code=REVERSAL,
        charge_amount=-original.charge_amount,
        paid_amount=-original.paid_amount,
        patient_responsibility_amount=None,
        remark_codes=(),
        crossover_payer_name="",
        crossover_payer_id="",
        supplemental_amounts=(),
        lines=tuple(
            replace(
                line,
                charge_amount=-line.charge_amount,
                paid_amount=-line.paid_amount,
                allowed_amount=None,
                remark_codes=(),
                adjustments=_negated(line.adjustments),
            )
            for line in original.lines
        ),
    )


def _negated(adjustments: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    return tuple(replace(one, amount=-one.amount) for one in adjustments)


def halves(answer: RemittanceClaim) -> tuple[RemittanceClaim, RemittanceClaim] | None:
    """One claim as two payments, each balancing by itself (domain E.8, W-28); None for one line."""
    middle = (len(answer.lines) + 1) // 2
    if len(answer.lines) < 2 or any(one.reason_code == "94" for one in _adjustments(answer)):
        return None  # what 94 moved from one line to another cannot be parted
    return _part(answer, answer.lines[:middle]), _part(answer, answer.lines[middle:])


def _adjustments(answer: RemittanceClaim) -> list[Adjustment]:
    return [one for line in answer.lines for one in line.adjustments]


def _part(answer: RemittanceClaim, lines: tuple[RemittanceLine, ...]) -> RemittanceClaim:
    patient = patient_amount(one for line in lines for one in line.adjustments)
    return replace(
        answer,
        lines=lines,
        charge_amount=sum((line.charge_amount for line in lines), ZERO),
        paid_amount=sum((line.paid_amount for line in lines), ZERO),
        patient_responsibility_amount=patient or None,
    )


def is_whole_denial(answer: RemittanceClaim) -> bool:
    """Whether nothing was paid and nothing left to the patient: a new claim may follow."""
    return answer.paid_amount == 0 and not answer.patient_responsibility_amount
