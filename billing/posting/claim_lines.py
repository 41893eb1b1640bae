"""From what a payer wrote about a claim to decisions per charge line: claim-level amounts are
spread over the lines, and bundling pairs become transfers (domain E.4, E.7).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.posting.facts import AccountFact, Adjustment, ClaimFact, LineFact
from core.money import ZERO, allocate

_BUNDLE_GROUPS = frozenset({"CO", "OA"})
BUNDLED_IN, BUNDLED_AWAY = "94", "97"


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` of billed charge moves from one charge line to the line that was paid for it."""

    from_charge_line_id: int
    to_charge_line_id: int
    amount: Decimal


def effective_lines(claim: ClaimFact, account: AccountFact) -> tuple[LineFact, ...]:
    """The lines of `claim` with claim-level adjustments spread over them, in proportion to what
    each was paid (else billed). An answer without lines is spread over the version's own.
    """
    lines = claim.lines or _lines_from_version(claim, account)
    if not claim.adjustments:
        return tuple(lines)
    paid = [max(line.paid_amount, ZERO) for line in lines]
    weights = paid if any(paid) and claim.lines else [abs(line.charge_amount) for line in lines]
    for adjustment in claim.adjustments:
        parts = allocate(adjustment.amount, weights)
        lines = [
            _with_share(line, adjustment, part, takes_cash=bool(claim.lines))
            for line, part in zip(lines, parts, strict=True)
        ]
    return tuple(lines)


def _lines_from_version(claim: ClaimFact, account: AccountFact) -> list[LineFact]:
    charges = [amount for _, amount in account.charges]
    paid = allocate(claim.paid_amount, charges)
    return [
        LineFact(None, charge_line_id, charge, part, (), claim.remark_codes)
        for (charge_line_id, charge), part in zip(account.charges, paid, strict=True)
    ]


def _with_share(
    line: LineFact, adjustment: Adjustment, part: Decimal, *, takes_cash: bool
) -> LineFact:
    """`line` bearing `part` of a claim-level adjustment. Where the payer sent lines, SVC03 does
    not know of it, so the cash of the line falls by as much (rule BAL-C2).
    """
    if not part:
        return line
    paid = line.paid_amount - part if takes_cash else line.paid_amount
    share = replace(adjustment, amount=part)
    return replace(line, paid_amount=paid, adjustments=(*line.adjustments, share))


def bundle_transfers(
    lines: Sequence[LineFact],
) -> tuple[tuple[LineFact, ...], tuple[Transfer, ...]]:
    """The lines without their bundling trios, and the transfers these stand for.

    Only where the negative 94s and the positive 97s of a claim sum to zero; otherwise the lines
    come back as they were and a 97 is a denial (trap 4, W-13 and W-14).
    """
    gains = _bundle_parts(lines, BUNDLED_IN)
    losses = _bundle_parts(lines, BUNDLED_AWAY)
    total = sum((amount for _, amount in gains + losses), ZERO)
    if not gains or not losses or total or any(a > 0 for _, a in gains):
        return tuple(lines), ()
    return tuple(_without_bundle(line) for line in lines), tuple(_pair(losses, gains))


def _bundle_parts(lines: Sequence[LineFact], reason: str) -> list[tuple[int, Decimal]]:
    return [
        (line.charge_line_id, adjustment.amount)
        for line in lines
        if line.charge_line_id is not None
        for adjustment in line.adjustments
        if adjustment.reason_code == reason and adjustment.group_code in _BUNDLE_GROUPS
    ]


def _without_bundle(line: LineFact) -> LineFact:
    kept = tuple(
        adjustment
        for adjustment in line.adjustments
        if adjustment.reason_code not in {BUNDLED_IN, BUNDLED_AWAY}
        or adjustment.group_code not in _BUNDLE_GROUPS
    )
    return replace(line, adjustments=kept)


def _pair(losses: list[tuple[int, Decimal]], gains: list[tuple[int, Decimal]]) -> list[Transfer]:
    """Pour the losses into the gains in order; both sums are equal, so nothing is left."""
    transfers = []
    wanted = [(line_id, -amount) for line_id, amount in gains]
    for from_id, amount in losses:
        left = amount
        while left:
            to_id, room = wanted[0]
            part = min(left, room)
            if from_id != to_id:
                transfers.append(Transfer(from_id, to_id, part))
            left -= part
            wanted[0] = (to_id, room - part)
            if room == part:
                wanted.pop(0)
    return transfers
