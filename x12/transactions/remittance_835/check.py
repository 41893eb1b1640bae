"""The proofs of an 835: every line, claim and transaction balances to the cent (domain E.2)."""

from decimal import Decimal

from x12.errors import ERROR, WARNING, Fault
from x12.transactions.remittance_835.model import (
    ZERO,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)

REVERSAL = "22"


def check(record: Remittance) -> list[Fault]:
    """Every balance that does not hold, naming its place, with the amounts."""
    faults: list[Fault] = []
    for number, claim in enumerate(record.claims, 1):
        _claim(claim, number, faults)
    _transaction(record, faults)
    return faults


def _claim(claim: RemittanceClaim, number: int, faults: list[Fault]) -> None:
    place = f"claim {number} ({claim.patient_control_number})"
    own = sum((a.amount for a in claim.adjustments), ZERO)
    of_lines = ZERO
    for position, line in enumerate(claim.lines, 1):
        of_lines += _line(line, f"{place}, line {position}", faults)
    _equal(
        faults, "BAL-C", f"{place}: charge less adjustments is not the payment",
        claim.charge_amount - own - of_lines, claim.paid_amount, "CLP04",
    )  # fmt: skip
    if claim.lines:
        charged = sum((line.charge_amount for line in claim.lines), ZERO)
        paid = sum((line.paid_amount for line in claim.lines), ZERO)
        _equal(
            faults, "BAL-C2", f"{place}: the lines' charges do not add up to the claim's",
            charged, claim.charge_amount, "CLP03",
        )  # fmt: skip
        _equal(
            faults, "BAL-C2", f"{place}: the lines' payments do not add up to the claim's",
            paid - own, claim.paid_amount, "CLP04",
        )  # fmt: skip
    _patient_share(claim, place, faults)


def _line(line: RemittanceLine, place: str, faults: list[Fault]) -> Decimal:
    adjusted = sum((a.amount for a in line.adjustments), ZERO)
    _equal(
        faults, "BAL-S", f"{place}: charge less adjustments is not the payment",
        line.charge_amount - adjusted, line.paid_amount, "SVC03",
    )  # fmt: skip
    return adjusted


def _patient_share(claim: RemittanceClaim, place: str, faults: list[Fault]) -> None:
    if claim.patient_responsibility_amount is None or claim.status_code == REVERSAL:
        return
    every = [*claim.adjustments, *(a for line in claim.lines for a in line.adjustments)]
    share = sum((a.amount for a in every if a.group_code == "PR"), ZERO)
    if share != claim.patient_responsibility_amount:
        message = (
            f"{place}: the patient's share is given as {claim.patient_responsibility_amount}, "
            f"the PR adjustments come to {share}"
        )
        faults.append(Fault("BAL-PR", WARNING, message, 0, "CLP", "CLP05", str(share)))


def _transaction(record: Remittance, faults: list[Fault]) -> None:
    paid = sum((claim.paid_amount for claim in record.claims), ZERO)
    held = sum((a.amount for a in record.provider_adjustments), ZERO)
    _equal(
        faults, "BAL-T", "the claims' payments less provider adjustments are not the payment",
        paid - held, record.payment_amount, "BPR02",
    )  # fmt: skip
    if record.payment_amount < 0:
        message = f"a payment of {record.payment_amount} is less than nothing"
        faults.append(Fault("BAL-0", ERROR, message, 2, "BPR", "BPR02", "0 or more"))
    if record.payment_amount == 0 and record.method_code != "NON":
        message = "nothing is paid, yet the method is not NON"
        faults.append(Fault("BAL-0", WARNING, message, 2, "BPR", "BPR04", "NON"))
    for adjustment in record.provider_adjustments:
        if adjustment.amount == 0:
            message = f"provider adjustment {adjustment.reason_code} is of zero"
            faults.append(Fault("BAL-0", WARNING, message, 0, "PLB", "PLB04"))
    if not record.trace_number:
        faults.append(Fault("R-TRN", ERROR, "the payment has no trace number", 3, "TRN", "TRN02"))


def _equal(
    faults: list[Fault], code: str, message: str, ours: Decimal, theirs: Decimal, element: str
) -> None:
    if ours != theirs:
        text = f"{message}: {ours} against {theirs}, off by {abs(ours - theirs)}"
        faults.append(Fault(code, ERROR, text, 0, element[:3], element, str(ours)))
