"""How likely a denial is to be won: the seed of its reason, and what this practice has seen.

Bayesian in the plainest way: the seed counts like `WEIGHT` denials that were fought, and each one
fought here, with the same payer and category, counts as one. What was won in part counts half.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import DecimalField, F, Value
from django.db.models.expressions import Combinable

WEIGHT = 10
HALF = Decimal("0.5")
_PLACES = Decimal("0.001")


def learned(seed: Decimal, won: Decimal, tried: int) -> Decimal:
    """The chance after `tried` like it were fought and `won` of them won (halves for parts)."""
    exact = (seed * WEIGHT + won) / (WEIGHT + tried)
    return exact.quantize(_PLACES, rounding=ROUND_HALF_UP)


def learned_of_rows(won: Decimal, tried: int) -> Combinable:
    """The same over denial cases, from their `seed_chance`."""
    field: DecimalField[Any, Any] = DecimalField(max_digits=8, decimal_places=3)
    weight, fought = Decimal(WEIGHT), Decimal(WEIGHT + tried)
    seed = F("seed_chance") * Value(weight, output_field=field)
    return (seed + Value(won, output_field=field)) / Value(fought, output_field=field)


def in_words(won: int, partly: int, tried: int) -> str:
    """What was seen here: "3 of 7 here", or that there is nothing to go by yet."""
    if not tried:
        return "none here yet"
    parts = f", {partly} in part" if partly else ""
    return f"{won} of {tried} here{parts}"
