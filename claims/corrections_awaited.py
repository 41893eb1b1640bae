"""Charge lines whose last word is not in: a payer took its decision back, or has a correction.

Until it is, nothing of them goes on a statement and no credit of them is refunded (domain E.5).
"""

from collections.abc import Collection

from django.db.models import Q

from claims import states
from claims.choices import VersionState
from claims.models import ClaimChargeLine

_NOT_YET = states.WITH_PAYER | states.UNSENT | states.REJECTED | {VersionState.BATCHED}
_WAITS = (
    Q(claim__versions__state=VersionState.REVERSED)
    | Q(claim__recoded_since__isnull=False)
    | Q(claim__versions__corrects__isnull=False, claim__versions__state__in=_NOT_YET)
)


def lines_awaiting_correction(charge_line_ids: Collection[int]) -> set[int]:
    """Those of these charge lines that wait: their claim has a version that a payer reversed, a
    correction or void that no payer has answered, or codes that are being changed.
    """
    found = ClaimChargeLine.objects.filter(_WAITS, charge_line_id__in=charge_line_ids)
    return set(found.values_list("charge_line_id", flat=True))
