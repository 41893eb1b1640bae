"""Money is a Decimal with two places, rounded half up once a line. No float comes near it."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def dollars(value: str | int | Decimal) -> Decimal:
    """`value` as an amount of two places, rounded half up.

    Raises TypeError for a float or bool, ValueError for text that is no plain ASCII number.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TypeError(f"money is made from str, int or Decimal, not {type(value).__name__}")
    if isinstance(value, str) and not _is_plain_number(value):
        raise ValueError("an amount is written like 1234.50")
    amount = Decimal(value)
    if not amount.is_finite():
        raise ValueError("an amount is a finite number")
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def allocate(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Split `total` over `weights` so that the parts add up to it to the cent.

    Cents left over go to the largest remainders, earlier parts first on a tie. Equal parts when
    every weight is zero. Raises ValueError for no weights or a negative one.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("weights are zero or more, and there is at least one")
    whole = sum((Decimal(weight) for weight in weights), Decimal(0))
    shares = [Decimal(weight) for weight in weights] if whole else [Decimal(1)] * len(weights)
    whole = whole or Decimal(len(weights))
    exact = [total * share / whole for share in shares]
    parts = [part.quantize(CENT, rounding=ROUND_DOWN) for part in exact]
    left = int((total - sum(parts, ZERO)) / CENT)
    step = CENT if left >= 0 else -CENT
    order = sorted(range(len(parts)), key=lambda i: (-abs(exact[i] - parts[i]), i))
    for index in (order * (abs(left) // len(order) + 1))[: abs(left)]:
        parts[index] += step
    return parts


def format_money(amount: Decimal) -> str:
    """`amount` for a person: thousands commas, two places, a minus sign for negatives."""
    return f"{amount:,.2f}"


def _is_plain_number(text: str) -> bool:
    body = text[1:] if text[:1] in "+-" else text
    digits = body.replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and len(digits) <= 15


class MoneyField(models.DecimalField):
    """`numeric(12,2)`: up to ten billion dollars, to the cent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)
