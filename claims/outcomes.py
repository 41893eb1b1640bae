"""What several answers on one version come to together (domain D.1)."""

from collections import defaultdict
from collections.abc import Collection

from claims.answer_codes import REVERSAL
from claims.choices import Outcome, RemittanceState
from claims.models import RemittanceClaim
from core.among import among


def outcomes_so_far(version_ids: Collection[int]) -> dict[int, str]:
    """One outcome for each version over all its posted answers: mixed ones are partial.

    What a reversal took back does not count any more.
    """
    found: dict[int, set[str]] = defaultdict(set)
    for version_id, outcome, status_code in (
        RemittanceClaim.objects.filter(
            among("version_id", version_ids),
            remittance__state=RemittanceState.POSTED,
        )
        .order_by("remittance__posted_at", "remittance_id", "position")
        .values_list("version_id", "outcome", "status_code")
    ):
        if version_id is None:
            continue
        if status_code == REVERSAL:
            found[version_id].clear()
        elif outcome:
            found[version_id].add(outcome)
    return {version_id: _combine(found[version_id]) for version_id in version_ids}


def _combine(outcomes: set[str]) -> str:
    if Outcome.PARTIAL in outcomes or (Outcome.DENIED in outcomes and len(outcomes) > 1):
        return Outcome.PARTIAL
    if Outcome.DENIED in outcomes:
        return Outcome.DENIED
    return Outcome.PAID if Outcome.PAID in outcomes else Outcome.ZERO
