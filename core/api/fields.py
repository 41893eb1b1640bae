"""Fields of requests and answers that mean the same everywhere in the API."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.money import CENT, dollars

MOST = Decimal("9999999999.99")
AMOUNT: dict[str, Any] = {"type": "string", "pattern": r"^-?\d+\.\d{2}$", "example": "155.23"}


@extend_schema_field(AMOUNT)
class Amount(serializers.Field):
    """US dollars as a string with two decimals, "155.23". A JSON number is refused: many readers
    make a float of it.
    """

    def to_internal_value(self, data: Any) -> Decimal:
        """The amount; ASCII digits, at most two decimals."""
        if not isinstance(data, str):
            raise serializers.ValidationError('Write an amount as a string, such as "155.23".')
        try:
            amount = dollars(data)
            is_exact = amount == Decimal(data)
        except (ValueError, ArithmeticError):
            raise serializers.ValidationError("An amount is written like 1234.50.") from None
        if not is_exact or abs(amount) > MOST:
            raise serializers.ValidationError("An amount has two decimals and ten digits at most.")
        return amount

    def to_representation(self, value: Decimal) -> str:
        """Two decimals, no thousands comma."""
        return str(Decimal(value).quantize(CENT))


@extend_schema_field({"type": "string", "pattern": r"^\d+(\.\d{1,3})?$", "example": "1"})
class Units(serializers.Field):
    """A number of units as a string, at most three decimals: "1", "2.5"."""

    def to_internal_value(self, data: Any) -> Decimal:
        """The number; above zero and below a thousand."""
        text = data if isinstance(data, str) else ""
        digits = text.replace(".", "", 1)
        if not (digits.isascii() and digits.isdigit() and len(text) <= 7):
            raise serializers.ValidationError('Write units as a string, such as "1".')
        units = Decimal(text)
        is_fine = units == units.quantize(Decimal("0.001"))
        if not (0 < units <= Decimal("999.9") and is_fine):
            raise serializers.ValidationError("Units are from 0.001 to 999.9.")
        return units

    def to_representation(self, value: Decimal) -> str:
        """Without zeros at the end."""
        return f"{Decimal(value).normalize():f}"
