"""What can be done with many claims at once, and why some of them cannot take part (screens S16).

Each act is asked beforehand, claim by claim: its `refusal` is what the preview shows, and the very
words the act itself would answer with. Nothing is written here.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from claims import states
from claims.choices import BulkAct, TransportKind
from claims.models import Claim, PayerFilingSettings, StatusInquiry
from core import clock
from core.money import ZERO

_OUT = "It is out already."
_OVER = "It is over: nothing is open on it."
_WITH_NOBODY = "No payer has it, or it is answered."
_NO_ROAD = "Its payer takes no questions by wire: call."
_ASKED = "Its payer was asked within the last hour."
A_PERSON_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Asking:
    """Which payers can be asked by wire, and which versions were asked about just now."""

    payers: frozenset[int] = frozenset()
    asked: frozenset[int] = frozenset()


def asking_about(claims: Sequence[Claim]) -> Asking:
    """What questions about `claims` depend on, in two queries."""
    versions = [claim.version for claim in claims]
    roads = PayerFilingSettings.objects.filter(
        payer__in={version.payer_id for version in versions},
        partner__is_active=True,
        partner__transport=TransportKind.HTTPS,
    )
    asked = StatusInquiry.objects.filter(
        version__in=versions, asked_at__gt=clock.now() - A_PERSON_AGAIN
    )
    return Asking(
        frozenset(roads.values_list("payer_id", flat=True)),
        frozenset(asked.values_list("version_id", flat=True)),
    )


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
    asking = asking_about(claims) if act == BulkAct.ASK else None
    reasons = [(claim, refusal(act, claim, asking)) for claim in claims]
    counted = Counter(reason for _, reason in reasons if reason)
    return Preview(
        act,
        [claim for claim, reason in reasons if not reason],
        counted.most_common(),
        {why: [claim for claim, reason in reasons if reason == why][:3] for why in counted},
    )


def refusal(act: BulkAct, claim: Claim, asking: Asking | None = None) -> str:
    """Why `claim` cannot take part; empty when it can. Questions depend on `asking` too: without
    it the act itself says whether there is a road.
    """
    words = _REFUSALS[act](claim)
    if words or asking is None:
        return words
    if claim.version.payer_id not in asking.payers:
        return _NO_ROAD
    return _ASKED if claim.version.pk in asking.asked else ""


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
