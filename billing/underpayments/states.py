"""What becomes of a line when the answers on it change. Pure: states and figures in and out.

open → disputed → recovered | accepted; a decision that is taken back withdraws the line, and the
next one settles it or opens it again. A person's acceptance holds until more is missing than was
accepted.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from billing.underpayment_choices import VarianceState as S
from core.money import ZERO


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a line stands: its state, what was identified, what came of it, and by how much it is
    underpaid now. `is_disputed`: a packet about it went out.
    """

    state: str = ""
    identified: Decimal = ZERO
    recovered: Decimal = ZERO
    variance: Decimal = ZERO
    is_disputed: bool = False


def after(old: Standing, variance: Decimal, *, is_near: bool) -> Standing:
    """Where a line stands once answers leave `variance` of it; within tolerance if `is_near`."""
    most = max(old.identified, variance, ZERO)
    if not is_near and variance > 0:
        state = _underpaid(old, variance)
        return replace(
            old, state=state, identified=most, recovered=most - variance, variance=variance
        )
    if old.identified > 0:  # it was underpaid, and is so no more
        return replace(
            old, state=S.RECOVERED, recovered=old.identified - max(variance, ZERO),
            variance=variance,
        )  # fmt: skip
    state = S.WITHDRAWN if is_near else old.state if old.state == S.ACCEPTED else S.OVER
    return replace(old, state=state, variance=variance)


def taken_back(old: Standing) -> Standing:
    """Where a line stands once no answer on it does; what had come of it is gone with it."""
    return replace(old, state=S.WITHDRAWN, recovered=ZERO)


def _underpaid(old: Standing, variance: Decimal) -> str:
    if old.state == S.ACCEPTED and variance <= old.variance:
        return S.ACCEPTED
    if old.state in {S.OPEN, S.SMALL, S.DISPUTED}:
        return old.state
    return S.DISPUTED if old.is_disputed else S.OPEN


def queued(state: str, claim_variance: Decimal, limit: Decimal) -> str:
    """Open or below the limit, by what the whole claim is underpaid (domain I.6)."""
    if state not in {S.OPEN, S.SMALL}:
        return state
    return S.OPEN if claim_variance >= limit else S.SMALL
