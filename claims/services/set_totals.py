"""What a claim shows as its charge and its days: those of the lines that it bills."""

from collections.abc import Sequence

from claims.models import Claim
from coding.models import ChargeLine
from core.money import ZERO


def set_totals(claim: Claim, lines: Sequence[ChargeLine]) -> None:
    """Let the claim show the sum and the days of `lines`, of which there is at least one."""
    claim.charge_amount = sum((line.charge_amount for line in lines), ZERO)
    claim.service_date_from = min(line.service_date_from for line in lines)
    claim.service_date_to = max(line.service_date_to for line in lines)
    claim.save(update_fields=["charge_amount", "service_date_from", "service_date_to"])
