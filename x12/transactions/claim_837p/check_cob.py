"""A claim to the next payer must balance against what the others decided (domain C.2, C.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from x12.errors import ERROR, WARNING, Fault
from x12.transactions.claim_837p.model import LineAdjudication, OtherPayer
from x12.values import shown

ZERO = Decimal(0)


class DecidedLine(Protocol):
    """A line of either guide, with what other payers decided on it."""

    @property
    def charge_amount(self) -> Decimal:
        """What is billed."""

    @property
    def adjudications(self) -> tuple[LineAdjudication, ...]:
        """What other payers decided."""


class DecidedClaim(Protocol):
    """A claim of either guide, with its other payers."""

    @property
    def patient_control_number(self) -> str:
        """CLM01."""

    @property
    def charge_amount(self) -> Decimal:
        """What is billed."""

    @property
    def lines(self) -> Sequence[DecidedLine]:
        """Its lines."""

    @property
    def other_payers(self) -> tuple[OtherPayer, ...]:
        """Its other payers."""


def check_other_payers(claim: DecidedClaim) -> Iterator[Fault]:
    """The three balances of C.3 for each other payer that decided, and that lines name one."""
    known = {other.payer.payer_id for other in claim.other_payers}
    for other in claim.other_payers:
        if other.paid_amount is not None:
            yield from _balances(claim, other)
    for number, line in enumerate(claim.lines, 1):
        for decided in line.adjudications:
            if decided.payer_id not in known:
                message = f"line {number} was decided by a payer that the claim does not name"
                yield _fault("C-COB-PAYER", claim, decided.segment_number, message, "SVD01")
            if decided.remaining_amount is None:
                message = f"line {number}: what the patient still owes (AMT EAF) is missing"
                place = decided.segment_number
                yield replace(_fault("C-COB-EAF", claim, place, message, "AMT02"), severity=WARNING)


def _balances(claim: DecidedClaim, other: OtherPayer) -> Iterator[Fault]:
    paid_by_line = adjusted_by_line = ZERO
    any_line = False
    for number, line in enumerate(claim.lines, 1):
        decisions = [d for d in line.adjudications if d.payer_id == other.payer.payer_id]
        if not decisions:
            continue
        any_line = True
        paid, adjusted = _sums(decisions)
        paid_by_line += paid
        adjusted_by_line += adjusted
        if paid + adjusted != line.charge_amount:
            message = (
                f"line {number}: paid {shown(paid)} and adjusted {shown(adjusted)} are not the "
                f"charge {shown(line.charge_amount)}"
            )
            place = decisions[0].segment_number
            yield _fault("C-COB-LINE", claim, place, message, "SVD02")
    paid_amount = other.paid_amount or ZERO
    own = sum([one.amount for one in other.adjustments], ZERO)
    if any_line and paid_by_line - own != paid_amount:
        message = (
            f"AMT D says {shown(paid_amount)}, the lines' payments come to "
            f"{shown(paid_by_line - own)}"
        )
        yield _fault("C-COB-PAID", claim, other.segment_number, message, "AMT02")
    if (any_line or other.adjustments) and (
        paid_amount + own + adjusted_by_line != claim.charge_amount
    ):
        message = (
            f"paid {shown(paid_amount)} and adjusted {shown(own + adjusted_by_line)} are not the "
            f"claim's charge {shown(claim.charge_amount)}"
        )
        yield _fault("C-COB-TOTAL", claim, other.segment_number, message, "AMT02")


def _sums(decisions: list[LineAdjudication]) -> tuple[Decimal, Decimal]:
    paid = sum([decided.paid_amount for decided in decisions], ZERO)
    adjusted = sum([one.amount for decided in decisions for one in decided.adjustments], ZERO)
    return paid, adjusted


def _fault(code: str, claim: DecidedClaim, place: int, message: str, element: str) -> Fault:
    number = claim.patient_control_number
    return Fault(
        code, ERROR, f"claim {number}: {message}", place, element[:-2], element,
        claim_number=number,
    )  # fmt: skip
