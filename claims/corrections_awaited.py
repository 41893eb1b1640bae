"""Charge lines whose last word is not in: a payer took its decision back, or has a correction.

Until it is, nothing of them goes on a statement and no credit of them is refunded (domain E.5).
"""

from collections.abc import Collection

from django.db.models import OuterRef, Q, Subquery

from claims import states
from claims.answer_codes import ELSEWHERE, REVERSAL
from claims.choices import Outcome, RemittanceState, VersionState
from claims.models import ClaimChargeLine, ClaimVersionLine, RemittanceClaim
from coding.choices import LineState

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
    return set(found.values_list("charge_line_id", flat=True)) | _not_taken_back(charge_line_ids)


def _not_taken_back(charge_line_ids: Collection[int]) -> set[int]:
    """Void charges whose payer has yet to reverse what it decided on them: what is in credit there
    is its write-off as well as its money. What it denied it need not take back.
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
    ).annotate(
        status=Subquery(newest.values("status_code")[:1]),
        outcome=Subquery(newest.values("outcome")[:1]),
    )
    standing = lines.exclude(status=None).exclude(status=REVERSAL).exclude(outcome=Outcome.DENIED)
    return set(standing.values_list("charge_line_id", flat=True))
