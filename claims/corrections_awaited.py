"""Charge lines whose last word is not in: a payer took its decision back, or has a correction.

Until it is, nothing of them goes on a statement and no credit of them is refunded (domain E.5).
"""

from collections.abc import Collection

from django.db.models import F, OuterRef, Q, Subquery, Sum

from claims import states
from claims.answer_codes import ELSEWHERE, REVERSAL
from claims.choices import Outcome, RemittanceState, VersionState
from claims.models import ClaimChargeLine, ClaimVersionLine, RemittanceClaim
from coding.choices import LineState
from core.money import ZERO

_NOT_YET = states.WITH_PAYER | states.UNSENT | states.REJECTED | {VersionState.BATCHED}
_WAITS = (
    Q(claim__versions__state=VersionState.REVERSED)
    | Q(claim__recoded_since__isnull=False)
    | Q(claim__versions__corrects__isnull=False, claim__versions__state__in=_NOT_YET)
)


def lines_awaiting_correction(charge_line_ids: Collection[int]) -> set[int]:
    """Those of these charge lines that wait: their claim has a version that a payer reversed, a
    correction or void that no payer has answered, or codes that are being changed; or they were
    taken back to be coded anew, and a payer's decision still stands on them.
    """
    found = ClaimChargeLine.objects.filter(_WAITS, charge_line_id__in=charge_line_ids)
    return set(found.values_list("charge_line_id", flat=True)) | lines_to_take_back(charge_line_ids)


def lines_to_take_back(charge_line_ids: Collection[int]) -> set[int]:
    """Those of these charge lines that are void, because their encounter was coded anew, and whose
    payer has yet to reverse what it decided on them: what is in credit there is its write-off as
    well as its money. What it denied whole left nothing on them.
    """
    newest = (
        RemittanceClaim.objects.filter(
            version=OuterRef("version"), remittance__state=RemittanceState.POSTED
        )
        .exclude(status_code__in=ELSEWHERE)
        .order_by("-remittance__posted_at", "-remittance_id", "-position")
    )
    lines = ClaimVersionLine.objects.filter(
        charge_line_id__in=charge_line_ids, charge_line__state=LineState.VOID
    ).annotate(answer=Subquery(newest.values("pk")[:1]))
    found = dict(lines.exclude(answer=None).values_list("charge_line_id", "answer"))
    standing = (
        RemittanceClaim.objects.filter(pk__in=found.values())
        .exclude(status_code=REVERSAL)
        .annotate(denied_amount=Sum("denials__amount", default=ZERO))
        .exclude(outcome=Outcome.DENIED, denied_amount=F("charge_amount"))
    )
    answers = set(standing.values_list("pk", flat=True))
    return {line_id for line_id, answer in found.items() if answer in answers}
