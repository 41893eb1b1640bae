"""The proofs of an 835: every line, claim and transaction balances to the cent (domain E.2)."""

from dataclasses import replace
from decimal import Decimal

from x12.errors import ERROR, WARNING, Fault
from x12.transactions.remittance_835.model import (
    ZERO,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from x12.values import routing_number_is_valid, shown

REVERSAL = "22"
_CHARGE_EXCEEDS_FEE = "45"


def check(record: Remittance) -> list[Fault]:
    """Every balance that does not hold, naming its place, with the amounts."""
    faults: list[Fault] = []
    for claim in record.claims:
        check_claim(claim, faults)
    paid = sum([claim.paid_amount for claim in record.claims], ZERO)
    check_payment(record, paid, faults)
    return faults


def check_claim(  # noqa: C901 - one pass over lines and adjustments, flat on purpose
    claim: RemittanceClaim, faults: list[Fault]
) -> None:
    """BAL-S of each line, BAL-C, BAL-C2 and BAL-PR of the claim."""
    own = share = charged = paid = ZERO
    for one in claim.adjustments:
        own += one.amount
        if one.group_code == "PR":
            share += one.amount
    adjusted = own
    for line in claim.lines:
        less = ZERO
        for one in line.adjustments:
            less += one.amount
            if one.group_code == "PR":
                share += one.amount
        if line.charge_amount - less != line.paid_amount:
            faults.append(_line_fault(claim, line, less))
        if not line.paid_amount and line.charge_amount:
            _whole_charge_written_off(claim, line, faults)
        adjusted += less
        charged += line.charge_amount
        paid += line.paid_amount
    if claim.charge_amount - adjusted != claim.paid_amount:
        words = "charge less all adjustments is not the payment"
        faults.append(_unequal("BAL-C", claim, words, claim.charge_amount - adjusted, "CLP04"))
    if claim.lines:
        _lines_against_claim(claim, charged, paid - own, faults)
    if share != claim.patient_responsibility_amount:
        _patient_share(claim, share, faults)


def _lines_against_claim(
    claim: RemittanceClaim, charged: Decimal, paid: Decimal, faults: list[Fault]
) -> None:
    """`paid` is what the lines are paid, less the claim's own adjustments."""
    if charged != claim.charge_amount:
        words = "the lines' charges do not add up to the claim's"
        faults.append(_unequal("BAL-C2", claim, words, charged, "CLP03"))
    if paid != claim.paid_amount:
        words = "the lines' payments less the claim's adjustments are not its payment"
        faults.append(_unequal("BAL-C2", claim, words, paid, "CLP04"))


def _patient_share(claim: RemittanceClaim, share: Decimal, faults: list[Fault]) -> None:
    """CLP05, where it is given, is the sum of the PR adjustments; a reversal may leave it out."""
    given = claim.patient_responsibility_amount
    if given is None or claim.status_code == REVERSAL:
        return
    words = (
        f"the patient's share is given as {shown(given)}, the PR adjustments come to {shown(share)}"
    )
    fault = _claim_fault("BAL-PR", claim, words, "CLP05", share)
    faults.append(replace(fault, severity=WARNING))


_ABA = "01"  # BPR06 and BPR12: the number that follows is a bank's in the United States


def _routing_number(number: str, element: str, faults: list[Fault]) -> None:
    """A bank's number that no bank can have: the deposit will not be found by it."""
    if not routing_number_is_valid(number):
        message = f"the bank's number {number} fails its check digit"
        faults.append(
            Fault("BPR-ABA", WARNING, message, 2, "BPR", element, "a nine-digit ABA number")
        )


def check_payment(record: Remittance, paid: Decimal, faults: list[Fault]) -> None:
    """BAL-T and BAL-0: the payment against `paid`, the sum of its claims' payments."""
    held = sum([a.amount for a in record.provider_adjustments], ZERO)
    payment = record.payment_amount
    if paid - held != payment:
        message = (
            f"the claims are paid {shown(paid)}, provider adjustments take {shown(held)}, the "
            f"payment is {shown(payment)}: off by {shown(abs(paid - held - payment))}"
        )
        faults.append(Fault("BAL-T", ERROR, message, 2, "BPR", "BPR02", shown(paid - held)))
    if payment < 0:
        message = f"a payment of {shown(payment)} is less than nothing"
        faults.append(Fault("BAL-0", ERROR, message, 2, "BPR", "BPR02", "0 or more"))
    if payment == 0 and record.method_code != "NON":
        message = "nothing is paid, yet the method is not NON"
        faults.append(Fault("BAL-0", WARNING, message, 2, "BPR", "BPR04", "NON"))
    if payment == 0 and record.handling_code != "H":
        message = "nothing is paid, yet the handling code is not H"
        faults.append(Fault("BAL-0", WARNING, message, 2, "BPR", "BPR01", "H"))
    for account, element in ((record.payer_bank, "BPR07"), (record.payee_bank, "BPR13")):
        if account is not None and account.routing_qualifier == _ABA:
            _routing_number(account.routing_number, element, faults)
    for adjustment in record.provider_adjustments:
        _adjustment_of_nothing(adjustment, faults)
    if not record.trace_number:
        faults.append(Fault("R-TRN", ERROR, "the payment has no trace number", 3, "TRN", "TRN02"))


def _whole_charge_written_off(
    claim: RemittanceClaim, line: RemittanceLine, faults: list[Fault]
) -> None:
    """CARC 45 may not take the whole charge: that is a denial by another name."""
    for adjustment in line.adjustments:
        whole = adjustment.amount == line.charge_amount
        if whole and adjustment.reason_code == _CHARGE_EXCEEDS_FEE:
            message = f"{_place(claim, line)}: reason 45 takes the whole charge"
            faults.append(
                Fault("BAL-0", WARNING, message, line.segment_number, "SVC", "CAS02",
                      claim_number=claim.patient_control_number)
            )  # fmt: skip


def _adjustment_of_nothing(adjustment: ProviderAdjustment, faults: list[Fault]) -> None:
    if adjustment.amount == 0:
        message = f"provider adjustment {adjustment.reason_code} is of zero"
        place = adjustment.segment_number
        faults.append(Fault("BAL-0", WARNING, message, place, "PLB", "PLB04", "not 0"))


def _line_fault(claim: RemittanceClaim, line: RemittanceLine, less: Decimal) -> Fault:
    ours = line.charge_amount - less
    message = (
        f"{_place(claim, line)}: charge {shown(line.charge_amount)} less adjustments {shown(less)} "
        f"is {shown(ours)}, paid is {shown(line.paid_amount)}: "
        f"off by {shown(abs(ours - line.paid_amount))}"
    )
    return Fault("BAL-S", ERROR, message, line.segment_number, "SVC", "SVC03", shown(ours),
                 claim_number=claim.patient_control_number)  # fmt: skip


def _unequal(code: str, claim: RemittanceClaim, words: str, ours: Decimal, element: str) -> Fault:
    theirs = claim.charge_amount if element == "CLP03" else claim.paid_amount
    words = f"{words}: {shown(ours)} against {shown(theirs)}, off by {shown(abs(ours - theirs))}"
    return _claim_fault(code, claim, words, element, ours)


def _claim_fault(
    code: str, claim: RemittanceClaim, words: str, element: str, expected: Decimal
) -> Fault:
    number = claim.patient_control_number
    return Fault(code, ERROR, f"claim {number}: {words}", claim.segment_number, "CLP", element,
                 shown(expected), "2100", number)  # fmt: skip


def _place(claim: RemittanceClaim, line: RemittanceLine) -> str:
    number = next((n for n, one in enumerate(claim.lines, 1) if one is line), 0)
    return f"claim {claim.patient_control_number}, line {number}"
