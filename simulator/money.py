"""Amounts: Decimal with two places, rounded half up."""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


def cents(value: Decimal) -> Decimal:
    """`value` in whole cents, half up."""
    return value.quantize(CENT, ROUND_HALF_UP)
