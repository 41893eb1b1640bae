"""Which payment a line of the bank is likely to be (domain E.9). Pure.

Trace number and amount are one payment. Amount, day and payer together make it likely; anything
less is only shown, with what fits and what does not, to somebody who chooses.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.batch_choices import BankLineKind

NEAR_DAYS = 3
# What the bank and the payer tell may lie apart over a long weekend; further is another payment.
FAR_DAYS = 10
# A processor keeps a few per cent of what it settles.
MOST_FEE = Decimal("0.10")
REMITTANCE, SLIP, RETURNED = "remittance", "slip", "returned"
_WORDS = re.compile(r"[A-Z0-9]{4,}")
_COMMON = frozenset(
    ["HEALTH", "PLAN", "INSURANCE", "PART", "MEDICARE", "GROUP", "COMPANY", "BLUE", "CROSS", "CARE"]
)
_TRACE, _AMOUNT, _DAY, _PAYER = 50, 25, 15, 10


@dataclass(frozen=True, slots=True)
class LineFact:
    """A line of the bank, with what is left of it to match."""

    left_amount: Decimal
    posted_on: date
    kind: str
    references: frozenset[str]
    originator: str
    text: str


@dataclass(frozen=True, slots=True)
class PaymentFact:
    """A remittance or a deposit slip that may have reached the bank."""

    kind: str
    row_id: int
    amount: Decimal
    day: date
    trace_number: str = ""
    originator: str = ""
    payer_name: str = ""
    is_check: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far a payment fits a line: its score, each fact in words, and whether it is the one."""

    score: int
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    is_exact: bool


def compare(line: LineFact, payment: PaymentFact) -> Likeness | None:
    """What speaks for `payment` being `line`, and what against; None where nothing does."""
    days = abs((line.posted_on - payment.day).days)
    is_traced = bool(payment.trace_number) and payment.trace_number in line.references
    is_amount = payment.amount == line.left_amount
    other = bool(is_traced and line.originator and payment.originator
                 and line.originator != payment.originator)  # fmt: skip
    is_payer = payment.kind == REMITTANCE and _names_payer(line, payment)
    is_part = payment.amount < line.left_amount and _takes_parts(line, payment)
    is_net = _may_be_net(line, payment)
    if not is_traced and not ((is_amount or is_part or is_net) and days <= FAR_DAYS):
        return None
    facts = [
        (is_traced, _TRACE, "trace number", ""),
        (is_amount, _AMOUNT, "amount", "" if is_part or is_net else "the amount differs"),
        (days <= NEAR_DAYS, _DAY, _apart(days), _apart(days)),
        (is_payer, _PAYER, "the payer is named", ""),
    ]
    reasons = [words for fits, _, words, _ in facts if fits]
    if is_part:
        reasons.append("may be a part of it")
    if is_net:
        reasons.append("may have come less a fee")
    against = [words for fits, _, _, words in facts if not fits and words]
    if other:
        against.append("another originator (TRN03)")
    score = sum(weight for fits, weight, _, _ in facts if fits)
    exact = is_traced and is_amount and not other and days <= 3 * FAR_DAYS
    return Likeness(score, tuple(reasons), tuple(against), exact)


def is_suggested(likeness: Likeness) -> bool:
    """Amount, a near day and the payer: likely, and a person says so."""
    return {"amount", "the payer is named"} <= set(likeness.reasons)


def fits_slip(line: LineFact, payment: PaymentFact) -> bool:
    """Whether a deposit slip may be this line by itself: its amount, and the bank had it on its
    day or a few days later.
    """
    return (
        payment.kind == SLIP
        and line.kind in {BankLineKind.DEPOSIT, BankLineKind.OTHER, BankLineKind.LOCKBOX}
        and payment.amount == line.left_amount
        and 0 <= (line.posted_on - payment.day).days <= NEAR_DAYS
    )


def _takes_parts(line: LineFact, payment: PaymentFact) -> bool:
    """One deposit may be many checks, and a lockbox many remittances."""
    paper = payment.kind == SLIP or payment.is_check
    return paper and line.kind in {
        BankLineKind.DEPOSIT, BankLineKind.LOCKBOX, BankLineKind.OTHER,
    }  # fmt: skip


def _may_be_net(line: LineFact, payment: PaymentFact) -> bool:
    """A card processor keeps its fee and sends the rest."""
    is_card = line.kind in {BankLineKind.CARDS, BankLineKind.OTHER}
    kept = payment.amount - line.left_amount
    return payment.kind == SLIP and is_card and 0 < kept <= payment.amount * MOST_FEE


def _names_payer(line: LineFact, payment: PaymentFact) -> bool:
    if payment.originator and payment.originator in {line.originator, *line.references}:
        return True
    if payment.originator and payment.originator[1:] in line.text:
        return True
    said = set(_WORDS.findall(line.text.upper()))
    named = set(_WORDS.findall(payment.payer_name.upper()))
    return bool((named - _COMMON) & said) or (bool(named) and named <= said)


def _apart(days: int) -> str:
    if not days:
        return "the same day"
    return f"{days} day{'' if days == 1 else 's'} apart"
