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
        faults += _totals(record, record.claims, 0)
    for provider in record.providers:
        if provider.claims and (provider.accepted_count or provider.rejected_count):
            faults += _totals(provider, provider.claims, provider.segment_number)
    return faults


def _totals(
    given: ClaimAcknowledgement277 | AcknowledgedProvider,
    claims: Sequence[AcknowledgedClaim],
    place: int,
) -> list[Fault]:
    faults = []
    for rejected, count, total, qualifier in (
        (False, given.accepted_count, given.accepted_amount, "90 QA YU"),
        (True, given.rejected_count, given.rejected_amount, "AA QC YY"),
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
            faults.append(Fault("R-277-TOTAL", WARNING, message, place, "QTY", qualifier, expected))
    return faults
