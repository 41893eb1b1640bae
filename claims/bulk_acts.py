"""What can be done with many claims at once, and why some of them cannot take part (screens S16).

Each act is asked beforehand, claim by claim: its `refusal` is what the preview shows, and the very
words the act itself would answer with. Nothing is written here.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from claims import states
from claims.choices import BulkAct
from claims.models import Claim
from core.money import ZERO

_OUT = "It is out already."
_OVER = "It is over: nothing is open on it."
_WITH_NOBODY = "No payer has it, or it is answered."


@dataclass(frozen=True)
class Preview:
    """How many claims an act takes and for how much, and the others by the reason."""

    act: BulkAct
    taken: list[Claim]
    refused: list[tuple[str, int]]
    examples: dict[str, list[Claim]]

    @property
    def amount(self) -> Decimal:
        """What is open on the claims that it takes."""
        return sum((_balance(claim) for claim in self.taken), ZERO)

    @property
    def refused_count(self) -> int:
        """How many it leaves alone."""
        return sum(count for _, count in self.refused)


def preview(act: BulkAct, claims: Sequence[Claim]) -> Preview:
    """What `act` would do with `claims`; each with its current version loaded."""
    reasons = [(claim, refusal(act, claim)) for claim in claims]
    counted = Counter(reason for _, reason in reasons if reason)
    return Preview(
        act,
        [claim for claim, reason in reasons if not reason],
        counted.most_common(),
        {why: [claim for claim, reason in reasons if reason == why][:3] for why in counted},
    )


def refusal(act: BulkAct, claim: Claim) -> str:
    """Why `claim` cannot take part; empty when it can."""
    return _REFUSALS[act](claim)


def _balance(claim: Claim) -> Decimal:
    return claim.insurance_balance_amount + claim.patient_balance_amount


def _live(claim: Claim) -> str:
    return _OVER if claim.version.state in states.OVER else ""


def _unsent(claim: Claim) -> str:
    if claim.version.state in states.UNSENT | states.REJECTED:
        return ""
    return _live(claim) or _OUT


def _holdable(claim: Claim) -> str:
    return "It is on hold already." if claim.hold_reason else _unsent(claim)


def _askable(claim: Claim) -> str:
    return "" if claim.version.state in states.WITH_PAYER else _WITH_NOBODY


def _any(_: Claim) -> str:
    return ""


_REFUSALS: dict[Any, Callable[[Claim], str]] = {
    BulkAct.ASSIGN: _live,
    BulkAct.SNOOZE: _live,
    BulkAct.HOLD: _holdable,
    BulkAct.NOTE: _any,
    BulkAct.RECHECK: _unsent,
    BulkAct.ASK: _askable,
}
