"""277CA: the totals must be those of the claims (domain D.3)."""

from decimal import Decimal

from x12.errors import WARNING, Fault
from x12.transactions.ack_277ca.model import ClaimAcknowledgement277


def check(record: ClaimAcknowledgement277) -> list[Fault]:
    """Counts and amounts of accepted and rejected claims against the batch totals."""
    if not record.claims:
        return []
    faults: list[Fault] = []
    for rejected, count, total, qualifier in (
        (False, record.accepted_count, record.accepted_amount, "90 YU"),
        (True, record.rejected_count, record.rejected_amount, "AA YY"),
    ):
        claims = [claim for claim in record.claims if claim.is_rejected is rejected]
        amounts = [claim.statuses[0].amount or Decimal(0) for claim in claims if claim.statuses]
        if len(claims) != count or sum(amounts, Decimal(0)) != total:
            word = "rejected" if rejected else "accepted"
            message = (
                f"{len(claims)} claims are {word} for {sum(amounts, Decimal(0))}, "
                f"the totals say {count} for {total}"
            )
            faults.append(Fault("R-277-TOTAL", WARNING, message, 0, "QTY", qualifier))
    return faults
