"""What the payers before decided, read from loops 2320 and 2430 (domain C.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from simulator.money import ZERO, cents
from x12.transactions.adjustments import Adjustment
from x12.transactions.claim_837p.model import Claim, LineAdjudication, OtherPayer, ServiceLine


@dataclass(frozen=True, slots=True)
class Earlier:
    """One line: what all payers before paid; what the last of them left and allowed.

    Where several came before, only what the last one left to the patient is still open.
    """

    paid_amount: Decimal = ZERO
    patient_amount: Decimal = ZERO
    allowed_amount: Decimal = ZERO


NOTHING = Earlier()


def earlier_by_line(claim: Claim) -> dict[int, Earlier]:
    """By line number; a line that nobody decided is left out.

    A payer that decided on the claim as a whole is spread over the lines by their charges.
    """
    if not claim.other_payers:
        return {}
    shares = {
        one.payer.payer_id: _spread(one, claim.lines)
        for one in claim.other_payers
        if _decided_as_a_whole(one, claim)
    }
    found = {}
    for place, line in enumerate(claim.lines):
        told = [_line_of(members) for members in _by_payer(line.adjudications)]
        told += [spread[place] for spread in shares.values()]
        if told:
            paid = sum((one.paid_amount for one in told), ZERO)
            found[line.line_number] = Earlier(
                paid, told[-1].patient_amount, told[-1].allowed_amount
            )
    return found


def _by_payer(adjudications: Sequence[LineAdjudication]) -> list[list[LineAdjudication]]:
    """A payer that parted a line into several codes has several SVDs, which go together."""
    payers: dict[str, list[LineAdjudication]] = {}
    for one in adjudications:
        payers.setdefault(one.payer_id, []).append(one)
    return list(payers.values())


def _line_of(members: Sequence[LineAdjudication]) -> Earlier:
    paid = sum((one.paid_amount for one in members), ZERO)
    patient = sum((_patient_share(one.adjustments) for one in members), ZERO)
    return Earlier(paid, patient, paid + patient)


def _patient_share(adjustments: Iterable[Adjustment]) -> Decimal:
    return sum((one.amount for one in adjustments if one.group_code == "PR"), ZERO)


def _decided_as_a_whole(payer: OtherPayer, claim: Claim) -> bool:
    by_line = any(
        one.payer_id == payer.payer.payer_id for line in claim.lines for one in line.adjudications
    )
    return not by_line and payer.paid_amount is not None and bool(payer.adjustments)


def _spread(payer: OtherPayer, lines: Sequence[ServiceLine]) -> list[Earlier]:
    """AMT*D and the PR adjustments of loop 2320, by charge; the last line takes the odd cents."""
    paid = _parts(payer.paid_amount or ZERO, lines)
    patient = _parts(_patient_share(payer.adjustments), lines)
    return [Earlier(one, share, one + share) for one, share in zip(paid, patient, strict=True)]


def _parts(amount: Decimal, lines: Sequence[ServiceLine]) -> list[Decimal]:
    whole = sum((line.charge_amount for line in lines), ZERO)
    parts = [cents(amount * line.charge_amount / whole) if whole else ZERO for line in lines[:-1]]
    return [*parts, amount - sum(parts, ZERO)]
