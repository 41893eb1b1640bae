"""What can be done with many denials at once, and why some cannot take part (screens S24)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from claims.denial_choices import CaseState, DenialAct
from core.money import ZERO

MOST_AT_ONCE = 100
MOST_PACKETS = 50
_OVER = "It is settled."
_OUT = "Its appeal is out: keep the decision first."


@dataclass(frozen=True)
class DenialPreview:
    """How many an act takes and for how much, and the others by the reason."""

    act: DenialAct
    taken: list[Any]
    refused: list[tuple[str, int, list[Any]]]

    @property
    def amount(self) -> Decimal:
        """What was refused on those that it takes."""
        return sum((case.amount for case in self.taken), ZERO)

    @property
    def refused_count(self) -> int:
        """How many it leaves alone."""
        return sum(count for _, count, _ in self.refused)


def preview_denials(act: DenialAct, cases: Sequence[Any]) -> DenialPreview:
    """What `act` would do. Packets are made for one payer and one cause: those that most of the
    chosen have.
    """
    group = _largest_group(cases) if act == DenialAct.PACKET else None
    reasons = [(case, _refusal(act, case, group)) for case in cases]
    counted = Counter(why for _, why in reasons if why)
    taken = [case for case, why in reasons if not why]
    refused = [
        (why, count, [case for case, said in reasons if said == why][:3])
        for why, count in counted.most_common()
    ]
    return DenialPreview(act, taken, refused)


def _refusal(act: DenialAct, case: Any, group: tuple[int, str] | None) -> str:
    if case.state == CaseState.SETTLED:
        return _OVER
    if act == DenialAct.ASSIGN:
        return ""
    if case.state == CaseState.APPEALED:
        return _OUT
    if act == DenialAct.PACKET:
        if case.appeal_refusal:
            return f"No appeal: {case.appeal_refusal}"
        if (case.payer_id, case.root_cause) != group:
            return "Another payer or another cause than most of the chosen."
    return ""


def _largest_group(cases: Sequence[Any]) -> tuple[int, str] | None:
    able = [
        (case.payer_id, case.root_cause)
        for case in cases
        if case.is_open and case.state != CaseState.APPEALED and not case.appeal_refusal
    ]
    return Counter(able).most_common(1)[0][0] if able else None
