"""Saying why a remittance was not posted by itself."""

from collections.abc import Sequence

from claims.models import Remittance
from core import timeline

LEFT = "remittance.left"


def leave_to_person(remittance: Remittance, reasons: Sequence[str]) -> None:
    """Write on the remittance's timeline why somebody is to look at it."""
    timeline.record(
        remittance,
        kind=LEFT,
        sentence=f"left the posting to a person: {'; '.join(reasons).lower()}",
    )
