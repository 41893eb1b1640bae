"""What can be done with chosen lines, and why some cannot take part."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.underpayment_choices import UNSETTLED, VarianceAct, VarianceState
from core.money import ZERO

MOST_AT_ONCE = 500
MOST_IN_A_PACKET = 60


@dataclass(frozen=True)
class VariancePreview:
    """How many lines an act takes and for how much, and the others by the reason."""

    act: VarianceAct
    taken: list[Any]
    refused: list[tuple[str, int, list[Any]]]

    @property
    def amount(self) -> Decimal:
        """The difference of those that it takes."""
        return sum((row.variance_amount for row in self.taken), ZERO)

    @property
    def claim_count(self) -> int:
        """How many claims they are on."""
        return len({row.claim_id for row in self.taken})

    @property
    def refused_count(self) -> int:
        """How many it leaves alone."""
        return sum(count for _, count, _ in self.refused)


def preview_variances(
    act: VarianceAct, rows: Sequence[Any], awaited: Mapping[int, str] | None = None
) -> VariancePreview:
    """What `act` would do. A packet goes to one payer: that of most of the chosen lines. `awaited`
    says by charge line what correction is still to be answered.
    """
    waits = awaited or {}
    payer = _payer_of_most(rows, waits) if act == VarianceAct.DISPUTE else None
    taken: list[Any] = []
    reasons: list[tuple[Any, str]] = []
    for row in rows:
        why = _refusal(act, row, payer, waits)
        if not why and act == VarianceAct.DISPUTE and len(taken) >= MOST_IN_A_PACKET:
            why = f"At most {MOST_IN_A_PACKET} lines go into one packet."
        if why:
            reasons.append((row, why))
        else:
            taken.append(row)
    counted = Counter(why for _, why in reasons)
    refused = [
        (why, count, [row for row, said in reasons if said == why][:3])
        for why, count in counted.most_common()
    ]
    return VariancePreview(act, taken, refused)


def may_dispute(row: Any, awaited: Mapping[int, str]) -> str:
    """Why a line cannot be disputed; empty where it can. `awaited` as in `preview_variances`: what
    the payer is about to decide anew is not disputed meanwhile.
    """
    if row.state == VarianceState.DISPUTED:
        return "It is disputed already."
    if row.variance_amount <= 0:
        return "It is not underpaid."
    if row.state not in UNSETTLED:
        return "It is settled: open it again first."
    words = awaited.get(row.charge_line_id, "")
    return f"It is not disputed now: {words}. Dispute what that leaves." if words else ""


def may_accept(row: Any) -> str:
    """Why a difference cannot be accepted; empty where it can."""
    return "" if row.state in UNSETTLED else "It is settled."


def may_reopen(row: Any) -> str:
    """Why a line cannot be taken up again; empty where it can."""
    return "" if row.state == VarianceState.ACCEPTED else "It was not accepted."


def _refusal(act: VarianceAct, row: Any, payer: int | None, awaited: Mapping[int, str]) -> str:
    if act == VarianceAct.DISPUTE:
        other = "Another payer than most of the chosen." if row.payer_id != payer else ""
        return may_dispute(row, awaited) or other
    if act == VarianceAct.ACCEPT:
        return may_accept(row)
    if act == VarianceAct.REOPEN:
        return may_reopen(row)
    is_work = row.state in {VarianceState.OPEN, VarianceState.DISPUTED}
    return "" if is_work else "Nobody works on it."


def _payer_of_most(rows: Sequence[Any], awaited: Mapping[int, str]) -> int | None:
    able = [row.payer_id for row in rows if not may_dispute(row, awaited)]
    return Counter(able).most_common(1)[0][0] if able else None
