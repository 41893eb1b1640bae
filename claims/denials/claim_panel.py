"""The denials of one claim, for the claim's own page."""

from typing import Any

from claims.denials.places import step_url
from claims.denials.reasons import reason_of
from claims.models import Claim, DenialCase


def denial_cases_of(claim: Claim) -> list[Any]:
    """Every case, the newest first, with its words and where it is worked."""
    rows: list[Any] = list(
        DenialCase.objects.filter(claim=claim).select_related("payer").order_by("-pk")
    )
    for row in rows:
        row.words = reason_of(row.reason_code).words
        row.step_page = step_url(row)
    return rows
