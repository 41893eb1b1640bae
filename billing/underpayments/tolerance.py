"""What difference between expected and allowed is let pass (domain I.6). Pure."""

from dataclasses import dataclass
from decimal import Decimal

from core.money import CENT, dollars

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The larger of dollars and percent of the expected amount; and for whole claims the dollars
    from which they are queued, and from which a remittance is not posted by itself.
    """

    percent: Decimal = Decimal(1)
    least_amount: Decimal = 2 * CENT
    claim_amount: Decimal = Decimal("5.00")
    stop_amount: Decimal | None = None

    def of(self, expected: Decimal) -> Decimal:
        """What is let pass on a line of which `expected` is expected, either way."""
        return max(self.least_amount, dollars(expected * self.percent / HUNDRED))

    def passes(self, expected: Decimal, allowed: Decimal) -> bool:
        """Whether `allowed` is near enough."""
        return abs(expected - allowed) <= self.of(expected)


USUAL = Tolerance()
