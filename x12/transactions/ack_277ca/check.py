"""277CA: the totals must be those of the claims (domain D.3)."""

from collections.abc import Sequence
from decimal import Decimal

from x12.errors import WARNING, Fault
from x12.transactions.ack_277ca.model import (
    AcknowledgedClaim,
    AcknowledgedProvider,
    ClaimAcknowledgement277,
)


def check(record: ClaimAcknowledgement277) -> list[Fault]:
    """Counts and amounts of accepted and rejected claims against the totals given.

    A batch that was rejected as a whole names no claims, and a provider may give no totals.
    """
    faults: list[Fault] = []
    if record.claims:
        faults += _totals(record, record.claims, record.totals_at)
    for provider in record.providers:
        if provider.claims and (provider.accepted_count or provider.rejected_count):
            place = provider.totals_at or provider.segment_number
            faults += _totals(provider, provider.claims, place)
    return faults


def _totals(
    given: ClaimAcknowledgement277 | AcknowledgedProvider,
    claims: Sequence[AcknowledgedClaim],
    place: int,
) -> list[Fault]:
    faults = []
    for rejected, count, total in (
        (False, given.accepted_count, given.accepted_amount),
        (True, given.rejected_count, given.rejected_amount),
    ):
        those = [claim for claim in claims if claim.is_rejected is rejected]
        amounts = [claim.statuses[0].amount or Decimal(0) for claim in those if claim.statuses]
        if len(those) != count or sum(amounts, Decimal(0)) != total:
            word = "rejected" if rejected else "accepted"
            message = (
                f"{len(those)} claims are {word} for {sum(amounts, Decimal(0))}, "
                f"the totals say {count} for {total}"
            )
            expected = f"{len(those)} and {sum(amounts, Decimal(0))}"
            segment_id = "QTY" if len(those) != count else "AMT"
            element = f"{segment_id}02"
            faults.append(
                Fault("R-277-TOTAL", WARNING, message, place, segment_id, element, expected)
            )
    return faults
