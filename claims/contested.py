"""What is asked of the payer about its decision on a claim, and not answered yet.

A correction replaces that decision: whoever makes one hears what is out, and whoever asks hears
that a correction is on its way. Neither is forbidden where both may be right.
"""

from collections.abc import Callable

from claims.corrections_awaited import lines_awaiting_correction
from claims.denial_choices import AppealState
from claims.models import Appeal, Claim

_TELLERS: list[Callable[[Claim], list[str]]] = []
CORRECTED = (
    "Its codes are being changed, or its correction is out: the payer will decide it anew. Ask"
    " about that decision, unless a deadline runs out before."
)


def register(teller: Callable[[Claim], list[str]]) -> None:
    """`teller` says in sentences what else is out about a claim; billing's disputes do."""
    if teller not in _TELLERS:
        _TELLERS.append(teller)


def what_is_contested(claim: Claim) -> list[str]:
    """Appeals that are written or out, and whatever was registered, each in a sentence."""
    appeals = (
        Appeal.objects.filter(case__claim=claim)
        .exclude(state=AppealState.DECIDED)
        .select_related("case__payer")
        .order_by("pk")
    )
    return [_appeal(one) for one in appeals] + [said for tell in _TELLERS for said in tell(claim)]


def is_corrected_now(claim: Claim) -> bool:
    """Whether a line of `claim` waits for a decision other than the one that stands."""
    lines = claim.charge_lines.values_list("charge_line_id", flat=True)
    return bool(lines_awaiting_correction(list(lines)))


def _appeal(appeal: Appeal) -> str:
    case, name = appeal.case, appeal.level_name.lower()
    if appeal.state == AppealState.SENT and appeal.sent_on:
        return (
            f"{appeal.level_name} of {case.code} is out at {case.payer.name} since"
            f" {appeal.sent_on:%m/%d/%Y}."
        )
    return f"A {name} of {case.code} to {case.payer.name} is being written."
