"""What we charge, and later what a payer should allow: one engine (DESIGN 2)."""

from coding.pricing.price import PricedFee, price

__all__ = ["PricedFee", "price"]
